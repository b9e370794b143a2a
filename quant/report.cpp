#include "quant/report.h"

#include <algorithm>
#include <cmath>

#include "nn/parameters.h"
#include "quant/quantize.h"

namespace nibble {
namespace {

/// Power of a signal and of its noise.
struct Noise {
  double signal = 0;
  double noise = 0;

  void add(double value, double approximation) {
    signal += value * value;
    noise += (value - approximation) * (value - approximation);
  }
  double decibels() const { return noise > 0 && signal > 0 ? 10 * std::log10(signal / noise) : 0; }
};

/// Best class a column, repeats joined, blanks dropped.
std::vector<int> best_path(const Logits& logits) {
  std::vector<int> classes;
  int before = 0;
  for (int x = 0; x < logits.columns; ++x) {
    const float* column = logits.column(x);
    const int best = static_cast<int>(std::max_element(column, column + logits.classes) - column);
    if (best != 0 && best != before) classes.push_back(best);
    before = best;
  }
  return classes;
}

/// The float model with the weights of layer `index` rounded to their levels.
ModelFile with_rounded_weights(const ModelFile& model, const Conv2d& layer,
                               const LayerParameters& parameters, const LayerRange& range) {
  LayerParameters rounded = parameters;
  const std::vector<std::int8_t> levels = quantize_layer(parameters, range, 1, layer.name).weight;
  const std::size_t window = levels.size() / range.weight_scale.size();
  for (std::size_t i = 0; i < levels.size(); ++i)
    rounded.weight_f32[i] = static_cast<float>(levels[i]) * range.weight_scale[i / window];
  ModelFile result = model;
  write_parameters(layer, rounded, result);
  return result;
}

Noise weight_noise(const LayerParameters& before, const ModelFile& after, const Graph& graph,
                   std::size_t layer, const std::string& name) {
  const std::vector<float> rounded = read_parameters(after, graph, name)[layer].weight_f32;
  Noise noise;
  for (std::size_t i = 0; i < rounded.size(); ++i) noise.add(before.weight_f32[i], rounded[i]);
  return noise;
}

/// Compares the two networks' outputs of every layer, and adds what the lines show to the report.
void compare_outputs(const Network& network, const Network& integers,
                     const std::vector<CalibrationLine>& lines, QuantReport& report,
                     std::vector<std::vector<int>>& truths) {
  const std::vector<Conv2d>& layers = integers.graph().layers;
  std::vector<Noise> noise(layers.size());
  Workspace one;
  Workspace other;
  std::vector<std::vector<float>> outputs(layers.size());
  for (const CalibrationLine& line : lines) {
    const auto keep = [&](std::size_t layer, const Shape& shape, const void* values) {
      const auto* from = static_cast<const float*>(values);
      outputs[layer].assign(from, from + shape.size());
    };
    const std::vector<int> read = best_path(network.run(line.view(), one, keep));
    const auto compare = [&](std::size_t layer, const Shape& shape, const void* values) {
      if (layers[layer].limit == 0) return;  // scores: their accuracy says more
      const auto* levels = static_cast<const std::uint8_t*>(values);
      for (std::size_t i = 0; i < shape.size(); ++i)
        noise[layer].add(outputs[layer][i], levels[i] * layers[layer].scale);
    };
    const std::vector<int> read_integers = best_path(integers.run(line.view(), other, compare));
    truths.push_back(line.classes.empty() ? read : line.classes);
    report.right_f32 += read == truths.back() ? 1 : 0;
    report.right_quantized += read_integers == truths.back() ? 1 : 0;
  }
  for (std::size_t i = 0; i < layers.size(); ++i)
    report.layers[i].output_sqnr = noise[i].decibels();
}

/// Share of lines read right with one layer's weights and outputs rounded, all else in float.
double right_with(const ModelFile& model, std::size_t rounded, const LayerRange& range,
                  const std::vector<CalibrationLine>& lines,
                  const std::vector<std::vector<int>>& truths, const std::string& name) {
  const Network network(model, name);
  Workspace workspace;
  const double scale = range.output_scale;
  const auto limit = static_cast<double>(activation_max(range.output_bits));
  const auto round_outputs = [&](std::size_t layer, const Shape& shape, void* values) {
    if (layer != rounded || scale <= 0) return;
    auto* outputs = static_cast<float*>(values);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      outputs[i] = static_cast<float>(std::min(std::nearbyint(outputs[i] / scale), limit) * scale);
    }
  };
  std::size_t right = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    right += best_path(network.run(lines[i].view(), workspace, round_outputs)) == truths[i] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(lines.size());
}

}  // namespace

QuantReport make_report(const ModelFile& model, const ModelFile& quantized,
                        const QuantParams& params, const std::vector<CalibrationLine>& lines,
                        const std::string& name) {
  const Network network(model, name);
  const Network integers(quantized, name);
  const std::vector<LayerParameters> parameters = read_parameters(model, network.graph(), name);
  QuantReport report{precision_name(params.precision), params.origin, lines.size(), 0, 0, {}};
  std::vector<ModelFile> rounded;
  for (std::size_t i = 0; i < params.layers.size(); ++i) {
    const LayerRange& range = params.layers[i];
    const Conv2d& layer = network.graph().layers[i];
    rounded.push_back(with_rounded_weights(model, layer, parameters[i], range));
    LayerReport entry{layer.name,
                      range.weight_bits,
                      range.output_scale > 0 ? range.output_bits : 0,
                      range.output_scale,
                      0,
                      0,
                      0,
                      0,
                      0};
    entry.weight_sqnr =
        weight_noise(parameters[i], rounded.back(), network.graph(), i, name).decibels();
    report.layers.push_back(entry);
  }
  if (lines.empty()) return report;
  std::vector<std::vector<int>> truths;
  compare_outputs(network, integers, lines, report, truths);
  report.right_f32 /= static_cast<double>(lines.size());
  report.right_quantized /= static_cast<double>(lines.size());
  const std::vector<RangeObserver> outputs = observe_outputs(network, lines);
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    LayerReport& entry = report.layers[i];
    entry.greatest = static_cast<double>(outputs[i].greatest());
    if (entry.output_bits > 0)
      entry.clipped_share =
          outputs[i].clipped_share(entry.output_scale, activation_max(entry.output_bits));
    entry.right_alone = right_with(rounded[i], i, params.layers[i], lines, truths, name);
  }
  return report;
}

}  // namespace nibble
