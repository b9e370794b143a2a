#pragma once

#include <vector>

#include "nn/picture_network.h"
#include "nn/tensor.h"

namespace nibble {

/// A convolution with its weights in float: out_channels x (kernel rows x kernel columns x
/// in_channels), row-major.
struct FloatConv2d {
  Conv2d layer;
  std::vector<float> weight;
  std::vector<float> bias;  ///< out_channels values
};

/// An activation tensor that owns its values.
struct FloatTensor {
  Shape shape;
  std::vector<float> values;
};

/// Convolution, bias, relu, clip and pooling, in plain float: the reference that every other
/// implementation is held to.
FloatTensor conv2d_f32(const FloatConv2d& conv, const FloatTensor& in);

/// Natural-log softmax of each row of `classes` values, in place.
void log_softmax(std::vector<float>& values, int classes);

/// Class scores of a normalised line, see Network::run, of a float model. Throws Error(bad_model).
Logits run_reference(const ModelFile& model, TensorView<const std::uint8_t> line,
                     const std::string& name);

/// The score maps of a picture, see PictureNetwork::run, of a float model. Throws Error(bad_model).
std::vector<ScoreMap> run_picture_reference(const ModelFile& model,
                                            TensorView<const std::uint8_t> picture,
                                            const std::string& name);

}  // namespace nibble
