#pragma once

#include <string>

#include "kernels/kernel.h"
#include "nn/aligned_bytes.h"
#include "nn/network.h"
#include "nn/parameters.h"

namespace nibble {

/// What a kernel computes for a layer on an input of this extent.
kernels::ConvArgs conv_args(const Conv2d& layer, const Shape& in);

/// A layer with its kernel and its weights in that kernel's order.
struct PackedLayer {
  Conv2d layer;
  const kernels::ConvKernel* kernel = nullptr;
  AlignedBytes weights;
  std::vector<float> scale;  ///< of the sums, where these are integers
};

/// Chooses the kernel and packs. Throws Error(bad_device) for an instruction set that cannot run
/// here.
PackedLayer pack_layer(const Conv2d& layer, const LayerParameters& parameters,
                       const KernelChoice& choice);

}  // namespace nibble
