#pragma once

#include <random>

#include "nn/graph.h"
#include "nn/parameters.h"
#include "tests/nn/make_model.h"

namespace nibble::test {

/// An integer model whose columns come out right: 6 rows, stride 2, up to 200 pixels. The first
/// layer and the last have 8 bits, those between have 4 when `precision` is int4; outputs spread
/// over their range.
inline ModelFile integer_model(Precision precision, unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random);
  };
  const bool nibbles = precision == Precision::int4;
  const int first_limit = nibbles ? kernels::kInt4ActivationMax : kernels::kInt8ActivationMax;
  Graph graph{6, 2, 200, {}};
  graph.layers = {
      {"a",
       1,
       pick(1, 20),
       {3, 3},
       {1, 1},
       {1, 1, 1, 1},
       true,
       0,
       {2, 2},
       Precision::int8,
       first_limit,
       0.25},
      {"b",
       0,
       pick(1, 40),
       {3, 3},
       {1, 1},
       {1, 1, 1, 1},
       true,
       0,
       {1, 1},
       precision,
       pick(1, first_limit),
       0.5},
      {"c",
       0,
       pick(1, 40),
       {3, 1},
       {1, 1},
       {0, 0, 0, 0},
       true,
       0,
       {1, 1},
       precision,
       kernels::kInt8ActivationMax,
       0.125},
      {"d", 0, 3, {1, 1}, {1, 1}, {0, 0, 0, 0}, false, 0, {1, 1}, Precision::int8, 0, 0},
  };
  for (std::size_t i = 1; i < graph.layers.size(); ++i)
    graph.layers[i].in_channels = graph.layers[i - 1].out_channels;
  ModelFile model;
  model.metadata = {{"format_version", "1"},
                    {"precision", precision_name(precision)},
                    {"graph", graph_to_json(graph)},
                    {"alphabet", "[\"A\",\"B\"]"}};
  int input_max = kernels::kInt8ActivationMax;
  for (const Conv2d& layer : graph.layers) {
    const int most =
        layer.precision == Precision::int4 ? kernels::kInt4WeightMax : kernels::kInt8WeightMax;
    const int window = layer.kernel[0] * layer.kernel[1] * layer.in_channels;
    LayerParameters parameters;
    for (int i = 0; i < layer.out_channels * window; ++i)
      parameters.weight.push_back(static_cast<std::int8_t>(pick(-most, most)));
    for (int n = 0; n < layer.out_channels; ++n) {
      parameters.bias.push_back(pick(-1000, 1000));
      if (layer.limit == 0) {
        parameters.scale.push_back(0.001F);
        continue;
      }
      // About the spread of the sums becomes the limit.
      const double spread =
          0.4 * input_max * most * std::sqrt(static_cast<double>(window)) / layer.limit;
      const int shift = 31 + static_cast<int>(std::log2(spread));
      parameters.shift.push_back(static_cast<std::int8_t>(shift));
      parameters.multiplier.push_back(pick(1 << 30, 2147483647));
    }
    write_parameters(layer, parameters, model);
    input_max = layer.limit;
  }
  return model;
}

}  // namespace nibble::test
