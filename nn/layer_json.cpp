#include "nn/layer_json.h"

#include <algorithm>

namespace nibble {
namespace {

constexpr int kMaxChannels = 4096;
constexpr int kMaxWindow = 15;
constexpr int kMaxPool = 2;  // what the kernels do
constexpr std::size_t kMaxNameBytes = 64;

bool is_layer_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(), allowed);
}

/// The entries of a layer of integers; a layer without "precision" is float.
void read_quantization(const JsonReader& reader, Conv2d& layer) {
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
  layer.scale = reader.positive("scale");
}

}  // namespace

std::string read_name(const JsonReader& reader) {
  std::string name = reader.text("name");
  if (!is_layer_name(name))
    reader.fail("has a name that is not 1 to 64 of the characters A-Z a-z 0-9 _ . -");
  return name;
}

Conv2d read_conv(const JsonReader& reader) {
  Conv2d layer;
  layer.name = read_name(reader);
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
    const nlohmann::json& clip = reader.get("clip");
    if (!clip.is_number() || clip < 0.0 || clip > 1e6)
      reader.fail("has \"clip\" that is not a number from 0 to 1000000");
    layer.clip = clip.get<float>();
  }
  if (layer.clip > 0 && !layer.relu) reader.fail("has \"clip\" without \"relu\"");
  read_quantization(reader, layer);
  return layer;
}

nlohmann::ordered_json conv_to_json(const Conv2d& layer) {
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
  return entry;
}

}  // namespace nibble
