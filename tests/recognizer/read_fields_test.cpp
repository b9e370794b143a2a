#include "recognizer/line/read_fields.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "nn/model_file.h"
#include "recognizer/page/normalize.h"
#include "tests/catch.h"
#include "tests/recognizer/synthetic.h"

using nibble::FieldResult;
using nibble::FieldSpec;
using nibble::Homography;
using nibble::Image;
using nibble::ModelFile;
using nibble::ModelTensor;
using nibble::Network;
using nibble::Page;
using nibble::Point;
using nibble::Quad;

namespace {

ModelTensor tensor(std::vector<std::int64_t> shape, const std::vector<float>& values) {
  ModelTensor result{nibble::DType::f32, std::move(shape),
                     std::vector<std::byte>(values.size() * sizeof(float))};
  std::memcpy(result.data.data(), values.data(), result.data.size());
  return result;
}

ModelFile model_of(const std::string& graph) {
  ModelFile model;
  model.metadata = {{"format_version", "1"},
                    {"precision", "f32"},
                    {"alphabet", R"(["a","b"])"},
                    {"graph", graph}};
  return model;
}

// Weights drawn by chance: reads something, though nothing sensible.
Network random_network() {
  ModelFile model =
      model_of(R"({"input": {"height": 32}, "stride": 4, "max_width": 4096, "layers": [
    {"op": "conv2d", "name": "c1", "in": 1, "out": 6, "kernel": [3, 3], "pad": [1, 1, 1, 1], "stride": [2, 1], "relu": true, "pool": [2, 2]},
    {"op": "conv2d", "name": "c2", "in": 6, "out": 8, "kernel": [3, 3], "pad": [1, 1, 1, 1], "stride": [4, 1], "relu": true, "pool": [2, 2]},
    {"op": "conv2d", "name": "c3", "in": 8, "out": 3, "kernel": [1, 1]}]})");
  std::mt19937 random(5);
  std::normal_distribution<float> normal(0, 1);
  const auto values = [&](std::size_t count) {
    std::vector<float> list(count);
    for (float& v : list) v = normal(random);
    return list;
  };
  model.tensors = {
      {"c1.weight", tensor({6, 3, 3, 1}, values(54))},  {"c1.bias", tensor({6}, values(6))},
      {"c2.weight", tensor({8, 3, 3, 6}, values(432))}, {"c2.bias", tensor({8}, values(8))},
      {"c3.weight", tensor({3, 1, 1, 8}, values(24))},  {"c3.bias", tensor({3}, values(3))}};
  return Network(model, "random");
}

// Reads "a" wherever a column of four pixels holds ink from top to bottom, and nothing elsewhere.
Network bar_network() {
  ModelFile model =
      model_of(R"({"input": {"height": 32}, "stride": 4, "max_width": 4096, "layers": [
    {"op": "conv2d", "name": "mean", "in": 1, "out": 1, "kernel": [8, 4], "stride": [8, 4]},
    {"op": "conv2d", "name": "score", "in": 1, "out": 3, "kernel": [4, 1]}]})");
  std::vector<float> score(4, -5);
  score.resize(8, 5);
  score.resize(12, -5);
  model.tensors = {{"mean.weight", tensor({1, 8, 4, 1}, std::vector<float>(32, 1.0F / 32))},
                   {"mean.bias", tensor({1}, {0})},
                   {"score.weight", tensor({3, 4, 1, 1}, score)},
                   {"score.bias", tensor({3}, {10, -10, 0})}};
  return Network(model, "bars");
}

FieldSpec field(const std::string& name, double x0, double y0, double x1, double y1) {
  return {name, Quad{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}}, "text", "", ""};
}

}  // namespace

TEST_CASE("every field of a page gets a result, in order", "[recognizer]") {
  const Network network = random_network();
  const Quad outline{{{50, 40}, {600, 70}, {620, 440}, {30, 400}}};
  std::mt19937 random(9);
  const Image source = synthetic::picture(
      640, 480, 3, [&](Point, int) { return static_cast<double>(random() % 256); });
  const Page page = nibble::rectify(source, outline, 300, 200);
  const std::vector<FieldSpec> fields{field("b", 20, 100, 280, 120), field("a", 20, 20, 100, 40),
                                      field("c", 150, 20, 160, 30)};
  for (const int beam : {0, 4}) {
    nibble::ReadOptions options;
    options.beam = beam;
    const std::vector<FieldResult> results = nibble::read_fields(network, page, fields, options);
    REQUIRE(results.size() == fields.size());
    std::size_t characters = 0;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const FieldResult& result = results[i];
      CHECK(result.spec.name == fields[i].name);
      CHECK(result.text == result.reading.text);
      CHECK(result.ms > 0);
      REQUIRE(result.char_quads.size() == result.reading.chars.size());
      characters += result.char_quads.size();
      const Homography to_source = nibble::homography(nibble::rectangle(300, 200), outline);
      for (std::size_t k = 0; k < 4; ++k)
        CHECK(distance(result.quad[k], to_source.map(fields[i].quad[k])) < 1e-6);
      for (const Quad& quad : result.char_quads) CHECK(nibble::quad_problem(quad).empty());
    }
    CHECK(characters > 10);
  }
}

TEST_CASE("a page without fields gives no results", "[recognizer]") {
  const Page page{synthetic::picture(30, 20, 1, [](Point, int) { return 255; }), 1, Homography{}};
  CHECK(nibble::read_fields(random_network(), page, {}, {}).empty());
}

