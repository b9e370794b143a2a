// arm_layer ISA PRECISION direct|winograd HEIGHT WIDTH CHANNELS: runs one 3x3 convolution once, for
// arm_layers.py to count what it executes.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kernels/kernel.h"

using namespace nibble::kernels;

namespace {

struct Aligned {
  explicit Aligned(std::size_t size) : bytes(size + kAlignment) {}
  void* get() {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
    return bytes.data() + (kAlignment - address % kAlignment) % kAlignment;
  }
  std::vector<std::uint8_t> bytes;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  const Precision precision = std::strcmp(argv[2], "int8") == 0 ? Precision::int8 : Precision::int4;
  const ConvKernel* kernel = select_kernel(precision, argv[1]);
  if (kernel != nullptr && std::strcmp(argv[3], "winograd") == 0) kernel = kernel->winograd;
  if (kernel == nullptr) return 3;
  ConvArgs args;
  args.in_height = std::atoi(argv[4]);
  args.in_width = std::atoi(argv[5]);
  args.in_channels = args.out_channels = std::atoi(argv[6]);
  args.kernel_height = args.kernel_width = 3;
  args.pad_top = args.pad_left = args.pad_bottom = args.pad_right = 1;
  args.limit = kInt4ActivationMax;
  const auto channels = static_cast<std::size_t>(args.out_channels);
  const auto positions =
      static_cast<std::size_t>(args.in_height) * static_cast<std::size_t>(args.in_width);
  const std::vector<std::int8_t> weights(9 * channels * channels, 3);
  const std::vector<std::int32_t> multiplier(channels, 1 << 30);
  const std::vector<std::int8_t> shift(channels, 38);
  ConvWeights parameters;
  parameters.weights = weights.data();
  parameters.multiplier = multiplier.data();
  parameters.shift = shift.data();
  const std::vector<std::uint8_t> input(positions * channels, 5);
  std::vector<std::uint8_t> output(positions * channels);
  Aligned packed(kernel->packed_bytes(args));
  Aligned scratch(kernel->scratch_bytes(args));
  kernel->pack(args, parameters, packed.get());
  std::printf("%p\n", reinterpret_cast<void*>(kernel->run));
  std::fflush(stdout);
  kernel->run(args, packed.get(), input.data(), output.data(), scratch.get());
  return output[0] > 0 ? 0 : 1;
}
