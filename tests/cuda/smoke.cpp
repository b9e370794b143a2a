// The CUDA kernels on a real GPU: `smoke check` compares them with `portable`, `smoke bench` times
// the layers of a line network. Says SKIPPED where there is no GPU.

#include <chrono>
#include <cstdio>
#include <cstring>

#include "tests/cuda/conv_case.h"

namespace nibble::kernels::cuda {
namespace {

int check(Device& device) {
  DeviceComparison comparison(device);
  std::mt19937 random(11);
  for (int i = 0; i < 2000; ++i) comparison.run(random_case(random));
  for (int i = 0; i < 200; ++i) comparison.run_twin(random_case(random));
  std::printf("%s: %d shapes\n%s", device.name(), comparison.count(),
              comparison.failures().c_str());
  return comparison.failures().empty() ? 0 : 1;
}

struct Layer {
  int height, width, in, out, kernel_height, kernel_width, pool_height, pool_width;
};

// As the shipped network has them, for lines of 256 pixels.
constexpr Layer kLayers[] = {
    {32, 256, 1, 16, 3, 3, 2, 2},  {16, 128, 16, 32, 3, 3, 1, 1}, {16, 128, 32, 32, 3, 3, 2, 2},
    {8, 64, 32, 64, 3, 3, 1, 1},   {8, 64, 64, 64, 3, 3, 2, 1},   {4, 64, 64, 64, 3, 3, 1, 1},
    {4, 64, 64, 64, 3, 3, 2, 1},   {2, 64, 64, 96, 3, 3, 1, 1},   {2, 64, 96, 128, 2, 3, 1, 1},
    {1, 64, 128, 128, 1, 3, 1, 1}, {1, 64, 128, 287, 1, 1, 1, 1}};
constexpr int kBatch = 64;

ConvArgs args_of(const Layer& layer) {
  ConvArgs args = gemm_args(layer.width, layer.out, layer.in);
  args.in_height = layer.height;
  args.kernel_height = layer.kernel_height;
  args.kernel_width = layer.kernel_width;
  args.pad_left = args.pad_right = layer.kernel_width / 2;
  args.pad_top = args.pad_bottom = layer.kernel_height == 3 ? 1 : 0;
  args.pool_height = layer.pool_height;
  args.pool_width = layer.pool_width;
  args.limit = layer.out == 287 ? 0 : kInt4ActivationMax;
  return args;
}

// Microseconds of one launch among many, or a negative number when the device fails.
double time_layer(Device& device, const ConvArgs& args, Precision precision) {
  constexpr int kRounds = 200;
  const Format wide = precision == Precision::int4 ? Format::u4 : Format::u8;
  const Format input = takes_dp4a(args) ? Format::bytes : wide;
  const Format output = args.limit == 0 ? Format::s32 : wide;
  ConvPlan plan = plan_conv(args, input, output, kBatch, device.multiprocessors());
  const std::size_t input_bytes =
      tensor_bytes(input, kBatch * args.in_height * args.in_width, args.in_channels);
  const std::size_t sizes[] = {input_bytes, packed_weight_bytes(args, input),
                               tensor_bytes(output, plan.params.positions, args.out_channels)};
  void* memory[3] = {};
  for (int i = 0; i < 3; ++i) {
    if (device.allocate(sizes[i], &memory[i]) != nullptr) return -1;
  }
  std::vector<std::uint8_t> zeros(sizes[1]);
  bool well = device.upload(memory[1], zeros.data(), zeros.size()) == nullptr;
  plan.params.input = memory[0];
  plan.params.weights = memory[1];
  plan.params.channels = reinterpret_cast<const std::int32_t*>(
      static_cast<std::uint8_t*>(memory[1]) + packed_channels_offset(args, input));
  plan.params.output = memory[2];
  std::chrono::steady_clock::time_point start;
  for (int round = -1; round < kRounds; ++round) {
    if (round == 0) {
      well = well && device.download(zeros.data(), memory[1], 4) == nullptr;
      start = std::chrono::steady_clock::now();
    }
    well = well && device.run(plan) == nullptr;
  }
  well = well && device.download(zeros.data(), memory[1], 4) == nullptr;
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  for (void* address : memory) device.release(address);
  return well ? took.count() / kRounds : -1;
}

int bench(Device& device) {
  std::printf(
      "%s, %d lines of 256 pixels, microseconds a layer (launches included)\n%10s %8s %8s\n",
      device.name(), kBatch, "layer", "int8", "int4");
  int number = 0;
  bool well = true;
  for (const Layer& layer : kLayers) {
    const double int8 = time_layer(device, args_of(layer), Precision::int8);
    const double int4 = time_layer(device, args_of(layer), Precision::int4);
    well = well && int8 > 0 && int4 > 0;
    std::printf("%10d %8.1f %8.1f\n", ++number, int8, int4);
  }
  return well ? 0 : 1;
}

int run(const char* what) {
  const char* problem = nullptr;
  Device* device = open_device(&problem);
  if (device == nullptr) {
    std::printf("SKIPPED: no CUDA device: %s\n", problem);
    return 0;
  }
  return std::strcmp(what, "bench") == 0 ? bench(*device) : check(*device);
}

}  // namespace
}  // namespace nibble::kernels::cuda

int main(int argc, char** argv) { return argc == 2 ? nibble::kernels::cuda::run(argv[1]) : 2; }
