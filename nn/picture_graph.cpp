#include "nn/picture_graph.h"

#include "nn/graph.h"

namespace nibble {
namespace {

const GraphNode& node_at(const PictureGraph& graph, int number) {
  return graph.nodes[static_cast<std::size_t>(number)];
}

}  // namespace

const char* node_op_name(NodeOp op) {
  switch (op) {
    case NodeOp::conv2d: return "conv2d";
    case NodeOp::max_pool: return "maxpool";
    case NodeOp::upsample: return "upsample";
    case NodeOp::add: return "add";
  }
  return "";
}

Shape input_shape(const PictureGraph& graph, int height, int width) {
  const auto extended = [&](int side) {
    return (side + graph.multiple - 1) / graph.multiple * graph.multiple;
  };
  return {extended(height), extended(width), 1};
}

Shape node_shape(const GraphNode& node, const Shape& in) {
  switch (node.op) {
    case NodeOp::conv2d: return pool_shape(node.conv, conv_shape(node.conv, in));
    case NodeOp::max_pool: return {in.height / node.pool[0], in.width / node.pool[1], in.channels};
    case NodeOp::upsample: return {in.height * node.factor, in.width * node.factor, in.channels};
    case NodeOp::add: return in;
  }
  return {};
}

std::vector<Shape> node_shapes(const PictureGraph& graph, const Shape& input) {
  std::vector<Shape> shapes;
  shapes.reserve(graph.nodes.size());
  for (const GraphNode& node : graph.nodes) {
    const int from = node.from.front();
    shapes.push_back(
        node_shape(node, from == kPictureNode ? input : shapes[static_cast<std::size_t>(from)]));
  }
  return shapes;
}

int node_channels(const PictureGraph& graph, int number) {
  while (number != kPictureNode && node_at(graph, number).op != NodeOp::conv2d)
    number = node_at(graph, number).from.front();
  return number == kPictureNode ? 1 : node_at(graph, number).conv.out_channels;
}

int node_limit(const PictureGraph& graph, int number) {
  if (number == kPictureNode) return kernels::kInt8ActivationMax;
  const GraphNode& node = node_at(graph, number);
  if (node.op == NodeOp::conv2d) return node.conv.limit;
  return node.op == NodeOp::add ? node.limit : node_limit(graph, node.from.front());
}

double node_scale(const PictureGraph& graph, int number) {
  if (number == kPictureNode) return kInkScale;
  const GraphNode& node = node_at(graph, number);
  if (node.op == NodeOp::conv2d) return node.conv.scale;
  return node.op == NodeOp::add ? node.scale : node_scale(graph, node.from.front());
}

std::vector<Conv2d> conv_layers(const PictureGraph& graph) {
  std::vector<Conv2d> layers;
  for (const GraphNode& node : graph.nodes) {
    if (node.op == NodeOp::conv2d) layers.push_back(node.conv);
  }
  return layers;
}

std::array<int, 2> output_stride(const PictureGraph& graph, int number) {
  const Shape input = input_shape(graph, 1, 1);
  const Shape output = node_shapes(graph, input)[static_cast<std::size_t>(number)];
  return {input.height / output.height, input.width / output.width};
}

std::int64_t node_macs(const GraphNode& node, const Shape& input) {
  if (node.op != NodeOp::conv2d) return 0;
  const std::int64_t positions = static_cast<std::int64_t>(conv_shape(node.conv, input).size());
  return positions * node.conv.kernel[0] * node.conv.kernel[1] * node.conv.in_channels;
}

}  // namespace nibble
