#include "nn/graph.h"

#include <algorithm>
#include <set>

#include "nn/checked_json.h"
#include "nn/error.h"
#include "nn/json_reader.h"
#include "nn/layer_json.h"

namespace nibble {
namespace {

using nlohmann::json;

constexpr int kMaxHeight = 256;
constexpr int kMaxStride = 64;
constexpr int kMaxLineWidth = 16384;
constexpr int kMaxLayers = 64;
constexpr std::size_t kMaxActivation = std::size_t{1}
                                       << 26;  // values, at max_width: 256 MiB in float

Conv2d read_layer(const json& value, const std::string& what) {
  const JsonReader reader(value, what,
                          {"op", "name", "in", "out", "kernel", "stride", "pad", "relu", "clip",
                           "pool", "precision", "limit", "scale"});
  const std::string op = reader.text("op");
  if (op != "conv2d") reader.fail("has the unknown op " + in_quotes(op));
  return read_conv(reader);
}

void check_layers(const Graph& graph, const std::string& name) {
  std::set<std::string> names;
  int channels = 1;
  int limit = kernels::kInt8ActivationMax;
  for (const Conv2d& layer : graph.layers) {
    const std::string what = name + ": graph layer " + in_quotes(layer.name);
    if (!names.insert(layer.name).second)
      throw Error(ErrorCode::bad_model, what + " stands there twice");
    if (layer.in_channels != channels) {
      throw Error(ErrorCode::bad_model, what + " takes " + std::to_string(layer.in_channels) +
                                            " channels but gets " + std::to_string(channels));
    }
    const int input_max = layer.precision == Precision::int4 ? kernels::kInt4ActivationMax
                                                             : kernels::kInt8ActivationMax;
    if (layer.precision != Precision::f32 && limit > input_max) {
      throw Error(ErrorCode::bad_model, what + " takes inputs up to " + std::to_string(input_max) +
                                            " but gets up to " + std::to_string(limit));
    }
    const bool last = &layer == &graph.layers.back();
    if (layer.precision != Precision::f32 && last != (layer.limit == 0)) {
      throw Error(ErrorCode::bad_model,
                  what + (last ? " is the last one and must give sums"
                               : " gives sums, which the last one alone may"));
    }
    channels = layer.out_channels;
    limit = layer.limit;
  }
}

}  // namespace

Shape conv_shape(const Conv2d& layer, const Shape& in) {
  const auto extent = [](int padded, int kernel, int stride) {
    return padded < kernel ? 0 : (padded - kernel) / stride + 1;
  };
  const auto [top, left, bottom, right] = layer.pad;
  return {extent(in.height + top + bottom, layer.kernel[0], layer.stride[0]),
          extent(in.width + left + right, layer.kernel[1], layer.stride[1]), layer.out_channels};
}

Shape pool_shape(const Conv2d& layer, const Shape& conv) {
  return {conv.height / layer.pool[0], conv.width / layer.pool[1], conv.channels};
}

Shape input_shape(const Graph& graph, int width) {
  return {graph.height, (width + graph.stride - 1) / graph.stride * graph.stride, 1};
}

void check_shapes(const Graph& graph, const std::string& name) {
  for (int columns = 1; columns <= graph.max_width / graph.stride; ++columns) {
    Shape shape = input_shape(graph, columns * graph.stride);
    for (const Conv2d& layer : graph.layers) {
      const auto fail = [&](const std::string& problem) {
        throw Error(ErrorCode::bad_model, name + ": graph layer " + in_quotes(layer.name) + " " +
                                              problem + " for a line of " +
                                              std::to_string(columns * graph.stride) + " pixels");
      };
      const Shape conv = conv_shape(layer, shape);
      shape = pool_shape(layer, conv);
      if (shape.height < 1 || shape.width < 1) fail("has an empty output");
      if (conv.size() > kMaxActivation) fail("has too large an output");
    }
    if (shape.height != 1 || shape.width != columns) {
      throw Error(ErrorCode::bad_model,
                  name + ": the graph makes " + std::to_string(shape.height) + " x " +
                      std::to_string(shape.width) + " scores of a line of " +
                      std::to_string(columns * graph.stride) + " pixels; 1 x " +
                      std::to_string(columns) + " are needed");
    }
  }
}

Graph parse_graph(const std::string& text, const std::string& name) {
  const json value = parse_checked_json(text, name + ": the graph", ErrorCode::bad_model);
  const JsonReader reader(value, name + ": the graph", {"input", "stride", "max_width", "layers"});
  Graph graph;
  graph.height = JsonReader(reader.get("input"), name + ": the graph's input", {"height"})
                     .integer("height", 1, kMaxHeight);
  graph.stride = reader.integer("stride", 1, kMaxStride);
  graph.max_width = reader.integer("max_width", 1, kMaxLineWidth);
  if (graph.max_width % graph.stride != 0)
    reader.fail("has a \"max_width\" that is not a multiple of its stride");
  const json& layers = reader.get("layers");
  if (!layers.is_array() || layers.empty() || layers.size() > kMaxLayers) {
    reader.fail("has \"layers\" that are not a list of 1 to " + std::to_string(kMaxLayers));
  }
  for (const json& layer : layers)
    graph.layers.push_back(
        read_layer(layer, name + ": graph layer " + std::to_string(graph.layers.size() + 1)));
  check_layers(graph, name);
  check_shapes(graph, name);
  return graph;
}

std::string graph_to_json(const Graph& graph) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const Conv2d& layer : graph.layers) layers.push_back(conv_to_json(layer));
  const nlohmann::ordered_json value{{"input", {{"height", graph.height}}},
                                     {"stride", graph.stride},
                                     {"max_width", graph.max_width},
                                     {"layers", layers}};
  return value.dump();
}

}  // namespace nibble
