#include <algorithm>
#include <map>

#include "nn/graph.h"
#include "nn/json_reader.h"
#include "nn/layer_json.h"
#include "nn/picture_graph.h"

namespace nibble {
namespace {

using nlohmann::json;

constexpr int kMaxMultiple = 256;
constexpr int kMaxPictureSide = 16384;
constexpr int kMaxNodes = 64;
constexpr int kMaxPool = 2;
constexpr int kMaxFactor = 2;
constexpr const char* kPictureName = "input";
// Values of one node at max_side: 256 MiB in float.
constexpr std::size_t kMaxActivation = std::size_t{1} << 26;

/// Numbers of the nodes read so far by their names.
using Names = std::map<std::string, int>;

[[noreturn]] void fail(const std::string& what, const std::string& problem) {
  throw Error(ErrorCode::bad_model, what + " " + problem);
}

std::string describe(const std::string& name, const GraphNode& node) {
  return name + ": graph node " + in_quotes(node.name);
}

JsonReader make_reader(const json& value, const std::string& what, NodeOp op) {
  switch (op) {
    case NodeOp::conv2d:
      return {value,
              what,
              {"op", "name", "from", "in", "out", "kernel", "stride", "pad", "relu", "clip", "pool",
               "precision", "limit", "scale"}};
    case NodeOp::max_pool: return {value, what, {"op", "name", "from", "pool"}};
    case NodeOp::upsample: return {value, what, {"op", "name", "from", "factor"}};
    case NodeOp::add: break;
  }
  return {value, what, {"op", "name", "from", "limit", "scale", "multipliers", "shift"}};
}

NodeOp read_op(const json& value, const std::string& what) {
  if (!value.is_object()) fail(what, "is not an object");
  if (!value.contains("op") || !value["op"].is_string()) fail(what, "lacks \"op\"");
  const std::string name = value["op"].get<std::string>();
  for (const NodeOp op : {NodeOp::conv2d, NodeOp::max_pool, NodeOp::upsample, NodeOp::add}) {
    if (name == node_op_name(op)) return op;
  }
  fail(what, "has the unknown op " + in_quotes(name));
}

/// Numbers of nodes from a list of their names.
std::vector<int> read_node_list(const JsonReader& reader, const char* key, const Names& names,
                                const char* unknown) {
  std::vector<int> numbers;
  const json& list = reader.get(key);
  if (!list.is_array()) reader.fail("has " + in_quotes(key) + " that is not a list of names");
  for (const json& entry : list) {
    if (!entry.is_string()) reader.fail("has " + in_quotes(key) + " that is not a list of names");
    const auto found = names.find(entry.get<std::string>());
    if (found == names.end()) reader.fail(unknown + in_quotes(entry.get<std::string>()));
    numbers.push_back(found->second);
  }
  return numbers;
}

void read_addition(const JsonReader& reader, GraphNode& node) {
  if (!reader.has("limit")) {
    for (const char* key : {"scale", "multipliers", "shift"}) {
      if (reader.has(key)) reader.fail("has " + in_quotes(key) + " without \"limit\"");
    }
    return;
  }
  node.limit = reader.integer("limit", 1, kernels::kInt8ActivationMax);
  node.scale = reader.positive("scale");
  reader.get("multipliers");
  reader.integers("multipliers", 0, kernels::kMaxAddMultiplier, node.multipliers);
  node.shift = reader.integer("shift", 1, kernels::kMaxAddShift);
}

GraphNode read_node(const json& value, const std::string& what, const Names& names) {
  GraphNode node;
  node.op = read_op(value, what);
  const JsonReader reader = make_reader(value, what, node.op);
  node.name = read_name(reader);
  node.from = read_node_list(reader, "from", names, "reads what is no node before it: ");
  const std::size_t inputs = node.op == NodeOp::add ? 2 : 1;
  if (node.from.size() != inputs)
    reader.fail("reads " + std::to_string(node.from.size()) + " nodes; " + std::to_string(inputs) +
                " are needed");
  if (node.op == NodeOp::conv2d) node.conv = read_conv(reader);
  if (node.op == NodeOp::max_pool) {
    reader.get("pool");
    reader.integers("pool", 1, kMaxPool, node.pool);
  }
  if (node.op == NodeOp::upsample) node.factor = reader.integer("factor", kMaxFactor, kMaxFactor);
  if (node.op == NodeOp::add) read_addition(reader, node);
  return node;
}

/// Every node is read by another one or is an output, and an output is what it must be.
void check_use(const PictureGraph& graph, const std::string& name) {
  std::vector<int> readers(graph.nodes.size(), 0);
  for (const GraphNode& node : graph.nodes) {
    for (const int from : node.from) {
      if (from != kPictureNode) ++readers[static_cast<std::size_t>(from)];
    }
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    const std::string what = describe(name, node);
    const auto listed = std::count(graph.outputs.begin(), graph.outputs.end(), static_cast<int>(i));
    if (listed > 1) fail(what, "stands twice in \"outputs\"");
    const bool scores = node.op == NodeOp::conv2d && !node.conv.relu;
    if (listed == 1 && !scores) fail(what, "is an output but no convolution without ReLU");
    if (listed == 1 && readers[i] > 0) fail(what, "is an output that other nodes read");
    if (listed == 0 && scores) fail(what, "has no ReLU, which an output alone may lack");
    if (listed == 0 && readers[i] == 0) fail(what, "is read by no other one");
  }
}

void check_channels(const PictureGraph& graph, const std::string& name) {
  for (const GraphNode& node : graph.nodes) {
    const int channels = node_channels(graph, node.from.front());
    if (node.op == NodeOp::conv2d && node.conv.in_channels != channels) {
      fail(describe(name, node), "takes " + std::to_string(node.conv.in_channels) +
                                     " channels but gets " + std::to_string(channels));
    }
    const int others = node_channels(graph, node.from.back());
    if (others != channels) {
      fail(describe(name, node),
           "adds " + std::to_string(channels) + " and " + std::to_string(others) + " channels");
    }
  }
}

/// Either all nodes with numbers of their own have integers, or none, and what a convolution reads
/// has as few bits as its weights.
void check_integers(const PictureGraph& graph, const std::string& name) {
  const auto has_integers = [](const GraphNode& node) {
    return node.op == NodeOp::conv2d ? node.conv.precision != Precision::f32 : node.limit > 0;
  };
  const bool integers = has_integers(graph.nodes[static_cast<std::size_t>(graph.outputs.front())]);
  for (const GraphNode& node : graph.nodes) {
    const bool has_numbers = node.op == NodeOp::conv2d || node.op == NodeOp::add;
    if (has_numbers && has_integers(node) != integers)
      fail(describe(name, node), integers ? "has no integers, but the outputs have"
                                          : "has integers, but the outputs have none");
    const int limit = node_limit(graph, node.from.front());
    if (node.op == NodeOp::conv2d && node.conv.precision == Precision::int4 &&
        limit > kernels::kInt4ActivationMax) {
      fail(describe(name, node), "takes inputs up to " +
                                     std::to_string(kernels::kInt4ActivationMax) +
                                     " but gets up to " + std::to_string(limit));
    }
  }
}

void check_output_extents(const PictureGraph& graph, const std::vector<Shape>& shapes,
                          const Shape& input, const std::string& name) {
  for (const int output : graph.outputs) {
    const Shape& shape = shapes[static_cast<std::size_t>(output)];
    const auto [rows, columns] = output_stride(graph, output);
    if (shape.height * rows == input.height && shape.width * columns == input.width) continue;
    fail(describe(name, graph.nodes[static_cast<std::size_t>(output)]),
         "gives " + std::to_string(shape.height) + " x " + std::to_string(shape.width) +
             " cells for a picture of " + std::to_string(input.height) +
             " pixels a side; each must be of as many pixels");
  }
}

/// Heights and widths do not meet, so that squares of all sizes show both.
void check_extents(const PictureGraph& graph, const std::string& name) {
  for (int side = graph.multiple; side <= graph.max_side; side += graph.multiple) {
    const Shape input = input_shape(graph, side, side);
    std::vector<Shape> shapes;
    const auto shape_of = [&](int number) {
      return number == kPictureNode ? input : shapes[static_cast<std::size_t>(number)];
    };
    const std::string of_side = " for a picture of " + std::to_string(side) + " pixels a side";
    for (const GraphNode& node : graph.nodes) {
      shapes.push_back(node_shape(node, shape_of(node.from.front())));
      if (shapes.back().height < 1 || shapes.back().width < 1)
        fail(describe(name, node), "has an empty output" + of_side);
      if (shapes.back().size() > kMaxActivation)
        fail(describe(name, node), "has too large an output" + of_side);
      if (node.op != NodeOp::add) continue;
      if (!(shape_of(node.from[0]) == shape_of(node.from[1])))
        fail(describe(name, node), "adds tensors of different extents" + of_side);
    }
    check_output_extents(graph, shapes, input, name);
  }
}

nlohmann::ordered_json node_to_json(const PictureGraph& graph, const GraphNode& node) {
  nlohmann::ordered_json from = nlohmann::ordered_json::array();
  for (const int number : node.from) {
    from.push_back(number == kPictureNode ? kPictureName
                                          : graph.nodes[static_cast<std::size_t>(number)].name);
  }
  nlohmann::ordered_json entry{{"op", node_op_name(node.op)}, {"name", node.name}, {"from", from}};
  if (node.op == NodeOp::conv2d) entry.update(conv_to_json(node.conv));
  if (node.op == NodeOp::max_pool) entry["pool"] = node.pool;
  if (node.op == NodeOp::upsample) entry["factor"] = node.factor;
  if (node.op == NodeOp::add && node.limit > 0) {
    entry["limit"] = node.limit;
    entry["scale"] = node.scale;
    entry["multipliers"] = node.multipliers;
    entry["shift"] = node.shift;
  }
  return entry;
}

}  // namespace

PictureGraph parse_picture_graph(const std::string& text, const std::string& name) {
  const json value = parse_checked_json(text, name + ": the graph", ErrorCode::bad_model);
  const JsonReader reader(value, name + ": the graph", {"input", "nodes", "outputs"});
  const JsonReader input(reader.get("input"), name + ": the graph's input",
                         {"multiple", "max_side"});
  PictureGraph graph;
  graph.multiple = input.integer("multiple", 1, kMaxMultiple);
  graph.max_side = input.integer("max_side", 1, kMaxPictureSide);
  if (graph.max_side % graph.multiple != 0)
    input.fail("has a \"max_side\" that is not a multiple of its \"multiple\"");
  const json& nodes = reader.get("nodes");
  if (!nodes.is_array() || nodes.empty() || nodes.size() > kMaxNodes)
    reader.fail("has \"nodes\" that are not a list of 1 to " + std::to_string(kMaxNodes));
  Names names{{kPictureName, kPictureNode}};
  for (const json& node : nodes) {
    const int number = static_cast<int>(graph.nodes.size());
    graph.nodes.push_back(
        read_node(node, name + ": graph node " + std::to_string(number + 1), names));
    if (!names.emplace(graph.nodes.back().name, number).second)
      fail(describe(name, graph.nodes.back()), "has the name of another one");
  }
  graph.outputs = read_node_list(reader, "outputs", names, "has an output that is no node: ");
  const auto none = std::find(graph.outputs.begin(), graph.outputs.end(), kPictureNode);
  if (graph.outputs.empty() || none != graph.outputs.end())
    reader.fail("has \"outputs\" that are not a list of nodes");
  check_use(graph, name);
  check_channels(graph, name);
  check_integers(graph, name);
  check_extents(graph, name);
  return graph;
}

std::string graph_to_json(const PictureGraph& graph) {
  nlohmann::ordered_json nodes = nlohmann::ordered_json::array();
  for (const GraphNode& node : graph.nodes) nodes.push_back(node_to_json(graph, node));
  nlohmann::ordered_json outputs = nlohmann::ordered_json::array();
  for (const int output : graph.outputs)
    outputs.push_back(graph.nodes[static_cast<std::size_t>(output)].name);
  const nlohmann::ordered_json value{
      {"input", {{"multiple", graph.multiple}, {"max_side", graph.max_side}}},
      {"nodes", nodes},
      {"outputs", outputs}};
  return value.dump();
}

}  // namespace nibble
