#include <limits>

#include "tests/nn/picture_model.h"

namespace nibble::test {
namespace {

using Catch::Matchers::Contains;

/// A graph of every operation, written out.
const char* branching_graph() {
  return R"({"input":{"multiple":4,"max_side":16},"nodes":[)"
         R"({"op":"conv2d","name":"c1","from":["input"],"in":1,"out":2,"kernel":[3,3],"pad":[1,1,1,1],"relu":true,"pool":[2,2]},)"
         R"({"op":"maxpool","name":"p","from":["c1"],"pool":[2,2]},)"
         R"({"op":"conv2d","name":"c2","from":["p"],"in":2,"out":2,"kernel":[1,1],"relu":true,"clip":6.0},)"
         R"({"op":"upsample","name":"u","from":["c2"],"factor":2},)"
         R"({"op":"add","name":"a","from":["c1","u"]},)"
         R"({"op":"conv2d","name":"head","from":["a"],"in":2,"out":3,"kernel":[1,1]}],"outputs":["head"]})";
}

/// The message when `from` in the graph is replaced by `to`.
std::string graph_error(const std::string& from, const std::string& to) {
  std::string text = branching_graph();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  INFO(text);
  const std::string message =
      message_of(ErrorCode::bad_model, [&] { parse_picture_graph(text, "m"); });
  CHECK(message.rfind("m: ", 0) == 0);
  return message;
}

/// The message when the integer finder is loaded after `change`.
template <typename Change>
std::string error_after(Change change) {
  ModelFile model = integer_picture_model(small_finder(4, 6), Precision::int4, 2);
  change(model);
  return message_of(ErrorCode::bad_model, [&] { PictureNetwork(model, "m"); });
}

std::string integer_graph_error(const std::string& from, const std::string& to) {
  return error_after([&](ModelFile& model) {
    std::string& text = model.metadata["graph"];
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  });
}

}  // namespace

TEST_CASE("a branching graph comes back from its text") {
  const PictureGraph graph = parse_picture_graph(branching_graph(), "m");
  CHECK(graph.nodes.size() == 6);
  CHECK(graph.nodes[4].from == std::vector<int>{0, 3});
  CHECK(graph.outputs == std::vector<int>{5});
  const std::string text = graph_to_json(graph);
  CHECK(graph_to_json(parse_picture_graph(text, "m")) == text);
  std::mt19937 random(1);
  for (int i = 0; i < 20; ++i) {
    const ModelFile model = integer_picture_model(random_graph(random), Precision::int4, 1);
    const std::string& one = model.metadata.at("graph");
    CHECK(graph_to_json(parse_picture_graph(one, "m")) == one);
  }
}

TEST_CASE("a branching graph whose nodes do not belong together is refused") {
  CHECK_THAT(graph_error("[\"a\"]", "[\"b\"]"), Contains("reads what is no node before it: \"b\""));
  // A cycle is a node that reads a later one.
  CHECK_THAT(graph_error("\"from\":[\"p\"]", "\"from\":[\"a\"]"), Contains("before it: \"a\""));
  CHECK_THAT(graph_error("\"from\":[\"p\"]", "\"from\":[\"c2\"]"), Contains("before it: \"c2\""));
  CHECK_THAT(graph_error("[\"c1\",\"u\"]", "[\"c1\"]"), Contains("reads 1 nodes; 2"));
  CHECK_THAT(graph_error("\"from\":[\"p\"]", "\"from\":[\"p\",\"c1\"]"), Contains("2 nodes; 1"));
  CHECK_THAT(graph_error("\"from\":[\"p\"]", "\"from\":\"p\""), Contains("not a list of names"));
  CHECK_THAT(graph_error("\"from\":[\"p\"]", "\"from\":[1]"), Contains("not a list of names"));
  CHECK_THAT(graph_error("\"name\":\"u\"", "\"name\":\"c2\""), Contains("name of another one"));
  CHECK_THAT(graph_error("\"name\":\"u\"", "\"name\":\"input\""), Contains("name of another one"));
  CHECK_THAT(graph_error("\"name\":\"u\"", "\"name\":\"u u\""), Contains("a name that is not"));
  CHECK_THAT(graph_error("[\"c1\",\"u\"]", "[\"c1\",\"c1\"]"),
             Contains("\"u\" is read by no other"));
  CHECK_THAT(graph_error("[\"c1\",\"u\"]", "[\"p\",\"u\"]"), Contains("different extents"));
  CHECK_THAT(graph_error("[\"a\"]", "[\"input\"]"), Contains("\"a\" is read by no other"));
  CHECK_THAT(graph_error("\"in\":2,\"out\":2", "\"in\":2,\"out\":3"), Contains("adds 2 and 3"));
  CHECK_THAT(graph_error("\"in\":2,\"out\":3", "\"in\":3,\"out\":3"), Contains("takes 3 channels"));
}

TEST_CASE("a node that is not what it must be is refused") {
  CHECK_THAT(graph_error("\"op\":\"upsample\"", "\"op\":\"lstm\""),
             Contains("unknown op \"lstm\""));
  CHECK_THAT(graph_error("\"op\":\"upsample\",", ""), Contains("lacks \"op\""));
  CHECK_THAT(graph_error(R"("from":["c2"],"factor":2)", R"("from":["c2"])"),
             Contains("\"factor\""));
  for (const char* factor : {"1", "3", "2.5", "\"2\"", "100000000"})
    CHECK_THAT(graph_error("\"factor\":2", std::string("\"factor\":") + factor),
               Contains("from 2 to 2"));
  CHECK_THAT(graph_error(R"("from":["c1"],"pool":[2,2])", R"("from":["c1"])"),
             Contains("\"pool\""));
  CHECK_THAT(graph_error(R"("from":["c1"],"pool":[2,2])", R"("from":["c1"],"pool":[3,2])"),
             Contains("\"pool\" that is not an integer from 1 to 2"));
  CHECK_THAT(graph_error("\"factor\":2", "\"factor\":2,\"pool\":[1,1]"),
             Contains("entry \"pool\""));
  CHECK_THAT(graph_error("\"relu\":true,\"clip\":6.0", "\"relu\":false"),
             Contains("\"c2\" has no ReLU"));
  CHECK_THAT(graph_error("[\"c1\",\"u\"]", "[\"c1\",\"u\"],\"shift\":3"),
             Contains("without \"limit\""));
  CHECK_THAT(graph_error("[\"c1\",\"u\"]", "[\"c1\",\"u\"],\"limit\":3"),
             Contains("lacks \"scale\""));
  CHECK_THAT(graph_error("[\"c1\",\"u\"]",
                         R"(["c1","u"],"limit":3,"scale":1,"multipliers":[1,2],"shift":3)"),
             Contains("\"a\" has integers, but the outputs have none"));
}

TEST_CASE("a branching graph with a wrong frame is refused") {
  CHECK_THAT(message_of(ErrorCode::bad_model, [] { parse_picture_graph("[]", "m"); }),
             Contains("not an object"));
  CHECK_THAT(graph_error("{\"input\"", "[\"input\""), Contains("not valid JSON"));
  CHECK_THAT(graph_error("\"multiple\":4,", ""), Contains("lacks \"multiple\""));
  CHECK_THAT(graph_error("\"multiple\":4", "\"multiple\":0"), Contains("\"multiple\""));
  CHECK_THAT(graph_error("\"max_side\":16", "\"max_side\":18"), Contains("not a multiple"));
  CHECK_THAT(graph_error("\"max_side\":16", "\"max_side\":16388"), Contains("\"max_side\""));
  CHECK_THAT(graph_error("\"outputs\":[\"head\"]", "\"outputs\":[]"), Contains("\"outputs\""));
  CHECK_THAT(graph_error("\"outputs\":[\"head\"]", "\"outputs\":[\"x\"]"),
             Contains("no node: \"x\""));
  CHECK_THAT(graph_error("\"outputs\":[\"head\"]", "\"outputs\":[\"head\",\"head\"]"),
             Contains("twice"));
  CHECK_THAT(graph_error("\"outputs\":[\"head\"]", "\"outputs\":[\"head\",\"input\"]"),
             Contains("not a list of nodes"));
  CHECK_THAT(graph_error("\"outputs\":[\"head\"]", "\"outputs\":[\"head\",\"a\"]"),
             Contains("\"a\" is an output but no convolution without ReLU"));
  CHECK_THAT(graph_error("\"outputs\":[\"head\"]", "\"outputs\":[\"head\"],\"max\":1"),
             Contains("\"max\""));
  CHECK_THAT(message_of(ErrorCode::bad_model,
                        [] {
                          parse_picture_graph(
                              R"({"input":{"multiple":4,"max_side":4},"nodes":[],"outputs":["x"]})",
                              "m");
                        }),
             Contains("list of 1 to 64"));
}

TEST_CASE("a branching graph whose extents do not fit is refused") {
  // Right for sides of 4 and 8 and so on, but cells of no whole number of pixels.
  CHECK_THAT(graph_error("\"multiple\":4", "\"multiple\":2"), Contains("empty output"));
  CHECK_THAT(graph_error("\"multiple\":4,\"max_side\":16", "\"multiple\":6,\"max_side\":18"),
             Contains("different extents for a picture of 6 pixels"));
  CHECK_THAT(
      graph_error("\"in\":2,\"out\":3,\"kernel\":[1,1]", "\"in\":2,\"out\":3,\"kernel\":[2,2]"),
      Contains("cells for a picture of"));
  CHECK_THAT(
      graph_error("\"in\":2,\"out\":3,\"kernel\":[1,1]", "\"in\":2,\"out\":3,\"kernel\":[3,3]"),
      Contains("empty output for a picture of 4"));
  // Up-samplings without end would leave any integer.
  std::string text = R"({"input":{"multiple":4,"max_side":16},"nodes":[)";
  for (int i = 0; i < 40; ++i) {
    text += R"({"op":"upsample","name":"u)" + std::to_string(i) + R"(","from":[")" +
            (i == 0 ? "input" : "u" + std::to_string(i - 1)) + R"("],"factor":2},)";
  }
  text +=
      R"({"op":"conv2d","name":"h","from":["u39"],"in":1,"out":1,"kernel":[1,1]}],"outputs":["h"]})";
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { parse_picture_graph(text, "m"); }),
             Contains("too large an output"));
}

