#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "nn/parameters.h"
#include "nn/picture_network.h"
#include "tests/nn/make_model.h"

namespace nibble::test {

/// Builds branching graphs node by node: the methods give the number of the new node.
struct GraphBuilder {
  PictureGraph graph;

  explicit GraphBuilder(int multiple, int max_side) : graph{multiple, max_side, {}, {}} {}

  int add_node(GraphNode node) {
    node.name = std::string(node_op_name(node.op)) + std::to_string(graph.nodes.size());
    node.conv.name = node.op == NodeOp::conv2d ? node.name : "";
    graph.nodes.push_back(std::move(node));
    return static_cast<int>(graph.nodes.size()) - 1;
  }
  int conv(int from, int out, int kernel = 3) {
    GraphNode node;
    node.from = {from};
    node.conv.in_channels = node_channels(graph, from);
    node.conv.out_channels = out;
    node.conv.kernel = {kernel, kernel};
    const int pad = kernel / 2;
    node.conv.pad = {pad, pad, pad, pad};
    node.conv.relu = true;
    return add_node(node);
  }
  Conv2d& last() { return graph.nodes.back().conv; }
  int pool(int from) { return add_node({NodeOp::max_pool, "", {from}, {}, {2, 2}}); }
  int upsample(int from) { return add_node({NodeOp::upsample, "", {from}, {}, {1, 1}, 2}); }
  int add(int a, int b) { return add_node({NodeOp::add, "", {a, b}, {}}); }
  void output(int from, int channels) {
    graph.outputs.push_back(conv(from, channels, 1));
    last().relu = false;
  }
};

/// The shape of the finder's network with this many channels at 1/4 and below: two levels down and
/// up.
inline PictureGraph small_finder(int few, int many, int max_side = 256) {
  GraphBuilder b(16, max_side);
  b.conv(kPictureNode, few, 4);
  b.last().stride = b.last().pool = {2, 2};
  b.last().pad = {1, 1, 1, 1};
  const int c2 = b.conv(0, few);
  const int c3 = b.conv(b.pool(c2), many);
  const int c4 = b.conv(b.pool(c3), many);
  const int a3 = b.add(c3, b.upsample(c4));
  const int l2 = b.conv(a3, few, 1);
  const int a2 = b.add(c2, b.upsample(l2));
  b.output(b.conv(a2, few), 5);
  return b.graph;
}

/// A random graph with branches of different depths, odd channel counts and one or two outputs.
inline PictureGraph random_graph(std::mt19937& random) {
  const auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  GraphBuilder b(8, 64);
  std::vector<int> level[3];  // nodes at 1/1, 1/2 and 1/4, all of `channels`
  const int channels = pick(0, 1) == 0 ? 16 * pick(1, 2) : pick(1, 20);
  level[0].push_back(b.conv(kPictureNode, channels));
  std::map<int, int> readers;
  const auto any = [&](int l) {
    const int node =
        level[l][static_cast<std::size_t>(pick(0, static_cast<int>(level[l].size()) - 1))];
    ++readers[node];
    return node;
  };
  for (int i = pick(4, 10); i > 0; --i) {
    const int l = pick(0, 2);
    const int what = pick(0, 3);
    if (what == 0 && l < 2 && !level[l].empty()) level[l + 1].push_back(b.pool(any(l)));
    if (what == 1 && l > 0 && !level[l].empty()) level[l - 1].push_back(b.upsample(any(l)));
    if (what == 2 && !level[l].empty())
      level[l].push_back(b.conv(any(l), channels, pick(0, 1) * 2 + 1));
    if (what == 3 && level[l].size() > 1) {
      const int first = any(l);
      level[l].push_back(b.add(first, any(l)));
    }
  }
  // What nothing reads is added up, or has an output.
  for (int l = 2; l >= 0; --l) {
    std::vector<int> open;
    for (const int node : level[l]) {
      if (readers[node] == 0) open.push_back(node);
    }
    if (open.empty()) continue;
    int sum = open.back();
    open.pop_back();
    for (const int node : open) sum = pick(0, 1) == 0 ? b.add(node, sum) : b.add(sum, node);
    if (l == 0 || pick(0, 1) == 0) {
      b.output(sum, pick(1, 9));
    } else {
      level[l - 1].push_back(b.upsample(sum));
    }
  }
  return b.graph;
}

inline ModelFile picture_file(const PictureGraph& graph, Precision precision) {
  ModelFile model;
  model.metadata = {{"format_version", "2"},
                    {"task", "find"},
                    {"precision", precision_name(precision)},
                    {"graph", graph_to_json(graph)}};
  return model;
}

/// A float model with weights that keep the size of what they are given.
inline ModelFile float_picture_model(const PictureGraph& graph, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  ModelFile model = picture_file(graph, Precision::f32);
  for (const Conv2d& layer : conv_layers(graph)) {
    const int window = layer.kernel[0] * layer.kernel[1] * layer.in_channels;
    LayerParameters parameters;
    for (int i = 0; i < layer.out_channels * window; ++i)
      parameters.weight_f32.push_back(normal(random) * 1.4F /
                                      std::sqrt(static_cast<float>(window)));
    for (int i = 0; i < layer.out_channels; ++i)
      parameters.bias_f32.push_back(0.1F * normal(random));
    write_parameters(layer, parameters, model);
  }
  return model;
}

/// An integer model: the convolutions that read the picture and the outputs have 8 bits, the others
/// 4 when `precision` is int4; outputs spread over their range.
inline ModelFile integer_picture_model(PictureGraph graph, Precision precision, unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const bool nibbles = precision == Precision::int4;
  const int limit = nibbles ? kernels::kInt4ActivationMax : kernels::kInt8ActivationMax;
  for (GraphNode& node : graph.nodes) {
    if (node.op == NodeOp::conv2d) {
      Conv2d& conv = node.conv;
      const bool eight = node.from.front() == kPictureNode || !conv.relu;
      conv.precision = eight ? Precision::int8 : precision;
      if (!conv.relu) continue;
      conv.limit = limit;
      conv.scale = 0.25;
    } else if (node.op == NodeOp::add) {
      node.limit = limit;
      node.scale = 0.5;
      node.multipliers = {pick(1 << 14, kernels::kMaxAddMultiplier),
                          pick(0, kernels::kMaxAddMultiplier)};
      node.shift = pick(14, 16);
    }
  }
  const std::vector<Conv2d> layers = conv_layers(graph);
  const bool any = std::any_of(layers.begin(), layers.end(),
                               [&](const Conv2d& layer) { return layer.precision == precision; });
  ModelFile model = picture_file(graph, any ? precision : Precision::int8);
  for (const GraphNode& node : graph.nodes) {
    if (node.op != NodeOp::conv2d) continue;
    const Conv2d& layer = node.conv;
    const int most =
        layer.precision == Precision::int4 ? kernels::kInt4WeightMax : kernels::kInt8WeightMax;
    const int window = layer.kernel[0] * layer.kernel[1] * layer.in_channels;
    LayerParameters parameters;
    for (int i = 0; i < layer.out_channels * window; ++i)
      parameters.weight.push_back(static_cast<std::int8_t>(pick(-most, most)));
    const int input_max = node_limit(graph, node.from.front());
    for (int n = 0; n < layer.out_channels; ++n) {
      parameters.bias.push_back(pick(-1000, 1000));
      if (layer.limit == 0) {
        parameters.scale.push_back(0.001F * static_cast<float>(pick(1, 9)));
        continue;
      }
      // About the spread of the sums becomes the limit.
      const double spread =
          0.4 * input_max * most * std::sqrt(static_cast<double>(window)) / layer.limit;
      parameters.shift.push_back(
          static_cast<std::int8_t>(31 + static_cast<int>(std::log2(spread))));
      parameters.multiplier.push_back(pick(1 << 30, 2147483647));
    }
    write_parameters(layer, parameters, model);
  }
  return model;
}

}  // namespace nibble::test
