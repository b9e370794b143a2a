#include "nn/packed_layer.h"

#include <cstdlib>

#include "nn/error.h"

namespace nibble {
namespace {

const kernels::ConvKernel& find_kernel(Precision precision, const std::string& isa) {
  const kernels::ConvKernel* kernel =
      kernels::select_kernel(precision, isa.empty() ? nullptr : isa.c_str());
  if (kernel != nullptr) return *kernel;
  const char* forced = std::getenv("NIBBLE_ISA");
  std::string here;
  for (const kernels::ConvKernel* other : kernels::conv_kernels()) {
    if (other->precision == precision) here += (here.empty() ? "" : ", ") + std::string(other->isa);
  }
  throw Error(ErrorCode::bad_device,
              "instruction set " + (isa.empty() && forced != nullptr ? std::string(forced) : isa) +
                  ": unknown, or not on this processor, which runs " + here);
}

}  // namespace

kernels::ConvArgs conv_args(const Conv2d& layer, const Shape& in) {
  kernels::ConvArgs args;
  args.in_height = in.height;
  args.in_width = in.width;
  args.in_channels = layer.in_channels;
  args.out_channels = layer.out_channels;
  args.kernel_height = layer.kernel[0];
  args.kernel_width = layer.kernel[1];
  args.stride_height = layer.stride[0];
  args.stride_width = layer.stride[1];
  args.pad_top = layer.pad[0];
  args.pad_left = layer.pad[1];
  args.pad_bottom = layer.pad[2];
  args.pad_right = layer.pad[3];
  args.pool_height = layer.pool[0];
  args.pool_width = layer.pool[1];
  args.limit = layer.limit;
  args.relu = layer.relu;
  args.clip = layer.clip;
  return args;
}

PackedLayer pack_layer(const Conv2d& layer, const LayerParameters& parameters,
                       const KernelChoice& choice) {
  PackedLayer packed;
  packed.layer = layer;
  packed.kernel = &find_kernel(layer.precision, choice.isa);
  const kernels::ConvArgs args = conv_args(layer, {1, 1, layer.in_channels});
  if (choice.winograd) packed.kernel = &kernels::fastest_form(*packed.kernel, args);
  packed.weights = AlignedBytes(packed.kernel->packed_bytes(args));
  kernels::ConvWeights weights;
  if (layer.precision == Precision::f32) {
    weights.weights = parameters.weight_f32.data();
    weights.bias_f32 = parameters.bias_f32.data();
  } else {
    weights.weights = parameters.weight.data();
    weights.bias = parameters.bias.data();
    if (layer.limit > 0) {
      weights.multiplier = parameters.multiplier.data();
      weights.shift = parameters.shift.data();
    }
  }
  packed.kernel->pack(args, weights, packed.weights.get());
  packed.scale = parameters.scale;
  return packed;
}

}  // namespace nibble