TEST_CASE("a finder's model that is not what it must be is refused") {
  const auto put = [](const char* key, const char* value) {
    return error_after([&](ModelFile& model) { model.metadata[key] = value; });
  };
  CHECK_NOTHROW(PictureNetwork(integer_picture_model(small_finder(4, 6), Precision::int4, 2), "m"));
  CHECK_THAT(put("format_version", "3"), Contains("format version \"3\""));
  CHECK_THAT(put("format_version", "1"), Contains("a model that finds them is needed"));
  CHECK_THAT(put("task", "sort"), Contains("unknown task \"sort\""));
  CHECK_THAT(error_after([](ModelFile& m) { m.metadata.erase("task"); }),
             Contains("lack \"task\""));
  CHECK_THAT(put("precision", "f32"), Contains("its layers have others"));
  CHECK_THAT(put("precision", "int8"), Contains("its layers have others"));
  CHECK_THAT(put("outputs", "{"), Contains("\"outputs\" is not valid JSON"));
  CHECK_THAT(put("outputs", "[]"), Contains("no list \"names\""));
  CHECK_THAT(put("outputs", R"({"names":["a","b","c","d"]})"), Contains("4 names for 5 channels"));
  CHECK_THAT(put("outputs", R"({"names":["a","b","c","d","d"]})"), Contains("distinct"));
  CHECK_THAT(error_after([](ModelFile& m) { m.tensors["x.bias"] = f32_tensor({1}, {0}); }),
             Contains("\"x.bias\" belongs to no layer"));
  const ModelFile finder = integer_picture_model(small_finder(4, 6), Precision::int4, 2);
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { Network(finder, "m"); }),
             Contains("a model that reads them is needed"));
}

