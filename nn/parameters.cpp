#include "nn/parameters.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <set>
#include <type_traits>

#include "nn/checked_json.h"
#include "nn/dtype.h"
#include "nn/error.h"

namespace nibble {
namespace {

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::bad_model, message); }

template <typename T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>) return DType::f32;
  if constexpr (std::is_same_v<T, std::int8_t>) return DType::s8;
  if constexpr (std::is_same_v<T, std::uint8_t>) return DType::u8;
  return DType::s32;
}

std::size_t element_count(const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  return count;
}

template <typename T>
ModelTensor make_tensor(std::vector<std::int64_t> shape, const std::vector<T>& values) {
  ModelTensor tensor{dtype_of<T>(), std::move(shape),
                     std::vector<std::byte>(values.size() * sizeof(T))};
  if (!values.empty()) std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  return tensor;
}

/// Reads tensors of one model, and remembers which.
class TensorReader {
 public:
  TensorReader(const ModelFile& model, const std::string& name) : model_(model), name_(name) {}

  bool has(const std::string& key) const { return model_.tensors.count(key) != 0; }

  template <typename T>
  std::vector<T> read(const std::string& key, const std::vector<std::int64_t>& shape) {
    const std::string what = describe(key);
    const auto found = model_.tensors.find(key);
    if (found == model_.tensors.end()) fail(what + " is missing");
    const ModelTensor& tensor = found->second;
    if (tensor.dtype != dtype_of<T>())
      fail(what + " is not of type " + std::string(dtype_name(dtype_of<T>())));
    if (tensor.shape != shape) fail(what + " has not the shape that the graph asks for");
    if (tensor.data.size() != element_count(shape) * sizeof(T))
      fail(what + " has data that do not match its shape");
    std::vector<T> values(element_count(shape));
    if (!values.empty()) std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
    used_.insert(key);
    return values;
  }

  template <typename T, typename Range>
  std::vector<T> read_within(const std::string& key, const std::vector<std::int64_t>& shape,
                             Range range, const char* expected) {
    std::vector<T> values = read<T>(key, shape);
    if (!std::all_of(values.begin(), values.end(), range))
      fail(describe(key) + " has a value that is not " + expected);
    return values;
  }

  std::string describe(const std::string& key) const {
    return name_ + ": tensor " + in_quotes(key);
  }

  void check_all_used() const {
    for (const auto& [key, unused] : model_.tensors) {
      if (used_.count(key) == 0) fail(describe(key) + " belongs to no layer of the graph");
    }
  }

 private:
  const ModelFile& model_;
  const std::string& name_;
  std::set<std::string> used_;
};

std::vector<std::int64_t> weight_shape(const Conv2d& layer) {
  return {layer.out_channels, layer.kernel[0], layer.kernel[1], layer.in_channels};
}

bool is_finite(float value) { return std::isfinite(value); }
bool is_positive(float value) { return std::isfinite(value) && value > 0; }

LayerParameters read_f32(const Conv2d& layer, TensorReader& reader) {
  LayerParameters result;
  result.weight_f32 =
      reader.read_within<float>(layer.name + ".weight", weight_shape(layer), is_finite, "finite");
  result.bias_f32 =
      reader.read_within<float>(layer.name + ".bias", {layer.out_channels}, is_finite, "finite");
  const std::string scale = layer.name + ".weight_scale";
  if (reader.has(scale))
    result.weight_scale =
        reader.read_within<float>(scale, {layer.out_channels}, is_positive, "a positive number");
  return result;
}

/// No sum, with its bias, may leave 32 bits: kernels::ConvWeights relies on it.
void check_sums(const Conv2d& layer, const LayerParameters& parameters, int input_max,
                const std::string& what) {
  const std::size_t window = parameters.weight.size() / parameters.bias.size();
  for (std::size_t n = 0; n < parameters.bias.size(); ++n) {
    std::int64_t most = std::abs(static_cast<std::int64_t>(parameters.bias[n]));
    for (std::size_t i = 0; i < window; ++i)
      most += static_cast<std::int64_t>(input_max) * std::abs(parameters.weight[n * window + i]);
    if (most > std::numeric_limits<std::int32_t>::max()) {
      fail(what + ": channel " + std::to_string(n) + " of layer " + in_quotes(layer.name) +
           " has sums that leave 32 bits");
    }
  }
}

