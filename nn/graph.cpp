#include "nn/graph.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <set>
#include <string_view>

#include "nn/checked_json.h"
#include "nn/error.h"

namespace nibble {
namespace {

using nlohmann::json;

constexpr int kMaxHeight = 256;
constexpr int kMaxStride = 64;
constexpr int kMaxLineWidth = 16384;
constexpr int kMaxLayers = 64;
constexpr int kMaxChannels = 4096;
constexpr int kMaxWindow = 15;
constexpr int kMaxPool = 2;  // what the kernels do
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxActivation = std::size_t{1}
                                       << 26;  // values, at max_width: 256 MiB in float

/// Reads the members of one JSON object with checks; the messages name the object.
class Reader {
 public:
  Reader(const json& object, std::string what, std::initializer_list<std::string_view> known)
      : object_(object), what_(std::move(what)) {
    if (!object.is_object()) fail("is not an object");
    for (const auto& [key, unused] : object.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end())
        fail("has the unknown entry " + in_quotes(key));
    }
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw Error(ErrorCode::bad_model, what_ + " " + problem);
  }

  bool has(const char* key) const { return object_.contains(key); }

  const json& get(const char* key) const {
    if (!has(key)) fail("lacks " + in_quotes(key));
    return object_[key];
  }

  int integer(const char* key, int least, int most) const {
    return checked(key, get(key), least, most);
  }

  template <std::size_t N>
  void integers(const char* key, int least, int most, std::array<int, N>& values) const {
    if (!has(key)) return;
    const json& list = get(key);
    if (!list.is_array() || list.size() != N)
      fail("has " + in_quotes(key) + " that is not a list of " + std::to_string(N) + " integers");
    for (std::size_t i = 0; i < N; ++i) values[i] = checked(key, list[i], least, most);
  }

  std::string text(const char* key) const {
    if (!get(key).is_string()) fail("has " + in_quotes(key) + " that is not a string");
    return get(key).get<std::string>();
  }

 private:
  int checked(const char* key, const json& value, int least, int most) const {
    const bool fits = value.is_number_integer() && value >= least && value <= most;
    if (!fits)
      fail("has " + in_quotes(key) + " that is not an integer from " + std::to_string(least) +
           " to " + std::to_string(most));
    return value.get<int>();
  }

  const json& object_;
  std::string what_;
};

bool is_layer_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(), allowed);
}

/// The entries of a layer of integers; a layer without "precision" is float.
void read_quantization(const Reader& reader, Conv2d& layer) {
  if (!reader.has("precision")) {
    if (reader.has("limit") || reader.has("scale"))
      reader.fail("has \"limit\" or \"scale\" without \"precision\"");
    return;
  }
  const auto precision = parse_precision(reader.text("precision"));
  if (!precision || *precision == Precision::f32)
    reader.fail("has \"precision\" that is not int8 or int4");
  if (layer.clip > 0) reader.fail("has \"clip\" and integers, which \"limit\" bounds");
  layer.precision = *precision;
  if (!layer.relu) {
    if (reader.has("limit") || reader.has("scale"))
      reader.fail("has \"limit\" or \"scale\" without \"relu\"");
    return;
  }
  layer.limit = reader.integer("limit", 1, kernels::kInt8ActivationMax);
  const json& scale = reader.get("scale");
  if (!scale.is_number() || !(scale > 0.0) || scale > 1e6)
    reader.fail("has \"scale\" that is not a positive number");
  layer.scale = scale.get<double>();
}

Conv2d read_layer(const json& value, const std::string& what) {
  const Reader reader(value, what,
                      {"op", "name", "in", "out", "kernel", "stride", "pad", "relu", "clip", "pool",
                       "precision", "limit", "scale"});
  const std::string op = reader.text("op");
  if (op != "conv2d") reader.fail("has the unknown op " + in_quotes(op));
  Conv2d layer;
  layer.name = reader.text("name");
  if (!is_layer_name(layer.name))
    reader.fail("has a name that is not 1 to 64 of the characters A-Z a-z 0-9 _ . -");
  layer.in_channels = reader.integer("in", 1, kMaxChannels);
  layer.out_channels = reader.integer("out", 1, kMaxChannels);
  reader.get("kernel");
  reader.integers("kernel", 1, kMaxWindow, layer.kernel);
  reader.integers("stride", 1, kMaxWindow, layer.stride);
  reader.integers("pad", 0, kMaxWindow - 1, layer.pad);
  reader.integers("pool", 1, kMaxPool, layer.pool);
  const auto [top, left, bottom, right] = layer.pad;
  if (std::max(top, bottom) >= layer.kernel[0] || std::max(left, right) >= layer.kernel[1])
    reader.fail("has a pad as large as its kernel");
  if (reader.has("relu")) {
    if (!reader.get("relu").is_boolean()) reader.fail("has \"relu\" that is not true or false");
    layer.relu = reader.get("relu").get<bool>();
  }
  if (reader.has("clip")) {
    const json& clip = reader.get("clip");
    if (!clip.is_number() || clip < 0.0 || clip > 1e6)
      reader.fail("has \"clip\" that is not a number from 0 to 1000000");
    layer.clip = clip.get<float>();
  }
  if (layer.clip > 0 && !layer.relu) reader.fail("has \"clip\" without \"relu\"");
  read_quantization(reader, layer);
  return layer;
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
  const Reader reader(value, name + ": the graph", {"input", "stride", "max_width", "layers"});
  Graph graph;
  graph.height = Reader(reader.get("input"), name + ": the graph's input", {"height"})
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
  for (const Conv2d& layer : graph.layers) {
    nlohmann::ordered_json entry{{"op", "conv2d"},          {"name", layer.name},
                                 {"in", layer.in_channels}, {"out", layer.out_channels},
                                 {"kernel", layer.kernel},  {"stride", layer.stride},
                                 {"pad", layer.pad},        {"relu", layer.relu},
                                 {"pool", layer.pool}};
    if (layer.clip > 0) entry["clip"] = layer.clip;
    if (layer.precision != Precision::f32) {
      entry["precision"] = precision_name(layer.precision);
      if (layer.limit > 0) entry["limit"] = layer.limit;
      if (layer.limit > 0) entry["scale"] = layer.scale;
    }
    layers.push_back(std::move(entry));
  }
  const nlohmann::ordered_json value{{"input", {{"height", graph.height}}},
                                     {"stride", graph.stride},
                                     {"max_width", graph.max_width},
                                     {"layers", layers}};
  return value.dump();
}

}  // namespace nibble
