#include <algorithm>
#include <set>

#include "nn/self_test.h"
#include "tests/nn/integer_model.h"
#include "tests/nn/written_out.h"

namespace nibble::test {
namespace {

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE(
    "every layer of an integer network gives the integers written out, on every instruction set") {
  std::mt19937 random(5);
  int constant =
      0;  // layers whose outputs are all alike: with many of them the test would compare nothing
  for (unsigned seed = 0; seed < 12; ++seed) {
    const ModelFile model = integer_model(seed % 2 == 0 ? Precision::int4 : Precision::int8, seed);
    const Graph graph = parse_graph(model.metadata.at("graph"), "m");
    const std::vector<LayerParameters> parameters = read_parameters(model, graph, "m");
    const int width = 1 + static_cast<int>(random() % 200);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * 6);
    for (std::uint8_t& p : pixels) p = static_cast<std::uint8_t>(random());

    Image image{input_shape(graph, width), {}};
    for (int y = 0; y < 6; ++y) {
      for (int x = 0; x < image.shape.width; ++x)
        image.values.push_back(
            x < width ? (255 - pixels[static_cast<std::size_t>(y * width + x)]) / 2 : 0);
    }
    std::vector<Image> expected;
    for (std::size_t i = 0; i < graph.layers.size(); ++i)
      expected.push_back(compute(graph.layers[i], parameters[i], i == 0 ? image : expected.back()));
    for (const Image& output : expected)
      constant +=
          std::set<std::int64_t>(output.values.begin(), output.values.end()).size() < 2 ? 1 : 0;
    for (const std::string& isa : instruction_sets()) {
      INFO("seed " << seed << " width " << width << " isa " << isa);
      const Network network(model, "m", {isa});
      CHECK(network.isa() == isa);
      Workspace workspace(network, 16);
      std::size_t layers = 0;
      network.run({pixels.data(), {6, width, 1}}, workspace,
                  [&](std::size_t layer, const Shape& shape, const void* values) {
                    CHECK(shape == expected[layer].shape);
                    CHECK(values_of(shape, values, graph.layers[layer].limit == 0) ==
                          expected[layer].values);
                    ++layers;
                  });
      CHECK(layers == graph.layers.size());
    }
  }
  CHECK(constant < 6);
}

TEST_CASE("the digest of the scores is the same on every instruction set and is checked") {
  ModelFile model = integer_model(Precision::int4, 3);
  model.metadata["scores_digest"] = compute_scores_digest(Network(model, "m", {"portable"}));
  for (const std::string& isa : instruction_sets()) {
    const SelfTest test = run_self_test(Network(model, "m", {isa}));
    CHECK(test.problem.empty());
    CHECK(test.stored);
    CHECK(test.digest == model.metadata["scores_digest"]);
  }
  model.tensors["d.bias"].data[0] ^= std::byte{1};
  CHECK_THAT(run_self_test(Network(model, "m")).problem,
             Contains("not those that the model file was made with"));
}

TEST_CASE("weights of 4 bits come back from their bytes") {
  const std::vector<std::int8_t> weights{-7, 7, 0, -1, 3, -8, 5};
  const std::vector<std::uint8_t> bytes = pack_nibbles(weights);
  CHECK(bytes == std::vector<std::uint8_t>{0x79, 0xF0, 0x83, 0x05});
  CHECK(unpack_nibbles(bytes.data(), weights.size()) == weights);
}

TEST_CASE("an instruction set that is not here is an error") {
  const ModelFile model = integer_model(Precision::int8, 1);
  CHECK_THAT(message_of(ErrorCode::bad_device, [&] { Network(model, "m", {"mmx"}); }),
             Contains("mmx") && Contains("portable"));
}

TEST_CASE("integer parameters that cannot be right are refused") {
  const auto error = [](Precision precision, const auto& change) {
    ModelFile model = integer_model(precision, 2);
    change(model);
    return message_of(ErrorCode::bad_model, [&] { Network(model, "m"); });
  };
  const auto put = [](ModelFile& model, const char* name, std::size_t at, int value) {
    model.tensors[name].data[at] = static_cast<std::byte>(value);
  };
  CHECK_THAT(error(Precision::int8, [&](ModelFile& m) { put(m, "a.weight", 0, -128); }),
             Contains("a.weight") && Contains("beyond 127"));
  CHECK_THAT(error(Precision::int4, [&](ModelFile& m) { put(m, "b.weight", 0, 0x88); }),
             Contains("b.weight") && Contains("beyond 7"));
  CHECK_THAT(error(Precision::int4, [&](ModelFile& m) { put(m, "b.shift", 0, 0); }),
             Contains("b.shift") && Contains("1 to 62"));
  CHECK_THAT(error(Precision::int4, [&](ModelFile& m) { put(m, "b.multiplier", 3, 0x80); }),
             Contains("b.multiplier"));
  CHECK_THAT(error(Precision::int8,
                   [&](ModelFile& m) {
                     put(m, "c.bias", 3, 0x7f);
                     put(m, "c.bias", 2, 0xff);
                     put(m, "c.bias", 1, 0xff);
                   }),
             Contains("leave 32 bits"));
  CHECK_THAT(error(Precision::int8, [](ModelFile& m) { m.tensors.erase("d.scale"); }),
             Contains("d.scale") && Contains("missing"));
  CHECK_THAT(error(Precision::int8, [](ModelFile& m) { m.metadata["precision"] = "int4"; }),
             Contains("its layers have others"));
  CHECK_THAT(error(Precision::int4, [](ModelFile& m) { m.metadata["precision"] = "int8"; }),
             Contains("its layers have others"));
  const auto graph_error = [&](const std::string& from, const std::string& to) {
    return error(Precision::int4, [&](ModelFile& m) {
      std::string& graph = m.metadata["graph"];
      REQUIRE(graph.find(from) != std::string::npos);
      graph.replace(graph.find(from), from.size(), to);
    });
  };
  CHECK_THAT(graph_error("\"limit\":15", "\"limit\":16"), Contains("gets up to 16"));
  CHECK_THAT(graph_error("\"limit\":15", "\"limit\":128"), Contains("\"limit\""));
  CHECK_THAT(graph_error("\"scale\":0.25", "\"scale\":0"), Contains("\"scale\""));
  CHECK_THAT(graph_error("\"precision\":\"int4\"", "\"precision\":\"int3\""),
             Contains("\"precision\""));
  CHECK_THAT(graph_error("\"relu\":true", "\"relu\":false"), Contains("without \"relu\""));
}

}  // namespace nibble::test
