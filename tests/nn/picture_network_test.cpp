#include "nn/picture_network.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <thread>

#include "nn/float_reference.h"
#include "nn/memory_plan.h"
#include "nn/self_test.h"
#include "tests/nn/picture_model.h"
#include "tests/nn/written_out.h"

namespace nibble::test {
namespace {

using Catch::Matchers::Contains;

TestLine random_picture(int height, int width, std::mt19937& random) {
  TestLine picture{width, height, {}};
  for (int i = 0; i < height * width; ++i)
    picture.pixels.push_back(static_cast<std::uint8_t>(random()));
  return picture;
}

/// The ink of an integer network as the documentation says it.
Image make_ink(const TestLine& picture, const Shape& shape) {
  std::int64_t sum = 0;
  for (const std::uint8_t p : picture.pixels) sum += p;
  const double mean = std::floor(static_cast<double>(sum) / (picture.width * picture.height) + 0.5);
  Image ink{shape, {}};
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const bool inside = y < picture.height && x < picture.width;
      const int grey = inside ? picture.view().at(y, x, 0) : static_cast<int>(mean);
      ink.values.push_back((255 - grey) / 2);
    }
  }
  return ink;
}

Image compute_node(const GraphNode& node, const Image& a, const Image& b) {
  Image out{node_shape(node, a.shape), {}};
  for (int y = 0; y < out.shape.height; ++y) {
    for (int x = 0; x < out.shape.width; ++x) {
      for (int c = 0; c < out.shape.channels; ++c) {
        std::int64_t value = 0;
        if (node.op == NodeOp::max_pool) {
          value = std::max({a.at(2 * y, 2 * x, c), a.at(2 * y, 2 * x + 1, c),
                            a.at(2 * y + 1, 2 * x, c), a.at(2 * y + 1, 2 * x + 1, c)});
        } else if (node.op == NodeOp::upsample) {
          value = a.at(y / 2, x / 2, c);
        } else {
          const std::int64_t sum =
              a.at(y, x, c) * node.multipliers[0] + b.at(y, x, c) * node.multipliers[1];
          value = std::min<std::int64_t>(
              (sum + (std::int64_t{1} << (node.shift - 1))) >> node.shift, node.limit);
        }
        out.values.push_back(value);
      }
    }
  }
  return out;
}

/// All nodes of an integer network, without any kernel.
std::vector<Image> compute_graph(const ModelFile& model, const TestLine& picture) {
  const PictureGraph graph = parse_picture_graph(model.metadata.at("graph"), "m");
  const std::vector<LayerParameters> parameters = read_parameters(model, graph, "m");
  const Image ink = make_ink(picture, input_shape(graph, picture.height, picture.width));
  std::vector<Image> images;
  std::size_t conv = 0;
  for (const GraphNode& node : graph.nodes) {
    const auto read = [&](int from) -> const Image& {
      return from == kPictureNode ? ink : images[static_cast<std::size_t>(from)];
    };
    const Image& a = read(node.from.front());
    Image out = node.op == NodeOp::conv2d ? compute(node.conv, parameters[conv], a)
                                          : compute_node(node, a, read(node.from.back()));
    if (node.op == NodeOp::conv2d) ++conv;
    images.push_back(std::move(out));
  }
  return images;
}

/// Compares every node of a network with the integers written out; returns the nodes that the hook
/// saw.
std::size_t compare_nodes(const ModelFile& model, const TestLine& picture,
                          const std::vector<Image>& expected, const KernelChoice& choice) {
  INFO("isa " << choice.isa << " winograd " << choice.winograd << " picture " << picture.height
              << " x " << picture.width << " " << model.metadata.at("graph"));
  const PictureNetwork network(model, "m", choice);
  const PictureGraph& graph = network.graph();
  CHECK(network.isa() == choice.isa);
  PictureWorkspace workspace;
  std::size_t seen = 0;
  const auto& maps = network.run(
      picture.view(), workspace, [&](std::size_t node, const Shape& shape, const void* values) {
        const bool sums = graph.nodes[node].op == NodeOp::conv2d && !graph.nodes[node].conv.relu;
        INFO("node " << graph.nodes[node].name);
        CHECK(shape == expected[node].shape);
        CHECK(values_of(shape, values, sums) == expected[node].values);
        ++seen;
      });
  const std::vector<LayerParameters> parameters = read_parameters(model, graph, "m");
  std::size_t conv = 0;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].op != NodeOp::conv2d) continue;
    const std::vector<float>& scale = parameters[conv++].scale;
    if (scale.empty()) continue;
    const auto output = std::find(graph.outputs.begin(), graph.outputs.end(), static_cast<int>(i));
    const ScoreMap& map = maps.at(static_cast<std::size_t>(output - graph.outputs.begin()));
    CHECK(map.name == graph.nodes[i].name);
    REQUIRE(map.values.size() == expected[i].values.size());
    for (std::size_t v = 0; v < map.values.size(); ++v) {
      if (map.values[v] != static_cast<float>(expected[i].values[v]) * scale[v % scale.size()])
        FAIL("score " << v << " of output " << map.name);
    }
  }
  return seen;
}

