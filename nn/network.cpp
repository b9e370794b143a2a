#include "nn/network.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "nn/checked_json.h"
#include "nn/digest.h"
#include "nn/error.h"
#include "nn/float_reference.h"
#include "nn/graph.h"

namespace nibble {
namespace {

using nlohmann::json;

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::bad_model, message); }

const std::string& metadata_entry(const ModelFile& model, const std::string& key, const std::string& name) {
  const auto entry = model.metadata.find(key);
  if (entry == model.metadata.end()) fail(name + ": the metadata lack " + in_quotes(key));
  return entry->second;
}

void check_metadata(const ModelFile& model, const std::string& name) {
  const std::string& version = metadata_entry(model, "format_version", name);
  if (version != "1") fail(name + ": has format version " + in_quotes(version) + "; this program reads version 1");
  const std::string& precision = metadata_entry(model, "precision", name);
  if (!parse_precision(precision)) fail(name + ": has the unknown precision " + in_quotes(precision));
  if (precision != precision_name(Precision::f32)) fail(name + ": has precision " + precision + "; only f32 can be run");
  for (const char* key : {"normalization", "training"}) {
    const auto entry = model.metadata.find(key);
    if (entry != model.metadata.end())
      parse_checked_json(entry->second, name + ": the metadata entry " + in_quotes(key), ErrorCode::bad_model);
  }
}

/// Whether a text of valid UTF-8 is one code point that can be printed on a line.
bool is_character(const std::string& text) {
  const auto starts = std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  if (starts != 1) return false;
  const auto first = static_cast<unsigned char>(text[0]);
  const bool c0_control = first < 0x20 || first == 0x7F;
  const bool c1_control = first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
  return !c0_control && !c1_control;
}

std::vector<std::string> read_alphabet(const ModelFile& model, const std::string& name) {
  const json value = parse_checked_json(metadata_entry(model, "alphabet", name), name + ": the alphabet", ErrorCode::bad_model);
  if (!value.is_array() || value.empty()) fail(name + ": the alphabet is not a list of characters");
  std::vector<std::string> alphabet;
  std::set<std::string> seen;
  for (const json& entry : value) {
    if (!entry.is_string() || !is_character(entry.get<std::string>())) {
      fail(name + ": entry " + std::to_string(alphabet.size() + 1) + " of the alphabet is not one printable character");
    }
    alphabet.push_back(entry.get<std::string>());
    if (!seen.insert(alphabet.back()).second) fail(name + ": the alphabet has " + in_quotes(alphabet.back()) + " twice");
  }
  return alphabet;
}

std::vector<float> read_tensor(const ModelFile& model, const std::string& key, const std::vector<std::int64_t>& shape,
                               const std::string& name) {
  const std::string what = name + ": tensor " + in_quotes(key);
  const auto found = model.tensors.find(key);
  if (found == model.tensors.end()) fail(what + " is missing");
  if (found->second.dtype != DType::f32) fail(what + " is not of type F32");
  if (found->second.shape != shape) fail(what + " has not the shape that the graph asks for");
  std::vector<float> values = found->second.as_f32();
  std::size_t expected = 1;
  for (const std::int64_t extent : shape) expected *= static_cast<std::size_t>(extent);
  if (values.size() != expected) fail(what + " has data that do not match its shape");
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) fail(what + " has a value that is not finite");
  return values;
}

std::vector<FloatConv2d> read_layers(const ModelFile& model, const Graph& graph, const std::string& name) {
  std::vector<FloatConv2d> layers;
  std::set<std::string> used;
  for (const Conv2d& layer : graph.layers) {
    const std::string weight = layer.name + ".weight";
    const std::string bias = layer.name + ".bias";
    layers.push_back({layer, read_tensor(model, weight, {layer.out_channels, layer.kernel[0], layer.kernel[1], layer.in_channels}, name),
                      read_tensor(model, bias, {layer.out_channels}, name)});
    used.insert({weight, bias});
  }
  for (const auto& [key, unused] : model.tensors) {
    if (used.count(key) == 0) fail(name + ": tensor " + in_quotes(key) + " belongs to no layer of the graph");
  }
  return layers;
}

