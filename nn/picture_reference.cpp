#include <algorithm>

#include "nn/float_reference.h"
#include "nn/metadata.h"
#include "nn/parameters.h"
#include "nn/picture_ends.h"

namespace nibble {
namespace {

std::size_t value_index(const Shape& shape, int y, int x, int c) {
  return (static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.width) +
          static_cast<std::size_t>(x)) *
             static_cast<std::size_t>(shape.channels) +
         static_cast<std::size_t>(c);
}

/// A tensor of this shape, each value of which `value` gives by row, column and channel.
template <typename Value>
FloatTensor make_tensor(const Shape& shape, Value value) {
  FloatTensor out{shape, {}};
  out.values.reserve(shape.size());
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      for (int c = 0; c < shape.channels; ++c) out.values.push_back(value(y, x, c));
    }
  }
  return out;
}

FloatTensor max_pool(const GraphNode& node, const FloatTensor& in) {
  return make_tensor(node_shape(node, in.shape), [&](int y, int x, int c) {
    float best = in.values[value_index(in.shape, y * node.pool[0], x * node.pool[1], c)];
    for (int dy = 0; dy < node.pool[0]; ++dy) {
      for (int dx = 0; dx < node.pool[1]; ++dx) {
        const int row = y * node.pool[0] + dy;
        const int column = x * node.pool[1] + dx;
        best = std::max(best, in.values[value_index(in.shape, row, column, c)]);
      }
    }
    return best;
  });
}

FloatTensor upsample(const GraphNode& node, const FloatTensor& in) {
  return make_tensor(node_shape(node, in.shape), [&](int y, int x, int c) {
    return in.values[value_index(in.shape, y / node.factor, x / node.factor, c)];
  });
}

FloatTensor add(const FloatTensor& a, const FloatTensor& b) {
  return make_tensor(a.shape, [&](int y, int x, int c) {
    const std::size_t i = value_index(a.shape, y, x, c);
    return a.values[i] + b.values[i];
  });
}

}  // namespace

std::vector<ScoreMap> run_picture_reference(const ModelFile& model,
                                            TensorView<const std::uint8_t> picture,
                                            const std::string& name) {
  const PictureGraph graph = parse_picture_graph(metadata_entry(model, "graph", name), name);
  const std::vector<LayerParameters> parameters = read_parameters(model, graph, name);
  check_picture(graph, picture.shape, name);
  FloatTensor input{input_shape(graph, picture.shape.height, picture.shape.width), {}};
  input.values.resize(input.shape.size());
  lay_ink(picture, mean_grey(picture), input.shape, input.values.data());
  std::vector<FloatTensor> tensors;
  auto layer = parameters.begin();
  for (const GraphNode& node : graph.nodes) {
    const auto read = [&](int from) -> const FloatTensor& {
      return from == kPictureNode ? input : tensors[static_cast<std::size_t>(from)];
    };
    const FloatTensor& in = read(node.from.front());
    switch (node.op) {
      case NodeOp::conv2d:
        tensors.push_back(conv2d_f32({node.conv, layer->weight_f32, layer->bias_f32}, in));
        ++layer;
        break;
      case NodeOp::max_pool: tensors.push_back(max_pool(node, in)); break;
      case NodeOp::upsample: tensors.push_back(upsample(node, in)); break;
      case NodeOp::add: tensors.push_back(add(in, read(node.from.back()))); break;
    }
  }
  std::vector<ScoreMap> maps;
  for (const int output : graph.outputs) {
    FloatTensor& tensor = tensors[static_cast<std::size_t>(output)];
    maps.push_back({graph.nodes[static_cast<std::size_t>(output)].name, tensor.shape,
                    output_stride(graph, output), std::move(tensor.values)});
  }
  return maps;
}

}  // namespace nibble
