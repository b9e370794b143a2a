#pragma once

#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "nn/error.h"
#include "nn/model_file.h"
#include "nn/network.h"
#include "tests/catch.h"

namespace nibble::test {

inline ModelTensor f32_tensor(std::vector<std::int64_t> shape, const std::vector<float>& values) {
  ModelTensor tensor{DType::f32, std::move(shape),
                     std::vector<std::byte>(values.size() * sizeof(float))};
  std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  return tensor;
}

/// A small network that is right: height 4, stride 2, max_width 16, alphabet "A" and "Ж".
inline const char* small_graph() {
  return R"({"input":{"height":4},"stride":2,"max_width":16,"layers":[)"
         R"({"op":"conv2d","name":"c1","in":1,"out":2,"kernel":[3,3],"pad":[1,1,1,1],"relu":true,"clip":6.0,"pool":[2,2]},)"
         R"({"op":"conv2d","name":"c2","in":2,"out":3,"kernel":[2,1]}]})";
}

inline ModelFile small_model() {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  const auto values = [&](std::size_t count) {
    std::vector<float> list(count);
    for (float& v : list) v = normal(random);
    return list;
  };
  ModelFile model;
  model.metadata = {{"format_version", "1"},        {"precision", "f32"},
                    {"graph", small_graph()},       {"alphabet", "[\"A\",\"\xD0\x96\"]"},
                    {"normalization", "{\"a\":1}"}, {"training", "{}"}};
  model.tensors["c1.weight"] = f32_tensor({2, 3, 3, 1}, values(18));
  model.tensors["c1.bias"] = f32_tensor({2}, values(2));
  model.tensors["c2.weight"] = f32_tensor({3, 2, 1, 2}, values(12));
  model.tensors["c2.bias"] = f32_tensor({3}, values(3));
  return model;
}

inline ModelFile parse(const std::vector<std::byte>& bytes) {
  return parse_model(bytes.data(), bytes.size(), "m");
}

/// The message of the Error that `call` throws; fails the test when there is none, when its code is
/// another or when it has more than one line.
template <typename Call>
std::string message_of(ErrorCode code, Call call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(error.code() == code);
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    return error.what();
  }
  FAIL("no error was thrown");
  return {};
}

}  // namespace nibble::test