void compare_everywhere(const ModelFile& model, const TestLine& picture) {
  const std::vector<Image> expected = compute_graph(model, picture);
  for (const std::string& isa : instruction_sets()) {
    for (const bool winograd : {true, false})
      CHECK(compare_nodes(model, picture, expected, {isa, winograd}) > 0);
  }
}

}  // namespace

TEST_CASE("a finder in integers gives the integers written out, on every instruction set") {
  std::mt19937 random(3);
  for (const Precision precision : {Precision::int8, Precision::int4}) {
    const ModelFile model = integer_picture_model(small_finder(16, 48), precision, 5);
    compare_everywhere(model, random_picture(33, 90, random));
    compare_everywhere(model, random_picture(1, 1, random));
    // An up-sampling that an addition takes in is no step of its own: 13 nodes, two of them such.
    const TestLine picture = random_picture(16, 16, random);
    CHECK(compare_nodes(model, picture, compute_graph(model, picture), {"portable"}) == 11);
  }
}

TEST_CASE("random branching graphs give the integers written out") {
  std::mt19937 random(4);
  const auto side = [&] { return 1 + static_cast<int>(random() % 40); };
  std::size_t outputs = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    const PictureGraph graph = random_graph(random);
    outputs = std::max(outputs, graph.outputs.size());
    const Precision precision = seed % 2 == 0 ? Precision::int4 : Precision::int8;
    compare_everywhere(integer_picture_model(graph, precision, seed),
                       random_picture(side(), side(), random));
  }
  CHECK(outputs > 1);
}

TEST_CASE("float graphs give the reference's scores, on every instruction set") {
  std::mt19937 random(6);
  for (unsigned seed = 0; seed < 12; ++seed) {
    const PictureGraph graph = seed == 0 ? small_finder(16, 48) : random_graph(random);
    const ModelFile model = float_picture_model(graph, seed);
    const TestLine picture = random_picture(37, 61, random);
    const std::vector<ScoreMap> expected = run_picture_reference(model, picture.view(), "m");
    for (const std::string& isa : instruction_sets()) {
      INFO(isa << " " << model.metadata.at("graph"));
      const std::vector<ScoreMap> maps = PictureNetwork(model, "m", {isa}).run(picture.view());
      REQUIRE(maps.size() == expected.size());
      for (std::size_t m = 0; m < maps.size(); ++m) {
        CHECK(maps[m].name == expected[m].name);
        CHECK(maps[m].shape == expected[m].shape);
        CHECK(maps[m].stride == expected[m].stride);
        REQUIRE(maps[m].values.size() == expected[m].values.size());
        float greatest = 0;
        float difference = 0;
        for (std::size_t i = 0; i < maps[m].values.size(); ++i) {
          greatest = std::max(greatest, std::abs(expected[m].values[i]));
          difference = std::max(difference, std::abs(maps[m].values[i] - expected[m].values[i]));
        }
        // Sums of at most 9 * 48 products through about ten layers: float keeps four digits.
        CHECK(difference < 1e-4F * std::max(greatest, 1.0F));
      }
    }
  }
}

