#include "nn/network.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/nn/make_model.h"

namespace nibble::test {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

struct Line {
  Shape shape;
  std::vector<std::uint8_t> pixels;
  TensorView<const std::uint8_t> view() const { return {pixels.data(), shape}; }
};

Line random_line(int height, int width, std::mt19937& random) {
  Line line{{height, width, 1},
            std::vector<std::uint8_t>(static_cast<std::size_t>(height * width))};
  std::generate(line.pixels.begin(), line.pixels.end(),
                [&] { return static_cast<std::uint8_t>(random() & 255U); });
  return line;
}

/// A network whose columns come out right by construction: every layer keeps rows x columns but for
/// its stride and pooling.
struct RandomModel {
  ModelFile file;
  std::vector<Conv2d> layers;
  int height = 0;
  int stride = 1;
};

int pick(std::mt19937& random, int least, int most) {
  return std::uniform_int_distribution<int>(least, most)(random);
}

Conv2d random_layer(int index, int in, std::mt19937& random) {
  Conv2d layer;
  layer.name = "c" + std::to_string(index);
  layer.in_channels = in;
  layer.out_channels = pick(random, 1, 9);
  layer.kernel = {pick(random, 1, 5), pick(random, 1, 5)};
  layer.stride = {pick(random, 1, 2), pick(random, 1, 3)};
  // The whole pad of an axis is kernel - 1, split unevenly, so that out = ceil(in / stride).
  layer.pad[0] = pick(random, 0, layer.kernel[0] - 1);
  layer.pad[1] = pick(random, 0, layer.kernel[1] - 1);
  layer.pad[2] = layer.kernel[0] - 1 - layer.pad[0];
  layer.pad[3] = layer.kernel[1] - 1 - layer.pad[1];
  layer.relu = pick(random, 0, 1) == 1;
  layer.clip = layer.relu && pick(random, 0, 1) == 1 ? 0.75F : 0.0F;
  layer.pool = {pick(random, 1, 2), pick(random, 1, 2)};
  return layer;
}

json to_json(const Conv2d& layer) {
  return {{"op", "conv2d"},          {"name", layer.name},
          {"in", layer.in_channels}, {"out", layer.out_channels},
          {"kernel", layer.kernel},  {"stride", layer.stride},
          {"pad", layer.pad},        {"relu", layer.relu},
          {"clip", layer.clip},      {"pool", layer.pool}};
}

RandomModel random_model(std::mt19937& random) {
  RandomModel model;
  model.height = pick(random, 7, 13);
  int rows = model.height;
  for (int i = 0; i < 3; ++i) {
    Conv2d layer = random_layer(i, i == 0 ? 1 : model.layers.back().out_channels, random);
    const int conv_rows = (rows + layer.stride[0] - 1) / layer.stride[0];
    layer.pool[0] = std::min(layer.pool[0], conv_rows);
    rows = conv_rows / layer.pool[0];
    model.stride *= layer.stride[1] * layer.pool[1];
    model.layers.push_back(layer);
  }
  Conv2d last;
  last.name = "last";
  last.in_channels = model.layers.back().out_channels;
  last.out_channels = 3;
  last.kernel = {rows, 1};
  model.layers.push_back(last);
  if (model.stride > 64) return random_model(random);

  json layers = json::array();
  std::normal_distribution<float> normal(0, 0.4F);
  const auto values = [&](int count) {
    std::vector<float> list(static_cast<std::size_t>(count));
    std::generate(list.begin(), list.end(), [&] { return normal(random); });
    return list;
  };
  for (const Conv2d& layer : model.layers) {
    layers.push_back(to_json(layer));
    const int count = layer.out_channels * layer.kernel[0] * layer.kernel[1] * layer.in_channels;
    model.file.tensors[layer.name + ".weight"] = f32_tensor(
        {layer.out_channels, layer.kernel[0], layer.kernel[1], layer.in_channels}, values(count));
    model.file.tensors[layer.name + ".bias"] =
        f32_tensor({layer.out_channels}, values(layer.out_channels));
  }
  const json graph = {{"input", {{"height", model.height}}},
                      {"stride", model.stride},
                      {"max_width", model.stride * 50},
                      {"layers", layers}};
  model.file.metadata = {{"format_version", "1"},
                         {"precision", "f32"},
                         {"graph", graph.dump()},
                         {"alphabet", R"(["a","b"])"}};
  return model;
}

/// Activations in double with a zero outside: the definition, index by index.
struct Naive {
  int height = 0;
  int width = 0;
  int channels = 0;
  std::vector<double> values;
  double& at(int y, int x, int c) {
    return values.at(static_cast<std::size_t>((y * width + x) * channels + c));
  }
  double padded(int y, int x, int c) {
    return y < 0 || x < 0 || y >= height || x >= width ? 0 : at(y, x, c);
  }
};

Naive make(int height, int width, int channels) {
  return {height, width, channels,
          std::vector<double>(static_cast<std::size_t>(height * width * channels))};
}

Naive naive_conv(const Conv2d& layer, const std::vector<float>& weight,
                 const std::vector<float>& bias, Naive in) {
  Naive out =
      make((in.height + layer.pad[0] + layer.pad[2] - layer.kernel[0]) / layer.stride[0] + 1,
           (in.width + layer.pad[1] + layer.pad[3] - layer.kernel[1]) / layer.stride[1] + 1,
           layer.out_channels);
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      for (int o = 0; o < out.channels; ++o) {
        double sum = bias.at(static_cast<std::size_t>(o));
        for (int ky = 0; ky < layer.kernel[0]; ++ky) {
          for (int kx = 0; kx < layer.kernel[1]; ++kx) {
            for (int c = 0; c < layer.in_channels; ++c) {
              const int index =
                  ((o * layer.kernel[0] + ky) * layer.kernel[1] + kx) * layer.in_channels + c;
              sum += weight.at(static_cast<std::size_t>(index)) *
                     in.padded(y * layer.stride[0] - layer.pad[0] + ky,
                               x * layer.stride[1] - layer.pad[1] + kx, c);
            }
          }
        }
        if (layer.relu) sum = std::max(sum, 0.0);
        if (layer.clip > 0) sum = std::min(sum, static_cast<double>(layer.clip));
        out.at(y, x, o) = sum;
      }
    }
  }
  return out;
}

