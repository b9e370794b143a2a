#include "quant/quantize_picture.h"

#include <algorithm>
#include <cmath>

#include "nn/checked_json.h"
#include "nn/error.h"
#include "nn/metadata.h"
#include "nn/parameters.h"
#include "nn/picture_network.h"
#include "nn/self_test.h"
#include "quant/learned_ranges.h"
#include "quant/quantize.h"

namespace nibble {
namespace {

constexpr int kMultiplierBits = 15;  // kernels::kMaxAddMultiplier is the largest of them

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::bad_model, message); }

}  // namespace

void set_addition(double scale_a, double scale_b, double output_scale, const std::string& what,
                  GraphNode& node) {
  const double greater = std::max(scale_a, scale_b) / output_scale;
  int exponent = 0;
  std::frexp(greater, &exponent);
  int shift = kMultiplierBits - exponent;
  const auto multiplier = [&](double scale) {
    return std::floor(std::ldexp(scale / output_scale, shift) + 0.5);
  };
  if (std::max(multiplier(scale_a), multiplier(scale_b)) > kernels::kMaxAddMultiplier) --shift;
  if (!(greater > 0) || shift < 1 || shift > kernels::kMaxAddShift)
    fail(what + ": the scales are too far apart for fixed point");
  node.multipliers = {static_cast<int>(multiplier(scale_a)), static_cast<int>(multiplier(scale_b))};
  node.shift = shift;
  node.scale = output_scale;
}

ModelFile quantize_picture_model(const ModelFile& model, const std::string& name) {
  if (check_metadata(model, ModelTask::find, name) != Precision::f32)
    fail(name + ": is quantised already");
  PictureGraph graph = parse_picture_graph(metadata_entry(model, "graph", name), name);
  const std::vector<LayerParameters> parameters = read_parameters(model, graph, name);
  const LearnedRanges learned = read_learned_ranges(model, name);
  const std::string what = name + ": the metadata entry \"ranges\"";
  ModelFile result;
  result.metadata = model.metadata;
  result.metadata.erase("ranges");
  std::size_t conv = 0;
  for (GraphNode& node : graph.nodes) {
    const std::string whose = name + ": node " + in_quotes(node.name);
    if (node.op == NodeOp::conv2d) {
      const LayerParameters& floats = parameters[conv++];
      const LayerRange range =
          read_learned_range(learned.layers, node.name, floats.weight_scale, node.conv.relu, what);
      set_integers(range, whose, node.conv);
      const double input_scale = node_scale(graph, node.from.front());
      write_parameters(node.conv, quantize_layer(floats, range, input_scale, whose), result);
    } else if (node.op == NodeOp::add) {
      if (!learned.layers.is_object() || !learned.layers.contains(node.name))
        fail(what + " lacks node " + in_quotes(node.name));
      const nlohmann::json& entry = learned.layers[node.name];
      node.limit = activation_max(read_bits(entry, "output_bits", whose));
      set_addition(node_scale(graph, node.from[0]), node_scale(graph, node.from[1]),
                   read_output_scale(entry, whose), whose, node);
    }
  }
  result.metadata["precision"] = precision_name(learned.precision);
  result.metadata["graph"] = graph_to_json(graph);
  result.metadata["scores_digest"] = compute_scores_digest(PictureNetwork(result, name));
  return result;
}

}  // namespace nibble
