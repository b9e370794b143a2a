#include "quant/quantize.h"

#include <cmath>
#include <random>

#include "nn/graph.h"
#include "nn/metadata.h"
#include "nn/self_test.h"
#include "quant/equalize.h"
#include "quant/report.h"
#include "tests/nn/make_model.h"

namespace nibble::test {
namespace {

using Catch::Matchers::Contains;

/// A float model of four layers with weights of different sizes a channel.
ModelFile float_model() {
  std::mt19937 random(11);
  std::normal_distribution<float> normal;
  Graph graph{8, 2, 400, {}};
  graph.layers = {{"a", 1, 12, {3, 3}, {1, 1}, {1, 1, 1, 1}, true, 0, {2, 2}},
                  {"b", 12, 16, {3, 3}, {1, 1}, {1, 1, 1, 1}, true, 0, {2, 1}},
                  {"c", 16, 24, {2, 3}, {1, 1}, {0, 1, 0, 1}, true, 0, {1, 1}},
                  {"d", 24, 3, {1, 1}, {1, 1}, {0, 0, 0, 0}, false, 0, {1, 1}}};
  ModelFile model;
  model.metadata = {{"format_version", "1"},
                    {"precision", "f32"},
                    {"graph", graph_to_json(graph)},
                    {"alphabet", "[\"A\",\"B\"]"},
                    {"training", "{}"}};
  for (const Conv2d& layer : graph.layers) {
    LayerParameters parameters;
    const int window = layer.kernel[0] * layer.kernel[1] * layer.in_channels;
    for (int n = 0; n < layer.out_channels; ++n) {
      const float size = (1.0F + static_cast<float>(n % 3)) / std::sqrt(static_cast<float>(window));
      for (int i = 0; i < window; ++i) parameters.weight_f32.push_back(size * normal(random));
      parameters.bias_f32.push_back(0.3F * normal(random));
    }
    write_parameters(layer, parameters, model);
  }
  return model;
}

std::vector<CalibrationLine> test_lines() {
  std::vector<CalibrationLine> lines;
  for (int variant = 0; variant < 6; ++variant) {
    TestLine line = make_test_line(8, variant);
    const Shape shape = line.view().shape;
    lines.push_back({shape, std::move(line.pixels), {}});
  }
  return lines;
}

}  // namespace

TEST_CASE("fixed point is the nearest of 31 bits") {
  for (const double factor :
       {1.0, 0.75, 1e-5, 0.999999999, 3.7e-7, 12345.678, 2147483647.0 / 4294967296.0}) {
    const FixedPoint fixed = to_fixed_point(factor, "t");
    CHECK(fixed.multiplier >= 1 << 30);
    CHECK(static_cast<double>(fixed.multiplier) * std::ldexp(1.0, -fixed.shift) ==
          Approx(factor).epsilon(1e-9));
  }
  CHECK(to_fixed_point(1, "t").multiplier == 1 << 30);
  CHECK(to_fixed_point(1, "t").shift == 30);
  // Rounds up to 2^31, which does not fit.
  CHECK(to_fixed_point(1 - 1e-12, "t").shift == 30);
  CHECK_THROWS_AS(to_fixed_point(0, "t"), Error);
  CHECK_THROWS_AS(to_fixed_point(1e-12, "t"), Error);
  CHECK_THROWS_AS(to_fixed_point(1e12, "t"), Error);
}

TEST_CASE("a layer's numbers follow from its scales") {
  LayerParameters parameters;
  parameters.weight_f32 = {0.5F, -0.25F, 0.126F, -9, 1, 2};
  parameters.bias_f32 = {1, -3};
  const LayerRange range{4, 4, 0.5, {0.125F, 1.0F}};
  const LayerParameters integers = quantize_layer(parameters, range, 0.25, "t");
  CHECK(integers.weight ==
        std::vector<std::int8_t>{4, -2, 1, -7, 1, 2});  // -9 is beyond the levels
  CHECK(integers.bias == std::vector<std::int32_t>{32, -12});
  // 0.125 * 0.25 / 0.5 = 2^-4 and 1 * 0.25 / 0.5 = 2^-1.
  CHECK(integers.multiplier == std::vector<std::int32_t>{1 << 30, 1 << 30});
  CHECK(integers.shift == std::vector<std::int8_t>{34, 31});
  CHECK(integers.scale.empty());
}

TEST_CASE("8 bits come near to the float network, 4 bits less so, and every size of channel does") {
  const ModelFile model = float_model();
  const std::vector<CalibrationLine> lines = test_lines();
  double noise[2] = {};
  for (const Precision precision : {Precision::int8, Precision::int4}) {
    const QuantParams params = calibrate(model, lines, precision, RangeMethod::mse, "m");
    const ModelFile integers = quantize(model, params, "m");
    const Network network(integers, "m");
    CHECK(network.precision() == precision);
    CHECK(run_self_test(network).stored);
    CHECK(run_self_test(network).problem.empty());
    const QuantReport report = make_report(model, integers, params, lines, "m");
    REQUIRE(report.layers.size() == 4);
    CHECK(report.lines == lines.size());
    CHECK(report.right_f32 == 1);
    CHECK(report.layers[0].weight_bits == 8);
    CHECK(report.layers[1].weight_bits == (precision == Precision::int4 ? 4 : 8));
    CHECK(report.layers[3].output_bits == 0);
    for (const LayerReport& layer : report.layers)
      CHECK(layer.weight_sqnr > (layer.weight_bits == 8 ? 38 : 14));
    noise[precision == Precision::int4 ? 1 : 0] = report.layers[2].output_sqnr;
  }
  CHECK(noise[0] > 25);
  CHECK(noise[1] > 8);
  CHECK(noise[1] < noise[0] - 5);
}

TEST_CASE(
    "evening out the channels keeps what the network computes and leaves less noise in 8 bits") {
  ModelFile model = float_model();
  const Graph graph = parse_graph(model.metadata.at("graph"), "m");
  std::vector<LayerParameters> parameters = read_parameters(model, graph, "m");
  for (std::size_t i = 0; i < 2;
       ++i) {  // every second channel a twelfth of the others, for the next layer to make up for
    const std::size_t channels = parameters[i].bias_f32.size();
    const std::size_t window = parameters[i].weight_f32.size() / channels;
    for (std::size_t n = 0; n < channels; n += 2) {
      for (std::size_t w = 0; w < window; ++w) parameters[i].weight_f32[n * window + w] /= 12;
      parameters[i].bias_f32[n] /= 12;
      for (std::size_t w = n; w < parameters[i + 1].weight_f32.size(); w += channels)
        parameters[i + 1].weight_f32[w] *= 12;
    }
  }
  for (std::size_t i = 0; i < graph.layers.size(); ++i)
    write_parameters(graph.layers[i], parameters[i], model);
  const std::vector<CalibrationLine> lines = test_lines();
  const ModelFile even = equalize_channels(model, lines, "m");
  const Network before(model, "m");
  const Network after(even, "m");
  CHECK(before.digest() != after.digest());
  for (const CalibrationLine& line : lines) {
    const Logits one = before.run(line.view());
    const Logits other = after.run(line.view());
    for (int x = 0; x < one.columns; ++x) {
      for (int c = 0; c < one.classes; ++c)
        CHECK(other.column(x)[c] == Approx(one.column(x)[c]).epsilon(1e-3).margin(1e-3));
    }
  }
  const auto noise = [&](const ModelFile& of) {
    const QuantParams params = calibrate(of, lines, Precision::int8, RangeMethod::mse, "m");
    return make_report(of, quantize(of, params, "m"), params, lines, "m").layers[2].output_sqnr;
  };
  CHECK(noise(even) > noise(model) + 2);
}

TEST_CASE("scales learned in training are taken as they are") {
  ModelFile model = float_model();
  const Graph graph = parse_graph(model.metadata.at("graph"), "m");
  std::vector<LayerParameters> parameters = read_parameters(model, graph, "m");
  std::string layers;
  for (std::size_t i = 0; i < graph.layers.size(); ++i) {
    const bool last = i + 1 == graph.layers.size();
    for (std::size_t n = 0; n < parameters[i].bias_f32.size(); ++n)
      parameters[i].weight_scale.push_back(0.01F * static_cast<float>(n + 1));
    write_parameters(graph.layers[i], parameters[i], model);
    const bool eight = i == 0 || last;
    layers += (i == 0 ? "\"" : ",\"") + graph.layers[i].name +
              "\":{\"weight_bits\":" + (eight ? "8" : "4") +
              ",\"output_bits\":" + (i >= 2 ? "8" : "4") +
              (last ? "" : ",\"output_scale\":0.0625") + "}";
  }
  model.metadata["ranges"] = R"({"precision":"int4","layers":{)" + layers + "}}";
  REQUIRE(has_learned_ranges(model));
  const QuantParams params = learned_ranges(model, "m");
  CHECK(params.precision == Precision::int4);
  CHECK(params.layers[1].weight_bits == 4);
  CHECK(params.layers[1].output_scale == 0.0625);
  CHECK(params.layers[1].weight_scale[2] == 0.03F);
  const ModelFile integers = quantize(model, params, "m");
  CHECK(!has_learned_ranges(integers));
  const Graph result = Network(integers, "m").graph();
  CHECK(result.layers[0].limit == 15);
  CHECK(result.layers[2].limit == 127);
  CHECK(result.layers[2].precision == Precision::int4);
  CHECK(result.layers[3].precision == Precision::int8);

  const auto error = [&](const std::string& from, const std::string& to) {
    ModelFile broken = model;
    std::string& text = broken.metadata["ranges"];
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
    return message_of(ErrorCode::bad_model,
                      [&] { quantize(broken, learned_ranges(broken, "m"), "m"); });
  };
  CHECK_THAT(error("\"int4\"", "\"f32\""), Contains("not int8 or int4"));
  CHECK_THAT(error("\"b\":", "\"x\":"), Contains("lacks layer \"b\""));
  CHECK_THAT(error("\"weight_bits\":4", "\"weight_bits\":5"), Contains("weight_bits"));
  CHECK_THAT(error("0.0625", "-1"), Contains("output_scale"));
  model.tensors.erase("c.weight_scale");
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { learned_ranges(model, "m"); }),
             Contains("c.weight_scale"));
}

TEST_CASE("what cannot be quantised is refused") {
  const ModelFile model = float_model();
  const std::vector<CalibrationLine> lines = test_lines();
  const ModelFile integers =
      quantize(model, calibrate(model, lines, Precision::int8, RangeMethod::minmax, "m"), "m");
  CHECK_THAT(
      message_of(ErrorCode::bad_model,
                 [&] { calibrate(integers, lines, Precision::int8, RangeMethod::minmax, "m"); }),
      Contains("already"));
  CHECK_THAT(message_of(ErrorCode::usage,
                        [&] { calibrate(model, {}, Precision::int8, RangeMethod::minmax, "m"); }),
             Contains("lines"));
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { equalize_channels(integers, lines, "m"); }),
             Contains("already"));
  CHECK_THAT(message_of(ErrorCode::usage, [&] { equalize_channels(model, {}, "m"); }),
             Contains("lines"));
}

}  // namespace nibble::test
