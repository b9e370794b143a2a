#include "app/bench/bench_gemm.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>

#include "app/bench/bench_timing.h"
#include "nn/aligned_bytes.h"
#include "nn/packed_layer.h"

namespace nibble {

namespace {

constexpr double kSampleSeconds = 0.004;

/// A convolution's data. The values do not matter to the speed of integers; floats are kept off
/// denormal numbers.
class Prepared {
 public:
  Prepared(const kernels::ConvKernel& kernel, const BenchShape& shape)
      : kernel_(kernel),
        args_(shape.args),
        input_(static_cast<std::size_t>(args_.in_height) *
               static_cast<std::size_t>(args_.in_width) *
               static_cast<std::size_t>(args_.in_channels) * element()),
        packed_(0),
        scratch_(0),
        output_(0) {
    if (shape.layer && kernel.precision != kernels::Precision::f32 && args_.relu) {
      args_.limit = kernels::activation_max(kernel.precision);
    }
    packed_ = AlignedBytes(kernel.packed_bytes(args_));
    scratch_ = AlignedBytes(kernel.scratch_bytes(args_));
    output_ = AlignedBytes(static_cast<std::size_t>(kernels::out_height(args_)) *
                           static_cast<std::size_t>(kernels::out_width(args_)) *
                           static_cast<std::size_t>(args_.out_channels) * sizeof(std::int32_t));
    pack();
  }

  void run() const {
    kernel_.run(args_, packed_.get(), input_.get(), output_.get(), scratch_.get());
  }

 private:
  std::size_t element() const {
    return kernel_.precision == kernels::Precision::f32 ? sizeof(float) : 1;
  }

  void pack() {
    const auto channels = static_cast<std::size_t>(args_.out_channels);
    const std::size_t count =
        channels *
        static_cast<std::size_t>(args_.kernel_height * args_.kernel_width * args_.in_channels);
    const std::vector<std::int32_t> bias(channels, 1);
    const std::vector<std::int32_t> multiplier(channels, 1 << 30);
    const std::vector<std::int8_t> shift(channels, 38);
    kernels::ConvWeights weights;
    weights.bias = bias.data();
    weights.multiplier = multiplier.data();
    weights.shift = shift.data();
    std::mt19937 random(1);
    if (kernel_.precision == kernels::Precision::f32) {
      auto* values = reinterpret_cast<float*>(input_.get());
      for (int i = 0; i < args_.in_height * args_.in_width * args_.in_channels; ++i)
        values[i] = static_cast<float>(random() % 16);
      const std::vector<float> w(count, 0.25F);
      weights.weights = w.data();
      kernel_.pack(args_, weights, packed_.get());
    } else {
      auto* values = reinterpret_cast<std::uint8_t*>(input_.get());
      for (int i = 0; i < args_.in_height * args_.in_width * args_.in_channels; ++i)
        values[i] = static_cast<std::uint8_t>(
            random() % std::min(16U, static_cast<unsigned>(activation_max(kernel_.precision)) + 1));
      const std::vector<std::int8_t> w(
          count, static_cast<std::int8_t>(std::min(3, weight_max(kernel_.precision))));
      weights.weights = w.data();
      kernel_.pack(args_, weights, packed_.get());
    }
  }

  const kernels::ConvKernel& kernel_;
  kernels::ConvArgs args_;
  AlignedBytes input_, packed_, scratch_, output_;
};

KernelSpeed speed_of(const kernels::ConvKernel* kernel, const BenchShape* shape,
                     const Measurement& measurement) {
  return {kernel,
          shape,
          measurement.min() * 1e6,
          measurement.median() * 1e6,
          measurement.p95() * 1e6,
          measurement.gops()};
}

}  // namespace

int BenchShape::m() const { return kernels::conv_height(args) * kernels::conv_width(args); }
int BenchShape::n() const { return args.out_channels; }
int BenchShape::k() const { return args.kernel_height * args.kernel_width * args.in_channels; }
double BenchShape::macs() const { return static_cast<double>(m()) * n() * k(); }

std::vector<BenchShape> gemm_shapes() {
  const int sizes[][3] = {{64, 16, 72},   {128, 32, 144}, {256, 32, 288}, {512, 64, 576},
                          {256, 64, 144}, {512, 16, 72},  {384, 384, 384}};
  std::vector<BenchShape> shapes;
  for (const auto& [m, n, k] : sizes) {
    BenchShape shape;
    shape.name = std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k);
    shape.args.in_width = m;
    shape.args.out_channels = n;
    shape.args.in_channels = k;
    shapes.push_back(shape);
  }
  return shapes;
}

BenchShape conv_shape(int rows, int height, int width, int in_channels, int out_channels) {
  BenchShape shape;
  shape.layer = true;
  kernels::ConvArgs& args = shape.args;
  args.in_height = height;
  args.in_width = width;
  args.in_channels = in_channels;
  args.out_channels = out_channels;
  args.kernel_height = rows;
  args.kernel_width = 3;
  args.pad_top = args.pad_bottom = rows / 2;
  args.pad_left = args.pad_right = 1;
  args.relu = true;
  return shape;
}

std::vector<BenchShape> conv_shapes() {
  constexpr int kWidth = 64;
  std::vector<BenchShape> shapes;
  for (const int channels : {32, 64, 96}) {
    for (const int height : {16, 8, 4}) {
      BenchShape shape = conv_shape(3, height, kWidth, channels, channels);
      shape.name =
          std::to_string(height) + "x" + std::to_string(kWidth) + "x" + std::to_string(channels);
      shapes.push_back(shape);
    }
  }
  return shapes;
}

std::vector<BenchShape> layer_shapes(const Graph& graph, int width) {
  std::vector<BenchShape> shapes;
  int height = graph.height;
  for (const Conv2d& layer : graph.layers) {
    BenchShape shape;
    shape.name = layer.name;
    shape.layer = true;
    shape.args = conv_args(layer, {height, width, layer.in_channels});
    height = kernels::out_height(shape.args);
    width = kernels::out_width(shape.args);
    shapes.push_back(shape);
  }
  return shapes;
}

std::vector<KernelSpeed> measure_kernels(const std::vector<const kernels::ConvKernel*>& kernels,
                                         const std::vector<BenchShape>& shapes, int rounds) {
  std::vector<KernelSpeed> speeds;
  for (const BenchShape& shape : shapes) {
    std::vector<Measurement> measurements;
    for (const kernels::ConvKernel* kernel : kernels) {
      const auto prepared = std::make_shared<Prepared>(*kernel, shape);
      measurements.push_back({[prepared] { prepared->run(); }, 2 * shape.macs(), 1, {}});
    }
    measure(measurements, rounds, kSampleSeconds);
    for (std::size_t i = 0; i < kernels.size(); ++i)
      speeds.push_back(speed_of(kernels[i], &shape, measurements[i]));
  }
  return speeds;
}

std::vector<KernelSpeed> measure_peaks(const std::vector<const kernels::ConvKernel*>& kernels,
                                       int rounds) {
  constexpr std::int64_t kSteps = 2000;
  std::vector<Measurement> measurements;
  for (const kernels::ConvKernel* kernel : kernels) {
    const double macs = static_cast<double>(kernel->register_peak(kSteps));
    measurements.push_back({[kernel] { kernel->register_peak(kSteps); }, 2 * macs, 1, {}});
  }
  measure(measurements, rounds, kSampleSeconds);
  std::vector<KernelSpeed> speeds;
  for (std::size_t i = 0; i < kernels.size(); ++i)
    speeds.push_back(speed_of(kernels[i], nullptr, measurements[i]));
  return speeds;
}

}  // namespace nibble
