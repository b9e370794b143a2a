#include "quant/quantize.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nn/checked_json.h"
#include "nn/error.h"
#include "nn/metadata.h"
#include "nn/self_test.h"

namespace nibble {
namespace {

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::bad_model, message); }

std::int32_t round_to_s32(double value, const std::string& what) {
  const double rounded = std::nearbyint(value);
  if (!(std::abs(rounded) < std::numeric_limits<std::int32_t>::max()))
    fail(what + ": a bias does not fit 32 bits");
  return static_cast<std::int32_t>(rounded);
}

}  // namespace

int activation_max(int bits) {
  return bits == 4 ? kernels::kInt4ActivationMax : kernels::kInt8ActivationMax;
}
int weight_max(int bits) { return bits == 4 ? kernels::kInt4WeightMax : kernels::kInt8WeightMax; }

FixedPoint to_fixed_point(double factor, const std::string& what) {
  int exponent = 0;
  const double mantissa = std::frexp(factor, &exponent);
  double multiplier = std::nearbyint(std::ldexp(mantissa, 31));
  int shift = 31 - exponent;
  if (multiplier == std::ldexp(1.0, 31)) {
    multiplier /= 2;
    --shift;
  }
  if (!(factor > 0) || shift < 1 || shift > 62)
    fail(what + ": the scales are too far apart for fixed point");
  return {static_cast<std::int32_t>(multiplier), static_cast<std::int8_t>(shift)};
}

LayerParameters quantize_layer(const LayerParameters& parameters, const LayerRange& range,
                               double input_scale, const std::string& what) {
  LayerParameters result;
  const std::size_t channels = parameters.bias_f32.size();
  const std::size_t window = parameters.weight_f32.size() / channels;
  const auto most = static_cast<float>(weight_max(range.weight_bits));
  for (std::size_t n = 0; n < channels; ++n) {
    const float scale = range.weight_scale[n];
    for (std::size_t i = 0; i < window; ++i) {
      const float level = std::nearbyint(parameters.weight_f32[n * window + i] / scale);
      result.weight.push_back(static_cast<std::int8_t>(std::clamp(level, -most, most)));
    }
    const double step = static_cast<double>(scale) * input_scale;
    result.bias.push_back(round_to_s32(static_cast<double>(parameters.bias_f32[n]) / step, what));
    if (range.output_scale > 0) {
      const FixedPoint factor = to_fixed_point(step / range.output_scale, what);
      result.multiplier.push_back(factor.multiplier);
      result.shift.push_back(factor.shift);
    } else {
      result.scale.push_back(static_cast<float>(step));
    }
  }
  return result;
}

void set_integers(const LayerRange& range, const std::string& what, Conv2d& layer) {
  if (layer.relu != (range.output_scale > 0))
    fail(what + " needs a ReLU unless it is the last one");
  layer.precision = range.weight_bits == 4 ? Precision::int4 : Precision::int8;
  layer.limit = layer.relu ? activation_max(range.output_bits) : 0;
  if (layer.clip > 0) {
    layer.limit = std::clamp(static_cast<int>(std::nearbyint(layer.clip / range.output_scale)), 1,
                             layer.limit);
  }
  layer.clip = 0;
  layer.scale = range.output_scale;
}

ModelFile quantize(const ModelFile& model, const QuantParams& params, const std::string& name) {
  if (check_metadata(model, ModelTask::read, name) != Precision::f32)
    fail(name + ": is quantised already");
  Graph graph = parse_graph(metadata_entry(model, "graph", name), name);
  const std::vector<LayerParameters> parameters = read_parameters(model, graph, name);
  ModelFile result;
  result.metadata = model.metadata;
  result.metadata.erase("ranges");
  double input_scale = kInkScale;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    Conv2d& layer = graph.layers[i];
    const LayerRange& range = params.layers.at(i);
    set_integers(range, name + ": layer " + in_quotes(layer.name), layer);
    write_parameters(layer,
                     quantize_layer(parameters[i], range, input_scale,
                                    name + ": layer " + in_quotes(layer.name)),
                     result);
    input_scale = range.output_scale;
  }
  result.metadata["precision"] = precision_name(params.precision);
  result.metadata["graph"] = graph_to_json(graph);
  result.metadata["scores_digest"] = compute_scores_digest(Network(result, name));
  return result;
}

}  // namespace nibble
