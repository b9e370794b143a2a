#pragma once

#include <string>

#include "nn/model_file.h"
#include "nn/picture_graph.h"

namespace nibble {

/// Makes an addition of integers whose output has this scale: with the one shift at which the
/// larger multiplier is in 2^14 .. 2^15 - 1, each multiplier is next to the scale of its operand
/// divided by that of the output, times 2^shift. Throws Error(bad_model) for scales that are too
/// far apart.
void set_addition(double scale_a, double scale_b, double output_scale, const std::string& what,
                  GraphNode& node);

/// The integer model of a float model for pictures (format version 2) that holds the bits and
/// scales learned in training: convolutions as quantize() makes them, additions by set_addition;
/// pooling and up-sampling keep their input's scale. The digest of its scores is stored in it.
/// Throws Error(bad_model).
ModelFile quantize_picture_model(const ModelFile& model, const std::string& name);

}  // namespace nibble
