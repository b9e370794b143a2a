#pragma once

#include <string>
#include <vector>

#include "kernels/kernel.h"
#include "nn/network.h"

namespace nibble {

/// One convolution of the benchmark: a matrix product, or a layer of a network.
struct BenchShape {
  std::string name;  ///< "256x32x288" (M x N x K), or the layer's
  kernels::ConvArgs args;
  bool layer = false;  ///< outputs requantised, where matrix products give sums

  double macs() const;
  /// As a matrix product: output positions x output channels x inputs of a window.
  int m() const;
  int n() const;
  int k() const;
};

/// The matrix products that kernels are compared on.
std::vector<BenchShape> gemm_shapes();

/// A layer with a window `rows` x 3 and pads that keep the extent, requantised.
BenchShape conv_shape(int rows, int height, int width, int in_channels, int out_channels);

/// 3x3 convolutions, named height x width x channels in and out.
std::vector<BenchShape> conv_shapes();

/// The layers of a network for a line of this width, in order.
std::vector<BenchShape> layer_shapes(const Graph& graph, int width);

/// The speed of a kernel on a shape.
struct KernelSpeed {
  const kernels::ConvKernel* kernel = nullptr;
  const BenchShape* shape = nullptr;  ///< null: on registers alone
  double min_us = 0, median_us = 0, p95_us = 0;
  double gops = 0;
};

/// Measures the kernels on each shape, all of a shape in turn. `kernels` and `shapes` must outlive
/// the result.
std::vector<KernelSpeed> measure_kernels(const std::vector<const kernels::ConvKernel*>& kernels,
                                         const std::vector<BenchShape>& shapes, int rounds);

/// Measures what the inner loops' arithmetic reaches on registers alone.
std::vector<KernelSpeed> measure_peaks(const std::vector<const kernels::ConvKernel*>& kernels,
                                       int rounds);

}  // namespace nibble