Naive naive_pool(const Conv2d& layer, Naive in) {
  Naive out = make(in.height / layer.pool[0], in.width / layer.pool[1], in.channels);
  for (int y = 0; y < out.height * layer.pool[0]; ++y) {
    for (int x = 0; x < out.width * layer.pool[1]; ++x) {
      for (int c = 0; c < in.channels; ++c) {
        double& best = out.at(y / layer.pool[0], x / layer.pool[1], c);
        const bool first = y % layer.pool[0] == 0 && x % layer.pool[1] == 0;
        best = first ? in.at(y, x, c) : std::max(best, in.at(y, x, c));
      }
    }
  }
  return out;
}

/// Scores of a line before the softmax.
Naive naive_scores(const RandomModel& model, const Line& line) {
  const int width = (line.shape.width + model.stride - 1) / model.stride * model.stride;
  Naive x = make(line.shape.height, width, 1);
  for (int row = 0; row < line.shape.height; ++row) {
    for (int column = 0; column < line.shape.width; ++column)
      x.at(row, column, 0) = (255 - line.view().at(row, column, 0)) / 255.0;
  }
  for (const Conv2d& layer : model.layers) {
    const ModelTensor& weight = model.file.tensors.at(layer.name + ".weight");
    const ModelTensor& bias = model.file.tensors.at(layer.name + ".bias");
    x = naive_pool(layer, naive_conv(layer, weight.as_f32(), bias.as_f32(), x));
  }
  return x;
}

}  // namespace

TEST_CASE("the network agrees with convolution written out") {
  std::mt19937 random(1);
  for (int round = 0; round < 60; ++round) {
    const RandomModel model = random_model(random);
    const Network network(model.file, "m");
    for (const int width :
         {1, pick(random, 2, 20), pick(random, 21, model.stride * 50), model.stride * 50}) {
      const Line line = random_line(model.height, std::min(width, model.stride * 50), random);
      INFO("round " << round << " width " << line.shape.width << " graph "
                    << model.file.metadata.at("graph"));
      Naive expected = naive_scores(model, line);
      const Logits logits = network.run(line.view());
      REQUIRE(expected.height == 1);
      REQUIRE(logits.columns == expected.width);
      REQUIRE(logits.columns == (line.shape.width + model.stride - 1) / model.stride);
      REQUIRE(logits.classes == 3);
      REQUIRE(logits.stride == model.stride);
      REQUIRE(logits.values.size() == static_cast<std::size_t>(logits.columns) * 3);
      double greatest_error = 0;
      for (int x = 0; x < logits.columns; ++x) {
        double sum = 0;
        for (int c = 0; c < 3; ++c) sum += std::exp(expected.at(0, x, c));
        for (int c = 0; c < 3; ++c) {
          greatest_error =
              std::max(greatest_error, std::abs(expected.at(0, x, c) - std::log(sum) -
                                                static_cast<double>(logits.column(x)[c])));
        }
      }
      // Sums of at most 5 * 5 * 9 products of order 1 through four layers: float keeps five digits.
      REQUIRE(greatest_error < 1e-4);
    }
  }
}

TEST_CASE("the scores of a column are log probabilities") {
  std::mt19937 random(2);
  ModelFile file = small_model();
  file.tensors["c2.bias"] =
      f32_tensor({3}, {500, -500, 499});  // would overflow without taking the greatest out
  const Network network(file, "m");
  const Logits logits = network.run(random_line(4, 15, random).view());
  for (int x = 0; x < logits.columns; ++x) {
    double sum = 0;
    for (int c = 0; c < 3; ++c) sum += std::exp(static_cast<double>(logits.column(x)[c]));
    CHECK(sum == Approx(1).margin(1e-6));
  }
}

