#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/model_file.h"
#include "nn/network.h"
#include "nn/picture_graph.h"

namespace nibble {

/// The numbers of one convolution as they stand in a model file; `weight` is [out_channels][kernel
/// rows][kernel columns][in_channels].
///
/// | tensor           | f32            | integers |
/// |------------------|----------------|------------------------------------------------------------------------------|
/// | NAME.weight      | F32            | int8: I8, -127..127; int4: U8, two weights -7..7 a byte,
/// the first one low    | | NAME.bias        | F32 [out]      | I32 [out], in units of the sums |
/// | NAME.multiplier  |                | I32 [out], 0..2^31 - 1, and | | NAME.shift       | | I8
/// [out], 1..62: see kernels::ConvWeights; not for the last layer            | | NAME.scale       |
/// | F32 [out], the last layer alone: score = sum * scale                         | |
/// NAME.weight_scale| F32 [out], optional: the step of each channel's weights, learned in training
/// |                |
struct LayerParameters {
  std::vector<float> weight_f32;
  std::vector<float> bias_f32;
  std::vector<float> weight_scale;
  std::vector<std::int8_t> weight;
  std::vector<std::int32_t> bias;
  std::vector<std::int32_t> multiplier;
  std::vector<std::int8_t> shift;
  std::vector<float> scale;

  /// Number of weights.
  std::size_t size() const { return weight_f32.size() + weight.size(); }
};

/// Reads the parameters of all layers. Throws Error(bad_model) for one that is missing, of another
/// type or shape or out of range, for sums that could leave 32 bits, and for a tensor that belongs
/// to no layer.
std::vector<LayerParameters> read_parameters(const ModelFile& model, const Graph& graph,
                                             const std::string& name);

/// The same for the convolutions of a branching graph, in order.
std::vector<LayerParameters> read_parameters(const ModelFile& model, const PictureGraph& graph,
                                             const std::string& name);

/// Adds the tensors of one layer to a model file.
void write_parameters(const Conv2d& layer, const LayerParameters& parameters, ModelFile& model);

/// Two weights of 4 bits (-8..7) a byte, the first one in the low half; a last odd one stands
/// alone.
std::vector<std::uint8_t> pack_nibbles(const std::vector<std::int8_t>& weights);

/// The first `count` weights of packed bytes.
std::vector<std::int8_t> unpack_nibbles(const std::uint8_t* bytes, std::size_t count);

}  // namespace nibble
