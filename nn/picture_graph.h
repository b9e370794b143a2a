#pragma once

#include <array>
#include <string>
#include <vector>

#include "nn/network.h"
#include "nn/tensor.h"

namespace nibble {

/// What a node of a branching graph computes.
enum class NodeOp {
  conv2d,    ///< GraphNode::conv
  max_pool,  ///< the maximum of windows of GraphNode::pool
  upsample,  ///< nearest: each value factor x factor times
  add,       ///< the sum of two tensors of one shape
};

/// "conv2d", "maxpool", "upsample", "add".
const char* node_op_name(NodeOp op);

/// The picture where a node's number stands for what another one reads.
inline constexpr int kPictureNode = -1;

/// A node of a branching graph. Between nodes nothing is negative; in an integer network values are
/// bytes 0..limit that stand for limit * scale at most, and outputs of the graph are 32-bit sums.
struct GraphNode {
  NodeOp op = NodeOp::conv2d;
  std::string name;
  std::vector<int> from;  ///< numbers of the nodes that it reads, all before it, or kPictureNode
  Conv2d conv;            ///< conv2d
  std::array<int, 2> pool{1, 1};  ///< max_pool: height and width of a window, each 1 or 2
  int factor = 1;                 ///< upsample: 2
  /// add of integers: min((a * multipliers[0] + b * multipliers[1] + 2^(shift - 1)) >> shift,
  /// limit).
  std::array<int, 2> multipliers{0, 0};  ///< each 0..kernels::kMaxAddMultiplier
  int shift = 0;                         ///< 1..kernels::kMaxAddShift
  int limit = 0;                         ///< 0 in a float network
  double scale = 0;
};

/// What a network for pictures computes: the `graph` entry of a model file of format version 2,
/// parsed and checked. Heights and widths of pictures are extended to multiples of `multiple`.
struct PictureGraph {
  int multiple = 0;  ///< of pixels
  int max_side = 0;  ///< largest height and width that are accepted, in pixels
  std::vector<GraphNode> nodes;
  std::vector<int>
      outputs;  ///< numbers of nodes: convolutions without ReLU that no other one reads
};

/// Parses the JSON text of a branching graph. Throws Error(bad_model) for a node that reads what is
/// not before it, that nothing reads, or whose inputs do not fit, for any size of picture.
PictureGraph parse_picture_graph(const std::string& json, const std::string& name);

/// The JSON text of a graph: parse_picture_graph gives the same graph again.
std::string graph_to_json(const PictureGraph& graph);

/// Extent of the graph's input for a picture of this height and width.
Shape input_shape(const PictureGraph& graph, int height, int width);

/// Extent of a node's output by that of the first tensor that it reads; an extent is 0 where a
/// window does not fit.
Shape node_shape(const GraphNode& node, const Shape& in);

/// Extents of all nodes' outputs, for an input of this extent.
std::vector<Shape> node_shapes(const PictureGraph& graph, const Shape& input);

/// Of what node `number` gives, or kPictureNode: channels, the largest integer (0 for sums and
/// floats), and what 1 stands for.
int node_channels(const PictureGraph& graph, int number);
int node_limit(const PictureGraph& graph, int number);
double node_scale(const PictureGraph& graph, int number);

/// The convolutions of a graph, in order.
std::vector<Conv2d> conv_layers(const PictureGraph& graph);

/// Pixels of the picture, in height and width, of one cell of an output.
std::array<int, 2> output_stride(const PictureGraph& graph, int number);

/// Multiply-accumulates of one node with this input and output, which have its extents.
std::int64_t node_macs(const GraphNode& node, const Shape& input);

}  // namespace nibble
