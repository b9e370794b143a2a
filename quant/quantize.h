#pragma once

#include <string>

#include "nn/model_file.h"
#include "nn/parameters.h"
#include "quant/calibration.h"

namespace nibble {

/// Greatest activation and greatest magnitude of a weight of this many bits (4 or 8); 8 bits use 7
/// of an activation's byte.
int activation_max(int bits);
int weight_max(int bits);

/// multiplier / 2^shift next to `factor`, with a multiplier of 2^30..2^31 - 1 wherever the shift
/// allows it.
struct FixedPoint {
  std::int32_t multiplier = 0;
  std::int8_t shift = 1;
};
/// `factor` is positive, at most 2^29. Throws Error(bad_model) for one that no shift of 1..62 can
/// give.
FixedPoint to_fixed_point(double factor, const std::string& what);

/// The integers of one float layer whose inputs have this scale.
LayerParameters quantize_layer(const LayerParameters& parameters, const LayerRange& range,
                               double input_scale, const std::string& what);

/// Makes a float layer one of integers with these bits and scales; see Conv2d. Throws
/// Error(bad_model).
void set_integers(const LayerRange& range, const std::string& what, Conv2d& layer);

/// The integer model of a float model: symmetric weights with a scale a channel, activations with a
/// scale a tensor and zero point 0, biases in 32 bits, requantisation by fixed point
/// (kernels/kernel.h). The digest of its scores is stored in it. Throws Error(bad_model).
ModelFile quantize(const ModelFile& model, const QuantParams& params, const std::string& name);

}  // namespace nibble
