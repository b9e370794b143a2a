#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/cuda/conv.h"
#include "tests/kernels/harness.h"

namespace nibble::kernels::cuda {

/// A convolution with its data, run by `portable` and by the kernels under the shim.
struct ConvCase {
  ConvArgs args;
  Precision precision = Precision::int8;
  Format format = Format::s32;
  int batch = 1;
  int tile = 0;
  Fill activations = Fill::random;
  Fill weights = Fill::random;
  bool at_end = true;  ///< which guard page the buffers lie against

  std::string describe() const;
};

/// A random convolution whose sizes divide nothing evenly, of both precisions and all formats.
ConvCase random_case(std::mt19937& random);

/// Runs cases under the shim and collects those that differ from `portable`, or that misuse the machine.
class DeviceComparison {
 public:
  /// The fused kernel; true if it equals `portable`.
  bool run(const ConvCase& c);
  /// Sums by the convolution kernel, the rest by the element-wise twin.
  bool run_twin(const ConvCase& c);
  int count() const { return count_; }
  const std::string& failures() const { return failures_; }

 private:
  struct Data;
  Data fill(const ConvCase& c);
  std::vector<std::uint8_t> run_portable(const ConvCase& c, const Data& data);
  std::vector<std::uint8_t> run_device(const ConvCase& c, const Data& data, const ConvWeights& weights);
  std::vector<std::uint8_t> finish_device(const ConvCase& c, const Data& data, const std::vector<std::uint8_t>& sums);
  std::vector<std::uint8_t> take_output(const ConvCase& c, const std::byte* output);
  bool compare(const ConvCase& c, const std::vector<std::uint8_t>& expected, const std::vector<std::uint8_t>& actual);

  static constexpr std::size_t kCapacity = std::size_t{1} << 21U;
  GuardedMemory input_{kCapacity};
  GuardedMemory weights_{kCapacity};
  GuardedMemory output_{kCapacity};
  std::mt19937 random_{1};
  int count_ = 0;
  std::string failures_;
  std::string fault_;
};

}  // namespace nibble::kernels::cuda