TEST_CASE("the reference is what its operations say") {
  // One channel, weights of 1: the sums can be done by hand.
  GraphBuilder b(2, 8);
  const int c = b.conv(kPictureNode, 1, 1);
  b.output(b.add(c, b.upsample(b.pool(c))), 1);
  ModelFile model = picture_file(b.graph, Precision::f32);
  for (const Conv2d& layer : conv_layers(b.graph)) {
    model.tensors[layer.name + ".weight"] = f32_tensor({1, 1, 1, 1}, {1});
    model.tensors[layer.name + ".bias"] = f32_tensor({1}, {0});
  }
  // Ink 1, 0.6, 0 above 0.2; the third column and row are the mean grey: ink 0.45, rounded to 115 /
  // 255.
  const std::vector<std::uint8_t> pixels{0, 102, 255, 204};
  const auto check = [](const std::vector<ScoreMap>& maps, const std::vector<float>& expected) {
    REQUIRE(maps.size() == 1);
    REQUIRE(maps[0].values.size() == expected.size());
    CHECK(maps[0].stride == std::array<int, 2>{1, 1});
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK(maps[0].values[i] == Approx(expected[i]).margin(1e-6));
  };
  const TensorView<const std::uint8_t> square{pixels.data(), {2, 2, 1}};
  check(run_picture_reference(model, square, "m"), {2, 1.6F, 1, 1.2F});
  check(PictureNetwork(model, "m").run(square), {2, 1.6F, 1, 1.2F});
  const TensorView<const std::uint8_t> line{pixels.data(), {1, 3, 1}};
  const float ink = 1 - 119.0F / 255;
  check(PictureNetwork(model, "m").run(line),
        {2, 1.6F, 0 + ink, 2 * ink, 1 + ink, 1 + ink, 2 * ink, 2 * ink});
}

TEST_CASE("tensors of one moment do not overlap") {
  std::mt19937 random(8);
  for (int round = 0; round < 200; ++round) {
    std::vector<MemoryUse> uses;
    for (unsigned i = 0; i < 1 + random() % 20; ++i) {
      const int first = static_cast<int>(random() % 12);
      uses.push_back({random() % 500, first, first + static_cast<int>(random() % 6)});
    }
    std::vector<std::size_t> places;
    const std::size_t size = plan_memory(uses, places);
    std::size_t most = 0;  // at one moment
    for (int now = 0; now < 20; ++now) {
      std::size_t live = 0;
      for (std::size_t i = 0; i < uses.size(); ++i) {
        CHECK(places[i] % kernels::kAlignment == 0);
        CHECK(places[i] + uses[i].size <= size);
        if (now < uses[i].first || now > uses[i].last) continue;
        live += uses[i].size;
        for (std::size_t j = 0; j < i; ++j) {
          if (now < uses[j].first || now > uses[j].last) continue;
          CHECK((places[i] + uses[i].size <= places[j] || places[j] + uses[j].size <= places[i]));
        }
      }
      most = std::max(most, live);
    }
    CHECK(size >= most);
  }
}

TEST_CASE("a node leaves what others will read as it was") {
  // Values that are still to be read are copied when they are made and compared at every later
  // node.
  std::mt19937 random(9);
  std::size_t compared = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    const ModelFile model = integer_picture_model(random_graph(random), Precision::int4, seed);
    const PictureNetwork network(model, "m");
    const PictureGraph& graph = network.graph();
    const TestLine picture = random_picture(40, 24, random);
    struct Kept {
      std::size_t node;
      const void* at;
      std::vector<std::byte> bytes;
    };
    std::vector<Kept> kept;
    PictureWorkspace workspace;
    network.run(picture.view(), workspace, [&](std::size_t now, const Shape& shape, void* values) {
      for (const Kept& k : kept) {
        bool read_later = false;
        for (std::size_t n = now + 1; n < graph.nodes.size(); ++n) {
          const auto& from = graph.nodes[n].from;
          read_later = read_later || std::count(from.begin(), from.end(), static_cast<int>(k.node));
        }
        if (!read_later) continue;
        ++compared;
        if (std::memcmp(k.at, k.bytes.data(), k.bytes.size()) != 0)
          FAIL("node " << now << " changed node " << k.node << " " << model.metadata.at("graph"));
      }
      const auto* bytes = static_cast<const std::byte*>(values);
      kept.push_back({now, values, {bytes, bytes + shape.size()}});
    });
  }
  CHECK(compared > 0);
}