TEST_CASE("integers of a branching graph that cannot be right are refused") {
  CHECK_THAT(integer_graph_error("\"shift\":1", "\"shift\":4"), Contains("\"shift\""));
  CHECK_THAT(integer_graph_error("\"multipliers\":[", "\"multipliers\":[40000,"),
             Contains("\"multipliers\""));
  CHECK_THAT(integer_graph_error("\"multipliers\":[", "\"multipliers\":[-1,"),
             Contains("\"multipliers\""));
  CHECK_THAT(integer_graph_error("\"limit\":15,\"scale\":0.5", "\"limit\":16,\"scale\":0.5"),
             Contains("takes inputs up to 15 but gets up to 16"));
  CHECK_THAT(integer_graph_error("\"limit\":15,\"scale\":0.5", "\"limit\":128,\"scale\":0.5"),
             Contains("\"limit\""));
  CHECK_THAT(integer_graph_error("\"limit\":15,\"scale\":0.5", "\"limit\":15,\"scale\":0"),
             Contains("\"scale\""));
  CHECK_THAT(
      integer_graph_error("\"precision\":\"int4\",\"limit\":15,\"scale\":0.25", "\"clip\":1"),
      Contains("has no integers, but the outputs have"));
}

TEST_CASE("a model that would take all memory is refused") {
  GraphBuilder b(16, 4096);
  const int wide = b.conv(kPictureNode, 64, 1);
  b.last().stride = {4, 4};
  std::vector<int> branches;  // all are there at one time
  for (int i = 0; i < 4; ++i) branches.push_back(b.conv(wide, 64, 1));
  int sum = wide;
  for (const int branch : branches) sum = b.add(branch, sum);
  b.output(sum, 1);
  CHECK_THAT(message_of(ErrorCode::bad_model,
                        [&] { PictureNetwork(float_picture_model(b.graph, 1), "m"); }),
             Contains("more than 1 GiB"));
}

TEST_CASE("weights whose scores overflow are reported for pictures too") {
  ModelFile model = float_picture_model(parse_picture_graph(branching_graph(), "m"), 1);
  model.tensors["c1.bias"] = f32_tensor({2}, {1, 1});
  model.tensors["head.weight"] = f32_tensor({3, 1, 1, 2}, std::vector<float>(6, 3e38F));
  const PictureNetwork network(model, "m");
  const std::vector<std::uint8_t> pixels(16, 0);
  CHECK_THAT(message_of(ErrorCode::bad_model,
                        [&] {
                          network.run({pixels.data(), {4, 4, 1}});
                        }),
             Contains("scores overflow"));
}

}  // namespace nibble::test
