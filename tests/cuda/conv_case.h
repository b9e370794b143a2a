#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/cuda/device.h"
#include "tests/kernels/harness.h"

namespace nibble::kernels::cuda {

/// A convolution and how its data are made.
struct ConvCase {
  ConvArgs args;
  Precision precision = Precision::int8;
  Format input = Format::u8;
  Format output = Format::s32;
  int batch = 1;
  int tile = 0;
  Fill activations = Fill::random;
  Fill weights = Fill::random;

  std::string describe() const;
};

/// A random convolution whose sizes divide nothing evenly, of both precisions and all formats.
ConvCase random_case(std::mt19937& random);

/// Runs cases on a device and collects those that differ from `portable`, or that the device
/// reports as faulty.
class DeviceComparison {
 public:
  explicit DeviceComparison(Device& device) : device_(device) {}
  /// The fused kernel; true if it equals `portable`.
  bool run(const ConvCase& c);
  /// Sums by the convolution kernel, the rest by the element-wise twin.
  bool run_twin(const ConvCase& c);
  int count() const { return count_; }
  const std::string& failures() const { return failures_; }

 private:
  struct Data;
  Data fill(const ConvCase& c);
  std::vector<std::uint8_t> run_device(const ConvCase& c, const Data& data,
                                       const ConvWeights& weights);
  std::vector<std::uint8_t> finish_device(const ConvCase& c, const Data& data,
                                          const std::vector<std::uint8_t>& sums);
  std::vector<std::uint8_t> launch(const ConvCase& c, ConvPlan& plan,
                                   const std::vector<std::uint8_t>& input,
                                   const ConvWeights& weights);
  bool compare(const ConvCase& c, const std::vector<std::uint8_t>& expected,
               const std::vector<std::uint8_t>& actual);

  Device& device_;
  std::mt19937 random_{1};
  int count_ = 0;
  std::string failures_;
  std::string fault_;
};

}  // namespace nibble::kernels::cuda
