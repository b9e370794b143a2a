#include "quant/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nn/checked_json.h"
#include "nn/graph.h"
#include "nn/metadata.h"
#include "nn/parameters.h"
#include "quant/learned_ranges.h"
#include "quant/quantize.h"

namespace nibble {
namespace {

using nlohmann::json;

constexpr int kWeightCandidates = 80;
constexpr double kMinShare = 0.25;

/// The scale of least squared error for a channel's weights.
float best_weight_scale(const float* weights, std::size_t count, int most) {
  double greatest = 0;
  for (std::size_t i = 0; i < count; ++i)
    greatest = std::max(greatest, static_cast<double>(std::abs(weights[i])));
  if (greatest == 0) return 1.0F / static_cast<float>(most);
  double best = greatest / most;
  double least = std::numeric_limits<double>::infinity();
  for (int c = 0; c < kWeightCandidates; ++c) {
    const double scale =
        greatest / most * (kMinShare + (1 - kMinShare) * c / (kWeightCandidates - 1));
    double error = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const double q = std::clamp(std::nearbyint(weights[i] / scale), -static_cast<double>(most),
                                  static_cast<double>(most));
      error += (q * scale - weights[i]) * (q * scale - weights[i]);
    }
    if (error >= least) continue;
    least = error;
    best = scale;
  }
  return static_cast<float>(best);
}

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::bad_model, message); }

}  // namespace

int read_bits(const json& entry, const char* key, const std::string& what) {
  if (!entry.is_object() || !entry.contains(key) || !entry[key].is_number_integer() ||
      (entry[key] != 4 && entry[key] != 8)) {
    fail(what + " has not " + in_quotes(key) + " of 4 or 8");
  }
  return entry[key].get<int>();
}

double read_output_scale(const json& entry, const std::string& what) {
  if (!entry.is_object() || !entry.contains("output_scale") || !entry["output_scale"].is_number() ||
      !(entry["output_scale"] > 0.0)) {
    fail(what + " has no positive \"output_scale\"");
  }
  return entry["output_scale"].get<double>();
}

std::vector<RangeObserver> observe_outputs(const Network& network,
                                           const std::vector<CalibrationLine>& lines) {
  std::vector<RangeObserver> observers(network.graph().layers.size());
  Workspace workspace;
  for (const CalibrationLine& line : lines) {
    network.run(line.view(), workspace,
                [&](std::size_t layer, const Shape& shape, const void* values) {
                  observers[layer].observe(static_cast<const float*>(values), shape.size());
                });
  }
  return observers;
}

std::vector<LayerRange> layer_bits(Precision precision, std::size_t layers) {
  std::vector<LayerRange> ranges(layers);
  if (precision != Precision::int4) return ranges;
  for (std::size_t i = 0; i < layers; ++i) {
    ranges[i].weight_bits = i == 0 || i + 1 == layers ? 8 : 4;
    ranges[i].output_bits = i + 2 < layers ? 4 : 8;
  }
  return ranges;
}

QuantParams calibrate(const ModelFile& model, const std::vector<CalibrationLine>& lines,
                      Precision precision, RangeMethod method, const std::string& name) {
  if (lines.empty()) throw Error(ErrorCode::usage, "calibration needs lines");
  const Network network(model, name);
  if (network.precision() != Precision::f32)
    fail(name + ": has precision " + precision_name(network.precision()) + " already");
  const std::vector<LayerParameters> parameters = read_parameters(model, network.graph(), name);
  const std::vector<RangeObserver> outputs = observe_outputs(network, lines);
  QuantParams result{precision, layer_bits(precision, parameters.size()),
                     std::string("calibrated by ") + range_method_name(method)};
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    LayerRange& range = result.layers[i];
    const std::size_t channels = parameters[i].bias_f32.size();
    const std::size_t window = parameters[i].weight_f32.size() / channels;
    for (std::size_t n = 0; n < channels; ++n) {
      range.weight_scale.push_back(best_weight_scale(parameters[i].weight_f32.data() + n * window,
                                                     window, weight_max(range.weight_bits)));
    }
    if (i + 1 < parameters.size())
      range.output_scale = outputs[i].scale(method, activation_max(range.output_bits));
  }
  return result;
}

bool has_learned_ranges(const ModelFile& model) { return model.metadata.count("ranges") != 0; }

LearnedRanges read_learned_ranges(const ModelFile& model, const std::string& name) {
  const std::string what = name + ": the metadata entry \"ranges\"";
  const json value =
      parse_checked_json(metadata_entry(model, "ranges", name), what, ErrorCode::bad_model);
  if (!value.is_object() || !value.contains("precision") || !value["precision"].is_string() ||
      !value.contains("layers")) {
    fail(what + " has not \"precision\" and \"layers\"");
  }
  const auto precision = parse_precision(value["precision"].get<std::string>());
  if (!precision || *precision == Precision::f32)
    fail(what + " has a precision that is not int8 or int4");
  return {*precision, value["layers"]};
}

LayerRange read_learned_range(const json& layers, const std::string& layer,
                              const std::vector<float>& weight_scale, bool output,
                              const std::string& what) {
  if (!layers.is_object() || !layers.contains(layer))
    fail(what + " lacks layer " + in_quotes(layer));
  const std::string whose = what + ", layer " + in_quotes(layer);
  const json& entry = layers[layer];
  LayerRange range{read_bits(entry, "weight_bits", whose), read_bits(entry, "output_bits", whose),
                   0, weight_scale};
  if (range.weight_scale.empty())
    fail(what + ": tensor " + in_quotes(layer + ".weight_scale") + " is missing");
  if (output) range.output_scale = read_output_scale(entry, whose);
  return range;
}

QuantParams learned_ranges(const ModelFile& model, const std::string& name) {
  const std::string what = name + ": the metadata entry \"ranges\"";
  const LearnedRanges learned = read_learned_ranges(model, name);
  const Graph graph = parse_graph(metadata_entry(model, "graph", name), name);
  const std::vector<LayerParameters> parameters = read_parameters(model, graph, name);
  QuantParams result{learned.precision, {}, "learned in training"};
  for (std::size_t i = 0; i < graph.layers.size(); ++i) {
    result.layers.push_back(read_learned_range(learned.layers, graph.layers[i].name,
                                               parameters[i].weight_scale,
                                               i + 1 < graph.layers.size(), what));
  }
  return result;
}

}  // namespace nibble