LayerParameters read_integers(const Conv2d& layer, int input_max, TensorReader& reader,
                              const std::string& name) {
  LayerParameters result;
  const std::string weight = layer.name + ".weight";
  const std::vector<std::int64_t> shape = weight_shape(layer);
  if (layer.precision == Precision::int8) {
    result.weight = reader.read<std::int8_t>(weight, shape);
  } else {
    const auto bytes = reader.read<std::uint8_t>(
        weight, {static_cast<std::int64_t>((element_count(shape) + 1) / 2)});
    result.weight = unpack_nibbles(bytes.data(), element_count(shape));
  }
  const int most =
      layer.precision == Precision::int8 ? kernels::kInt8WeightMax : kernels::kInt4WeightMax;
  if (!std::all_of(result.weight.begin(), result.weight.end(),
                   [&](std::int8_t w) { return std::abs(w) <= most; })) {
    fail(reader.describe(weight) + " has a weight beyond " + std::to_string(most));
  }
  result.bias = reader.read<std::int32_t>(layer.name + ".bias", {layer.out_channels});
  if (layer.limit == 0) {
    result.scale = reader.read_within<float>(layer.name + ".scale", {layer.out_channels},
                                             is_positive, "a positive number");
  } else {
    result.multiplier = reader.read_within<std::int32_t>(
        layer.name + ".multiplier", {layer.out_channels}, [](std::int32_t m) { return m >= 0; },
        "from 0 to 2147483647");
    result.shift = reader.read_within<std::int8_t>(
        layer.name + ".shift", {layer.out_channels},
        [](std::int8_t s) { return s >= 1 && s <= 62; }, "from 1 to 62");
  }
  check_sums(layer, result, input_max, name);
  return result;
}

/// `input_max`: the largest integer that the layer reads.
LayerParameters read_layer(const Conv2d& layer, int input_max, TensorReader& reader,
                           const std::string& name) {
  return layer.precision == Precision::f32 ? read_f32(layer, reader)
                                           : read_integers(layer, input_max, reader, name);
}

}  // namespace

std::vector<LayerParameters> read_parameters(const ModelFile& model, const Graph& graph,
                                             const std::string& name) {
  TensorReader reader(model, name);
  std::vector<LayerParameters> layers;
  int input_max = kernels::kInt8ActivationMax;
  for (const Conv2d& layer : graph.layers) {
    layers.push_back(read_layer(layer, input_max, reader, name));
    input_max = layer.limit;
  }
  reader.check_all_used();
  return layers;
}

std::vector<LayerParameters> read_parameters(const ModelFile& model, const PictureGraph& graph,
                                             const std::string& name) {
  TensorReader reader(model, name);
  std::vector<LayerParameters> layers;
  for (const GraphNode& node : graph.nodes) {
    if (node.op != NodeOp::conv2d) continue;
    layers.push_back(read_layer(node.conv, node_limit(graph, node.from.front()), reader, name));
  }
  reader.check_all_used();
  return layers;
}

void write_parameters(const Conv2d& layer, const LayerParameters& parameters, ModelFile& model) {
  const std::vector<std::int64_t> channels{layer.out_channels};
  const auto put = [&](const char* key, const std::vector<std::int64_t>& shape,
                       const auto& values) {
    if (!values.empty()) model.tensors[layer.name + key] = make_tensor(shape, values);
  };
  put(".weight", weight_shape(layer), parameters.weight_f32);
  put(".bias", channels, parameters.bias_f32);
  put(".weight_scale", channels, parameters.weight_scale);
  if (layer.precision == Precision::int4) {
    const auto bytes = pack_nibbles(parameters.weight);
    put(".weight", {static_cast<std::int64_t>(bytes.size())}, bytes);
  } else {
    put(".weight", weight_shape(layer), parameters.weight);
  }
  put(".bias", channels, parameters.bias);
  put(".multiplier", channels, parameters.multiplier);
  put(".shift", channels, parameters.shift);
  put(".scale", channels, parameters.scale);
}

std::vector<std::uint8_t> pack_nibbles(const std::vector<std::int8_t>& weights) {
  std::vector<std::uint8_t> bytes((weights.size() + 1) / 2, 0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const unsigned nibble = static_cast<unsigned>(weights[i]) & 15U;
    bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] | (i % 2 == 0 ? nibble : nibble << 4U));
  }
  return bytes;
}

std::vector<std::int8_t> unpack_nibbles(const std::uint8_t* bytes, std::size_t count) {
  std::vector<std::int8_t> weights(count);
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned nibble = i % 2 == 0 ? bytes[i / 2] & 15U : bytes[i / 2] >> 4U;
    weights[i] = static_cast<std::int8_t>(nibble < 8 ? static_cast<int>(nibble)
                                                     : static_cast<int>(nibble) - 16);
  }
  return weights;
}

}  // namespace nibble
