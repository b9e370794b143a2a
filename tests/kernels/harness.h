#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/kernel.h"

namespace nibble::kernels {

/// Memory between two pages that must not be touched. A span is laid against one of them; the rest
/// holds canaries.
class GuardedMemory {
 public:
  explicit GuardedMemory(std::size_t capacity);
  ~GuardedMemory();
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;

  /// `size` bytes that end at the upper page (less what the alignment asks for), or that begin at
  /// the lower one.
  std::byte* place(std::size_t size, std::size_t alignment, bool at_end);
  /// Whether every byte around the span of the last call still has the canary's value.
  bool canaries_live() const;

 private:
  std::size_t capacity_;
  std::byte* mapping_;
  std::byte* memory_;
  std::size_t offset_ = 0;
  std::size_t size_ = 0;
};

/// How a tensor is filled: all at one end of its range, at both ends in turn, or at random.
enum class Fill { low, high, ends, random };

/// One convolution with its data, the same for every kernel of a precision.
struct Case {
  ConvArgs args;
  Fill activations = Fill::random;
  Fill weights = Fill::random;
  bool at_end = true;  ///< which guard page the buffers lie against

  std::string describe() const;
};

/// Runs cases on a kernel and on `portable`, and collects those whose outputs differ.
class Comparison {
 public:
  explicit Comparison(const ConvKernel& kernel);
  /// A kernel that does not take the case's convolution gets it with a window 3 wide and strides of
  /// 1, over as many positions.
  void run(Case c);
  int count() const { return count_; }
  /// The shapes that failed, one a line; empty when all passed.
  const std::string& failures() const { return failures_; }

 private:
  struct Data;
  void fill(const Case& c, Data& data);
  std::vector<std::byte> run_kernel(const ConvKernel& kernel, const ConvArgs& args,
                                    const Data& data, bool at_end);
  bool equal(const Case& c, const Data& data, const std::vector<std::byte>& expected,
             const std::vector<std::byte>& actual);

  const ConvKernel& kernel_;
  const ConvKernel& portable_;
  GuardedMemory input_;
  GuardedMemory packed_;
  GuardedMemory scratch_;
  GuardedMemory output_;
  std::mt19937 random_{1};
  int count_ = 0;
  std::string failures_;
  std::string broken_canary_;
};

/// The kernels to test, with those that stand in `winograd`, without `portable`: the one at the
/// head of the list, the specification.
std::vector<const ConvKernel*> tested_kernels();
const ConvKernel& specification(Precision precision);

/// A 1x1 convolution over 1 x m positions: the product of an m x k and a k x n matrix.
ConvArgs gemm_args(int m, int n, int k);

}  // namespace nibble::kernels