/// Ink is 1 and paper 0, so that the zeros around a convolution are paper.
FloatTensor ink(TensorView<const std::uint8_t> line, const Shape& shape) {
  FloatTensor out{shape, std::vector<float>(shape.size())};
  for (int y = 0; y < shape.height; ++y) {
    const std::uint8_t* from = line.data + static_cast<std::ptrdiff_t>(y) * line.shape.width;
    float* to = out.values.data() + static_cast<std::ptrdiff_t>(y) * shape.width;
    std::transform(from, from + line.shape.width, to, [](std::uint8_t p) { return static_cast<float>(255 - p) / 255.0F; });
  }
  return out;
}

}  // namespace

const char* precision_name(Precision precision) {
  switch (precision) {
    case Precision::f32: return "f32";
    case Precision::int8: return "int8";
    case Precision::int4: return "int4";
  }
  return "unknown";
}

std::optional<Precision> parse_precision(const std::string& name) {
  for (const Precision precision : {Precision::f32, Precision::int8, Precision::int4}) {
    if (name == precision_name(precision)) return precision;
  }
  return std::nullopt;
}

struct Network::Impl {
  std::string name;
  Graph graph;
  std::vector<std::string> alphabet;
  std::string digest;
  std::vector<FloatConv2d> layers;

  void check_width(int width) const {
    if (width < 1 || width > graph.max_width) {
      throw Error(ErrorCode::usage, "a line of " + std::to_string(width) + " pixels cannot be read; " + name + " takes 1 to " +
                                        std::to_string(graph.max_width));
    }
  }
};

Network::Network(const ModelFile& model, const std::string& name) {
  auto impl = std::make_unique<Impl>();
  impl->name = name;
  check_metadata(model, name);
  impl->alphabet = read_alphabet(model, name);
  impl->graph = parse_graph(metadata_entry(model, "graph", name), name);
  const std::size_t classes = impl->alphabet.size() + 1;
  const int scores = impl->graph.layers.back().out_channels;
  if (static_cast<std::size_t>(scores) != classes) {
    fail(name + ": the last layer has " + std::to_string(scores) + " channels; the alphabet and the blank need " + std::to_string(classes));
  }
  impl->layers = read_layers(model, impl->graph, name);
  impl->digest = model_digest(model);
  impl_ = std::move(impl);
}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

Logits Network::run(TensorView<const std::uint8_t> line) const {
  impl_->check_width(line.shape.width);
  if (line.shape.height != impl_->graph.height || line.shape.channels != 1) {
    throw Error(ErrorCode::usage, "a line must be grey and have " + std::to_string(impl_->graph.height) + " rows for " + impl_->name);
  }
  FloatTensor x = ink(line, input_shape(impl_->graph, line.shape.width));
  for (const FloatConv2d& layer : impl_->layers) x = conv2d_f32(layer, x);
  log_softmax(x.values, x.shape.channels);
  if (!std::all_of(x.values.begin(), x.values.end(), [](float v) { return std::isfinite(v); })) {
    fail(impl_->name + ": the scores overflow; the weights are unusable");
  }
  return {x.shape.width, x.shape.channels, impl_->graph.stride, std::move(x.values)};
}

const Graph& Network::graph() const { return impl_->graph; }
Precision Network::precision() const { return Precision::f32; }
const std::vector<std::string>& Network::alphabet() const { return impl_->alphabet; }
const std::string& Network::digest() const { return impl_->digest; }

std::int64_t Network::weight_count() const {
  std::int64_t count = 0;
  for (const FloatConv2d& layer : impl_->layers) count += static_cast<std::int64_t>(layer.weight.size());
  return count;
}

std::int64_t Network::mac_count(int width) const {
  impl_->check_width(width);
  std::int64_t count = 0;
  Shape shape = input_shape(impl_->graph, width);
  for (const FloatConv2d& layer : impl_->layers) {
    const Shape full = conv_shape(layer.layer, shape);
    count += static_cast<std::int64_t>(full.height) * full.width * static_cast<std::int64_t>(layer.weight.size());
    shape = pool_shape(layer.layer, full);
  }
  return count;
}

}  // namespace nibble