TEST_CASE("characters are found where they stand in the source", "[recognizer]") {
  const Network network = bar_network();
  // Two black bars across the whole height of the field, on a document that is turned, slanted and
  // twice as large as its template.
  const int width = 200;
  const int height = 100;
  const Quad outline{{{560, 30}, {590, 440}, {380, 450}, {350, 20}}};
  const Homography to_template = nibble::homography(outline, nibble::rectangle(width, height));
  const Image source = synthetic::picture(640, 480, 1, [&](Point p, int) {
    const Point t = to_template.map(p);
    const bool bar = (t.x >= 60 && t.x < 70) || (t.x >= 110 && t.x < 130);
    return bar && t.y > 30 && t.y < 70 ? 0 : 255;
  });
  const Page page = nibble::rectify(source, outline, width, height);
  const std::vector<FieldResult> results =
      nibble::read_fields(network, page, {field("bars", 20, 40, 180, 60)}, {});
  REQUIRE(results[0].text == "aa");
  REQUIRE(results[0].char_quads.size() == 2);
  const Quad first = to_template.map(results[0].char_quads[0]);
  const Quad second = to_template.map(results[0].char_quads[1]);
  // A column of scores is four line pixels wide, which is three template pixels here (32 rows show
  // 24 template pixels).
  CHECK(first[0].x == Approx(60).margin(3.5));
  CHECK(first[1].x == Approx(70).margin(3.5));
  CHECK(second[0].x == Approx(110).margin(3.5));
  CHECK(second[1].x == Approx(130).margin(3.5));
  // As high as the line, whose ink goes on to the edge of what is looked at: a quarter of the
  // field's height above and below it.
  for (const Quad& quad : {first, second}) {
    CHECK(quad[0].y == Approx(35).margin(0.5));
    CHECK(quad[1].y == Approx(35).margin(0.5));
    CHECK(quad[2].y == Approx(65).margin(0.5));
    CHECK(quad[3].y == Approx(65).margin(0.5));
  }
}

TEST_CASE("a picture of one line is read as it is", "[recognizer]") {
  const Image line =
      synthetic::picture(200, 16, 1, [](Point p, int) { return p.x >= 80 && p.x < 100 ? 0 : 255; });
  const FieldResult result = nibble::read_line(bar_network(), line, {});
  CHECK(result.spec.name == "line");
  CHECK(result.text == "a");
  CHECK(result.quad == nibble::rectangle(200, 16));
  REQUIRE(result.char_quads.size() == 1);
  // Two line pixels a picture pixel, so a column of scores is two picture pixels: the bar's edges
  // fall on columns.
  const Quad expected{{{79.5, -0.5}, {99.5, -0.5}, {99.5, 15.5}, {79.5, 15.5}}};
  for (std::size_t i = 0; i < 4; ++i) CHECK(distance(result.char_quads[0][i], expected[i]) < 2.1);
  CHECK(result.char_quads[0][0].y == Approx(-0.5));
  CHECK(result.char_quads[0][2].y == Approx(15.5));
}

TEST_CASE("a network for lines of another height is refused", "[recognizer]") {
  ModelFile model = model_of(R"({"input": {"height": 16}, "stride": 4, "max_width": 64, "layers": [
    {"op": "conv2d", "name": "a", "in": 1, "out": 1, "kernel": [8, 4], "stride": [8, 4]},
    {"op": "conv2d", "name": "b", "in": 1, "out": 3, "kernel": [2, 1]}]})");
  model.tensors = {{"a.weight", tensor({1, 8, 4, 1}, std::vector<float>(32, 0.1F))},
                   {"a.bias", tensor({1}, {0})},
                   {"b.weight", tensor({3, 2, 1, 1}, std::vector<float>(6, 0.1F))},
                   {"b.bias", tensor({3}, {0, 0, 0})}};
  const Network network(model, "low");
  const Image line = synthetic::picture(20, 16, 1, [](Point, int) { return 255; });
  const std::string message =
      "bad_model: the model reads lines of 16 rows, but lines have 32: use a model made for this version";
  CHECK(synthetic::error_of([&] { nibble::read_line(network, line, {}); }) == message);
  CHECK(synthetic::error_of([&] {
          nibble::read_fields(network, Page{line, 1, {}}, {field("a", 0, 0, 20, 16)}, {});
        }) == message);
}

TEST_CASE("a field read with little confidence gets the reading that three looks support most",
          "[recognizer]") {
  const Network network = random_network();
  const Quad outline{{{50, 40}, {600, 70}, {620, 440}, {30, 400}}};
  std::mt19937 random(11);
  const Image source = synthetic::picture(
      700, 480, 1, [&](Point, int) { return static_cast<double>(random() % 256); });
  const Page page = nibble::rectify(source, outline, 560, 350);
  const std::vector<FieldSpec> fields = {field("a", 20, 20, 200, 50), field("b", 20, 80, 300, 110),
                                         field("c", 30, 200, 90, 230)};

  const auto read = [&](double margin, double second_look) {
    nibble::ReadOptions options;
    options.margin = margin;
    options.second_look = second_look;
    return nibble::read_fields(network, page, fields, options);
  };
  const std::vector<std::vector<FieldResult>> looks = {read(0.1, 0), read(0.04, 0), read(0.16, 0)};
  const std::vector<FieldResult> chosen = read(0.1, 2);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::map<std::string, double> support;
    for (const auto& look : looks) support[look[i].text] += look[i].reading.confidence;
    double most = 0;
    for (const auto& [text, sum] : support) most = std::max(most, sum);
    CAPTURE(i, chosen[i].text);
    CHECK(support[chosen[i].text] == Approx(most));
    CHECK(chosen[i].quad == looks[0][i].quad);
    CHECK(chosen[i].char_quads.size() == chosen[i].reading.chars.size());
    // A confident reading is left alone.
    CHECK(read(0.1, looks[0][i].reading.confidence)[i].text == looks[0][i].text);
  }
}
