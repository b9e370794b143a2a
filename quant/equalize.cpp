#include "quant/equalize.h"

#include <algorithm>
#include <cmath>

#include "nn/error.h"
#include "nn/parameters.h"

namespace nibble {
namespace {

/// 1 would give all channels one range, and the next layer's weights the whole difference to bear.
constexpr double kExponent = 0.75;
/// Greatest factor of a channel, and the inverse of the least one.
constexpr double kMaxFactor = 10;

/// The greatest output of each channel of each layer, which is the range of a channel.
std::vector<std::vector<float>> channel_ranges(const Network& network,
                                               const std::vector<CalibrationLine>& lines) {
  std::vector<std::vector<float>> ranges;
  for (const Conv2d& layer : network.graph().layers) ranges.emplace_back(layer.out_channels, 0.0F);
  Workspace workspace;
  for (const CalibrationLine& line : lines) {
    network.run(
        line.view(), workspace, [&](std::size_t layer, const Shape& shape, const void* values) {
          const auto* outputs = static_cast<const float*>(values);
          std::vector<float>& greatest = ranges[layer];
          for (std::size_t i = 0; i < shape.size(); ++i)
            greatest[i % greatest.size()] = std::max(greatest[i % greatest.size()], outputs[i]);
        });
  }
  return ranges;
}

/// What to divide each channel by: around 1 in the geometric mean; 1 for a channel without a range.
std::vector<float> factors(const std::vector<float>& ranges) {
  double sum = 0;
  int count = 0;
  for (const float range : ranges) {
    if (range <= 0) continue;
    sum += std::log(range);
    ++count;
  }
  std::vector<float> result;
  for (const float range : ranges) {
    const double factor = range > 0 ? std::exp(kExponent * (std::log(range) - sum / count)) : 1;
    result.push_back(static_cast<float>(std::clamp(factor, 1 / kMaxFactor, kMaxFactor)));
  }
  return result;
}

void scale_channels(LayerParameters& layer, LayerParameters& next,
                    const std::vector<float>& factor) {
  const std::size_t channels = factor.size();
  const std::size_t window = layer.weight_f32.size() / channels;
  for (std::size_t i = 0; i < layer.weight_f32.size(); ++i)
    layer.weight_f32[i] /= factor[i / window];
  for (std::size_t n = 0; n < channels; ++n) layer.bias_f32[n] /= factor[n];
  for (std::size_t i = 0; i < next.weight_f32.size(); ++i)
    next.weight_f32[i] *= factor[i % channels];
}

}  // namespace

ModelFile equalize_channels(const ModelFile& model, const std::vector<CalibrationLine>& lines,
                            const std::string& name) {
  if (lines.empty()) throw Error(ErrorCode::usage, "equalising channels needs lines");
  const Network network(model, name);
  if (network.precision() != Precision::f32) {
    throw Error(ErrorCode::bad_model,
                name + ": has precision " + precision_name(network.precision()) + " already");
  }
  const std::vector<Conv2d>& layers = network.graph().layers;
  std::vector<LayerParameters> parameters = read_parameters(model, network.graph(), name);
  const std::vector<std::vector<float>> ranges = channel_ranges(network, lines);
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    if (layers[i].relu && layers[i].clip == 0)
      scale_channels(parameters[i], parameters[i + 1], factors(ranges[i]));
  }
  ModelFile result = model;
  for (std::size_t i = 0; i < layers.size(); ++i)
    write_parameters(layers[i], parameters[i], result);
  return result;
}

}  // namespace nibble