TEST_CASE("ink is 1, paper is 0, and a line is extended with paper") {
  ModelFile file = small_model();
  file.metadata["graph"] =
      R"({"input":{"height":1},"stride":3,"max_width":9,"layers":[{"op":"conv2d","name":"c","in":1,"out":2,"kernel":[1,3],"stride":[1,3]}]})";
  file.metadata["alphabet"] = R"(["x"])";
  file.tensors.clear();
  file.tensors["c.weight"] = f32_tensor({2, 1, 3, 1}, {0, 0, 0, 1, 10, 100});
  file.tensors["c.bias"] = f32_tensor({2}, {0, 0});
  const Network network(file, "m");
  const auto score = [&](const std::vector<std::uint8_t>& pixels, int column) {
    const Logits logits = network.run({pixels.data(), {1, static_cast<int>(pixels.size()), 1}});
    return static_cast<double>(logits.column(column)[1] - logits.column(column)[0]);
  };
  CHECK(score({0, 255, 255}, 0) == Approx(1));
  CHECK(score({255, 204, 0}, 0) == Approx(102));
  CHECK(score({0, 0, 0, 0, 0}, 1) == Approx(11));
  CHECK(score({0, 0, 0, 0}, 1) == Approx(1));
}

TEST_CASE("a line that does not fit the network is a usage error") {
  const Network network(small_model(), "m");
  const std::vector<std::uint8_t> pixels(200, 255);
  const auto error = [&](Shape shape) {
    return message_of(ErrorCode::usage, [&] { network.run({pixels.data(), shape}); });
  };
  CHECK(network.run({pixels.data(), {4, 16, 1}}).columns == 8);
  CHECK_THAT(error({4, 17, 1}), Contains("17 pixels") && Contains("1 to 16"));
  CHECK_THAT(error({4, 0, 1}), Contains("0 pixels"));
  CHECK_THAT(error({5, 4, 1}), Contains("4 rows"));
  CHECK_THAT(error({4, 4, 3}), Contains("grey"));
  CHECK_THAT(message_of(ErrorCode::usage, [&] { network.mac_count(17); }), Contains("17 pixels"));
}

TEST_CASE("a network tells what it is") {
  const Network network(small_model(), "m");
  CHECK(network.precision() == Precision::f32);
  CHECK(network.alphabet() == std::vector<std::string>{"A", "\xD0\x96"});
  CHECK(network.graph().max_width == 16);
  CHECK(network.graph().layers.at(0).clip == 6.0F);
  CHECK(network.weight_count() == 18 + 12);
  // 4 x 8 positions of 18 weights, then 1 x 4 positions of 12; a width of 7 is extended to 8.
  CHECK(network.mac_count(8) == 4 * 8 * 18 + 4 * 12);
  CHECK(network.mac_count(7) == network.mac_count(8));
}

TEST_CASE("the names of precisions are read back") {
  for (const Precision precision : {Precision::f32, Precision::int8, Precision::int4})
    CHECK(parse_precision(precision_name(precision)) == precision);
  CHECK(!parse_precision("F32"));
  CHECK(!parse_precision(""));
}

TEST_CASE("the digest follows graph and tensors") {
  const ModelFile file = small_model();
  const std::string digest = Network(file, "m").digest();
  CHECK(digest.rfind("sha256:", 0) == 0);
  CHECK(digest.size() == 7 + 64);
  CHECK(Network(parse(serialize_model(file)), "other").digest() == digest);

  ModelFile other = file;
  other.tensors["c2.bias"].data[0] ^= std::byte{1};
  CHECK(Network(other, "m").digest() != digest);
  other = file;
  other.metadata["graph"] += " ";
  CHECK(Network(other, "m").digest() != digest);
  other = file;
  other.metadata["training"] = R"({"steps":1})";
  CHECK(Network(other, "m").digest() == digest);
}

TEST_CASE("two threads share one network") {
  std::mt19937 random(3);
  const RandomModel model = random_model(random);
  const Network network(model.file, "m");
  std::vector<Line> lines;
  for (int i = 0; i < 40; ++i)
    lines.push_back(random_line(model.height, pick(random, 1, model.stride * 50), random));
  std::vector<std::vector<float>> expected;
  for (const Line& line : lines) expected.push_back(network.run(line.view()).values);

  std::vector<std::vector<std::vector<float>>> results(2);
  std::vector<std::thread> threads;
  threads.reserve(results.size());
  for (auto& result : results) {
    threads.emplace_back([&] {
      for (const Line& line : lines) result.push_back(network.run(line.view()).values);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) CHECK(result == expected);
}

}  // namespace nibble::test
