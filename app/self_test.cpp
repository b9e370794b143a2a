#include "app/self_test.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <thread>

#include "nn/digest.h"
#include "nn/error.h"

namespace nibble {

namespace {

constexpr int kTestWidth = 256;

/// Numerical Recipes' 32-bit linear congruential generator: the same numbers with every standard library.
class Numbers {
 public:
  explicit Numbers(std::uint32_t seed) : state_(seed) {}
  int below(int bound) {
    state_ = state_ * 1664525U + 1013904223U;
    return static_cast<int>((state_ >> 8U) % static_cast<std::uint32_t>(bound));
  }

 private:
  std::uint32_t state_;
};

}  // namespace

TestLine make_test_line(int height, int variant) {
  TestLine line{kTestWidth, height, {}};
  line.pixels.assign(static_cast<std::size_t>(line.width) * static_cast<std::size_t>(height), 245);
  Numbers numbers(20240501U + static_cast<std::uint32_t>(variant));
  for (int stroke = 0; stroke < 60; ++stroke) {
    const bool upright = numbers.below(2) == 0;
    const int x0 = numbers.below(line.width - 16);
    const int y0 = height / 8 + numbers.below(height / 2 + 1);
    const auto ink = static_cast<std::uint8_t>(10 + numbers.below(60));
    const int wide = upright ? 3 : 12;
    const int high = upright ? height / 3 : 3;
    for (int y = y0; y < y0 + high && y < height; ++y) {
      std::uint8_t* row = line.pixels.data() + static_cast<std::ptrdiff_t>(y) * line.width;
      std::fill(row + x0, row + x0 + wide, ink);
    }
  }
  return line;
}

Logits run_test_line(const Network& network, const TestLine& line) {
  return network.run({line.pixels.data(), Shape{line.height, line.width, 1}});
}

std::string logits_digest(const Logits& logits) {
  // The digest of a model file with the scores as its only tensor: there is one hash function, not two.
  ModelTensor tensor{DType::f32, {logits.columns, logits.classes}, {}};
  tensor.data.resize(logits.values.size() * sizeof(float));
  std::memcpy(tensor.data.data(), logits.values.data(), tensor.data.size());
  ModelFile scores;
  scores.tensors["scores"] = std::move(tensor);
  return model_digest(scores);
}

SelfTest run_self_test(const Network& network) {
  const TestLine line = make_test_line(network.graph().height);
  const TestLine other = make_test_line(network.graph().height, 1);
  SelfTest result;
  result.digest = logits_digest(run_test_line(network, line));
  if (logits_digest(run_test_line(network, line)) != result.digest) {
    result.problem = "two runs of one line give different scores";
    return result;
  }
  if (logits_digest(run_test_line(network, other)) == result.digest) {
    result.problem = "two different lines give the same scores";
    return result;
  }
  std::array<std::string, 2> digests;
  std::array<std::thread, 2> threads;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i] = std::thread([&, i] {
      try {
        digests[i] = logits_digest(run_test_line(network, line));
      } catch (const std::exception& error) {
        digests[i] = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (digests[0] != result.digest || digests[1] != result.digest) result.problem = "two threads give other scores than one";
  return result;
}

}  // namespace nibble
