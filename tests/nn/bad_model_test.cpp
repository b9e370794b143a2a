#include <limits>

#include "tests/nn/make_model.h"

namespace nibble::test {
namespace {

using Catch::Matchers::Contains;

/// The message when the small model is loaded after `change`.
template <typename Change>
std::string error_after(Change change) {
  ModelFile model = small_model();
  change(model);
  return message_of(ErrorCode::bad_model, [&] { Network(model, "m"); });
}

/// The message when `from` in the small graph is replaced by `to`.
std::string graph_error(const std::string& from, const std::string& to) {
  std::string text = small_graph();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  INFO(text);
  const std::string message = message_of(ErrorCode::bad_model, [&] { parse_graph(text, "m"); });
  CHECK(message.rfind("m: ", 0) == 0);
  return message;
}

std::string alphabet_error(const std::string& alphabet) {
  INFO(alphabet);
  return error_after([&](ModelFile& model) { model.metadata["alphabet"] = alphabet; });
}

}  // namespace

TEST_CASE("the small model is right") { CHECK_NOTHROW(Network(small_model(), "m")); }

TEST_CASE("metadata that are missing or unknown are refused") {
  for (const char* key : {"format_version", "precision", "graph", "alphabet"}) {
    CHECK_THAT(error_after([&](ModelFile& model) { model.metadata.erase(key); }),
               Contains(std::string("lack \"") + key));
  }
  const auto error = [](const char* key, const char* value) {
    return error_after([&](ModelFile& model) { model.metadata[key] = value; });
  };
  CHECK_THAT(error("format_version", "3"), Contains("format version \"3\""));
  CHECK_THAT(error("precision", "int8"), Contains("precision int8"));
  CHECK_THAT(error("precision", "fp8"), Contains("unknown precision \"fp8\""));
  CHECK_THAT(error("training", "{"), Contains("\"training\" is not valid JSON"));
  CHECK_THAT(error("normalization", "{\"a\":1,\"a\":2}"), Contains("\"a\" twice"));
}

TEST_CASE("an alphabet that is not a list of different characters is refused") {
  CHECK_THAT(alphabet_error("{"), Contains("alphabet is not valid JSON"));
  for (const char* alphabet : {"{}", "[]", "\"ab\"", "1"})
    CHECK_THAT(alphabet_error(alphabet), Contains("not a list of characters"));
  CHECK_THAT(alphabet_error(R"(["a","a"])"), Contains("has \"a\" twice"));
  for (const char* alphabet : {R"(["a","bc"])", R"(["a",""])", R"(["a",1])", R"(["a","\n"])",
                               R"(["a","\u007f"])", R"(["a","\u0085"])", R"(["a","e\u0301"])"}) {
    CHECK_THAT(alphabet_error(alphabet),
               Contains("entry 2 of the alphabet is not one printable character"));
  }
  CHECK_THAT(alphabet_error(R"(["a"])"),
             Contains("last layer has 3 channels") && Contains("need 2"));
  CHECK_NOTHROW([] {
    ModelFile model = small_model();
    model.metadata["alphabet"] = R"(["\ud835\udd38","\u00a0"])";
    Network(model, "m");
  }());
}

TEST_CASE("tensors that do not belong to the graph are refused") {
  CHECK_THAT(error_after([](ModelFile& model) { model.tensors.erase("c2.bias"); }),
             Contains("\"c2.bias\" is missing"));
  CHECK_THAT(error_after([](ModelFile& model) { model.tensors["c3.bias"] = f32_tensor({1}, {0}); }),
             Contains("\"c3.bias\" belongs to no layer"));
  CHECK_THAT(error_after([](ModelFile& model) {
               model.tensors["c1.weight"].shape = {2, 9, 1, 1};
             }),
             Contains("\"c1.weight\" has not the shape"));
  CHECK_THAT(error_after([](ModelFile& model) { model.tensors["c1.bias"].dtype = DType::s32; }),
             Contains("\"c1.bias\" is not of type F32"));
  CHECK_THAT(error_after([](ModelFile& model) { model.tensors["c1.bias"].data.resize(4); }),
             Contains("data that do not match"));
  for (const float bad :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    CHECK_THAT(error_after([&](ModelFile& model) {
                 model.tensors["c1.bias"] = f32_tensor({2}, {0, bad});
               }),
               Contains("not finite"));
  }
}

TEST_CASE("weights whose scores overflow are reported, not passed on") {
  ModelFile model = small_model();
  model.tensors["c1.bias"] = f32_tensor({2}, {1, 1});
  model.tensors["c2.weight"] = f32_tensor({3, 2, 1, 2}, std::vector<float>(12, 3e38F));
  const Network network(model, "m");
  const std::vector<std::uint8_t> pixels(16, 255);
  CHECK_THAT(message_of(ErrorCode::bad_model,
                        [&] {
                          network.run({pixels.data(), {4, 4, 1}});
                        }),
             Contains("scores overflow"));
}

TEST_CASE("a graph that is not what it must be is refused") {
  CHECK_THAT(graph_error("{\"input\"", "[\"input\""), Contains("graph is not valid JSON"));
  CHECK_THAT(message_of(ErrorCode::bad_model, [] { parse_graph("[]", "m"); }),
             Contains("graph is not an object"));
  CHECK_THAT(graph_error("\"stride\":2,", ""), Contains("lacks \"stride\""));
  CHECK_THAT(graph_error("\"stride\":2,", "\"stride\":2,\"stride\":2,"), Contains("twice"));
  CHECK_THAT(graph_error("\"stride\":2,", "\"stride\":2,\"depth\":2,"),
             Contains("unknown entry \"depth\""));
  CHECK_THAT(graph_error("\"stride\":2,", "\"stride\":0,"),
             Contains("\"stride\" that is not an integer from 1 to 64"));
  CHECK_THAT(graph_error("\"height\":4", "\"height\":4.5"),
             Contains("\"height\" that is not an integer"));
  CHECK_THAT(graph_error("\"height\":4", "\"height\":99999999999999999999"),
             Contains("\"height\" that is not an integer"));
  CHECK_THAT(graph_error("{\"height\":4}", "4"), Contains("input is not an object"));
  CHECK_THAT(graph_error("\"max_width\":16", "\"max_width\":15"),
             Contains("not a multiple of its stride"));
  CHECK_THAT(graph_error("\"max_width\":16", "\"max_width\":100000"), Contains("\"max_width\""));
  CHECK_THAT(message_of(ErrorCode::bad_model,
                        [] {
                          parse_graph(
                              R"({"input":{"height":4},"stride":2,"max_width":16,"layers":[]})",
                              "m");
                        }),
             Contains("list of 1 to 64"));
}

TEST_CASE("a layer that is not what it must be is refused") {
  CHECK_THAT(graph_error("\"op\":\"conv2d\"", "\"op\":\"lstm\""), Contains("unknown op \"lstm\""));
  CHECK_THAT(graph_error("\"op\":\"conv2d\",", ""), Contains("lacks \"op\""));
  CHECK_THAT(graph_error("\"relu\":true", "\"relu\":1"),
             Contains("\"relu\" that is not true or false"));
  CHECK_THAT(graph_error("\"relu\":true,", ""), Contains("\"clip\" without \"relu\""));
  CHECK_THAT(graph_error("\"clip\":6.0", "\"clip\":-6.0"),
             Contains("\"clip\" that is not a number"));
  CHECK_THAT(graph_error("\"clip\":6.0", "\"clip\":\"6\""),
             Contains("\"clip\" that is not a number"));
  CHECK_THAT(graph_error("\"kernel\":[3,3],", ""), Contains("lacks \"kernel\""));
  CHECK_THAT(graph_error("\"kernel\":[3,3]", "\"kernel\":[3]"),
             Contains("\"kernel\" that is not a list of 2 integers"));
  CHECK_THAT(graph_error("\"kernel\":[3,3]", "\"kernel\":[3,16]"),
             Contains("integer from 1 to 15"));
  CHECK_THAT(graph_error("\"pad\":[1,1,1,1]", "\"pad\":[1,1,1,-1]"),
             Contains("\"pad\" that is not an integer from 0"));
  CHECK_THAT(graph_error("\"pad\":[1,1,1,1]", "\"pad\":[1,1,3,1]"),
             Contains("pad as large as its kernel"));
  CHECK_THAT(graph_error("\"pool\":[2,2]", "\"pool\":[2,0]"),
             Contains("\"pool\" that is not an integer from 1"));
  CHECK_THAT(graph_error("\"pool\":[2,2]", "\"pools\":[2,2]"), Contains("unknown entry \"pools\""));
  CHECK_THAT(graph_error("\"out\":3", "\"out\":5000"),
             Contains("\"out\" that is not an integer from 1 to 4096"));
  CHECK_THAT(graph_error("\"name\":\"c2\"", "\"name\":\"c1\""),
             Contains("\"c1\" stands there twice"));
  CHECK_THAT(graph_error("\"name\":\"c2\"", "\"name\":\"c 2\""), Contains("a name that is not"));
  CHECK_THAT(graph_error("\"in\":1,", "\"in\":2,"), Contains("takes 2 channels but gets 1"));
  CHECK_THAT(graph_error("\"in\":2,", "\"in\":4,"), Contains("takes 4 channels but gets 2"));
}

TEST_CASE("a graph whose extents do not fit is refused") {
  CHECK_THAT(graph_error("\"kernel\":[2,1]", "\"kernel\":[3,1]"),
             Contains("\"c2\" has an empty output for a line of 2 pixels"));
  CHECK_THAT(graph_error("\"kernel\":[2,1]", "\"kernel\":[1,1]"), Contains("makes 2 x 1 scores"));
  CHECK_THAT(graph_error("\"pool\":[2,2]", "\"pool\":[2,1]"), Contains("makes 1 x 2 scores"));
  // Right for one column, wrong for more: every width must be looked at.
  CHECK_THAT(graph_error("\"kernel\":[2,1]", "\"kernel\":[2,1],\"stride\":[1,2]"),
             Contains("makes 1 x 1 scores of a line of 4 pixels; 1 x 2"));
  const char* huge =
      R"({"input":{"height":256},"stride":1,"max_width":16384,"layers":[{"op":"conv2d","name":"w","in":1,"out":4096,"kernel":[1,1],"stride":[15,1],"pool":[2,1]},)"
      R"({"op":"conv2d","name":"x","in":4096,"out":2,"kernel":[9,1]}]})";
  CHECK_THAT(message_of(ErrorCode::bad_model, [&] { parse_graph(huge, "m"); }),
             Contains("\"w\" has too large an output"));
}

}  // namespace nibble::test