TEST_CASE("a workspace grows to what a picture needs and serves other networks and sizes") {
  std::mt19937 random(10);
  const PictureNetwork one(integer_picture_model(small_finder(16, 32), Precision::int4, 1), "m");
  const PictureNetwork other(integer_picture_model(small_finder(5, 7), Precision::int8, 2), "m");
  PictureWorkspace shared;
  for (const int side : {64, 16, 96, 17, 96}) {
    const TestLine picture = random_picture(side, 100, random);
    for (const PictureNetwork* network : {&one, &other}) {
      const std::vector<ScoreMap>& maps = network->run(picture.view(), shared);
      CHECK(maps.front().values == network->run(picture.view()).front().values);
      CHECK(shared.size() >= network->plan(side, 100).size);
    }
  }
  const TestLine picture = random_picture(48, 48, random);
  const float* first = one.run(picture.view(), shared).front().values.data();
  CHECK(one.run(picture.view(), shared).front().values.data() == first);
  // Planned memory: less than all tensors together.
  const PicturePlan plan = one.plan(256, 256);
  std::size_t all = plan.input.size();
  for (const Shape& shape : plan.shapes) all += shape.size();
  CHECK(plan.size < all);
}

TEST_CASE("two threads share one network for pictures") {
  std::mt19937 random(11);
  const PictureNetwork network(integer_picture_model(small_finder(16, 48), Precision::int4, 1),
                               "m");
  const TestLine picture = random_picture(80, 80, random);
  const std::vector<float> expected = network.run(picture.view()).front().values;
  std::vector<std::vector<float>> results(2);
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] {
      PictureWorkspace workspace;
      for (int i = 0; i < 5; ++i) result = network.run(picture.view(), workspace).front().values;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(results[0] == expected);
  CHECK(results[1] == expected);
}

TEST_CASE("a network for pictures tells what it is") {
  ModelFile model = integer_picture_model(small_finder(16, 48), Precision::int4, 5);
  model.metadata["outputs"] = R"({"names":["a","b","c","d","e"],"cell":4})";
  const PictureNetwork network(model, "m");
  CHECK(network.channel_names() == std::vector<std::string>{"a", "b", "c", "d", "e"});
  CHECK(network.outputs_text() == model.metadata["outputs"]);
  CHECK(network.graph().max_side == 256);
  CHECK(network.weight_count() ==
        16 * 16 + 9 * (16 * 16 + 16 * 48 + 48 * 48 + 16 * 16) + 48 * 16 + 16 * 5);
  // Cells of 4 pixels: 4 x 4 of them for 16 x 16 pixels, conv1 at four times as many positions.
  const std::int64_t macs = 64 * 256 + 16 * (2 * 9 * 256 + 80) + 4 * (9 * 768 + 768) + 9 * 2304;
  CHECK(network.mac_count(16, 16) == macs);
  CHECK(network.mac_count(9, 1) == macs);
  const ScoreMap map = network.run(make_test_picture(256, 1).view()).front();
  CHECK(map.stride == std::array<int, 2>{4, 4});
  CHECK(map.shape == Shape{44, 64, 5});
  CHECK(map.cell(1, 2) == map.values.data() + (64 + 2) * 5);
}

TEST_CASE("the digest of a finder's scores is the same everywhere and is checked") {
  ModelFile model = integer_picture_model(small_finder(16, 48), Precision::int4, 3);
  const std::string digest = compute_scores_digest(PictureNetwork(model, "m", {"portable"}));
  model.metadata["scores_digest"] = digest;
  for (const std::string& isa : instruction_sets()) {
    const SelfTest test = run_self_test(PictureNetwork(model, "m", {isa}));
    CHECK(test.problem.empty());
    CHECK(test.stored);
    CHECK(test.digest == digest);
  }
  const PictureGraph graph = parse_picture_graph(model.metadata["graph"], "m");
  const std::string head = graph.nodes.back().name;
  model.tensors.at(head + ".bias").data[0] ^= std::byte{1};
  CHECK_THAT(run_self_test(PictureNetwork(model, "m")).problem,
             Contains("not those that the model file was made with"));
}

TEST_CASE("a picture that does not fit is a usage error") {
  const PictureNetwork network(float_picture_model(small_finder(3, 4, 64), 1), "m");
  const std::vector<std::uint8_t> pixels(65 * 64, 9);
  const auto error = [&](Shape shape) {
    return message_of(ErrorCode::usage, [&] { network.run({pixels.data(), shape}); });
  };
  CHECK(network.run({pixels.data(), {64, 64, 1}}).size() == 1);
  CHECK_THAT(error({65, 64, 1}), Contains("64 x 65 pixels") && Contains("1 to 64"));
  CHECK_THAT(error({0, 4, 1}), Contains("4 x 0 pixels"));
  CHECK_THAT(error({4, 4, 3}), Contains("grey"));
  CHECK_THAT(message_of(ErrorCode::usage, [&] { network.mac_count(1, 65); }), Contains("65 x 1"));
}

}  // namespace nibble::test
