#include "nn/self_test.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <thread>

#include "nn/digest.h"
#include "nn/error.h"

namespace nibble {

namespace {

constexpr int kVariants = 4;
constexpr int kFirstWidth = 61;
constexpr int kWider = 112;  // each variant than the one before
constexpr int kPictureSides[kVariants][2] = {{128, 224}, {161, 250}, {243, 97}, {1, 33}};

/// Numerical Recipes' 32-bit linear congruential generator: the same numbers with every standard
/// library.
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

ModelTensor score_tensor(Precision precision, std::vector<std::int64_t> extents, const Shape& shape,
                         const void* values) {
  ModelTensor tensor{precision == Precision::f32 ? DType::f32 : DType::s32, std::move(extents), {}};
  tensor.data.resize(shape.size() * sizeof(float));  // 32-bit sums have the same size
  std::memcpy(tensor.data.data(), values, tensor.data.size());
  return tensor;
}

}  // namespace

TestLine make_test_line(int height, int variant) {
  TestLine line{kFirstWidth + kWider * (variant % kVariants), height, {}};
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

std::string compute_scores_digest(const Network& network) {
  // The digest of a model file with the scores as its only tensors: there is one hash function, not
  // two.
  ModelFile scores;
  Workspace workspace;
  const std::size_t last = network.graph().layers.size() - 1;
  for (int variant = 0; variant < kVariants; ++variant) {
    const TestLine line = make_test_line(network.graph().height, variant);
    if (line.width > network.graph().max_width) continue;
    network.run(
        line.view(), workspace, [&](std::size_t layer, const Shape& shape, const void* values) {
          if (layer != last) return;
          scores.tensors[std::to_string(variant)] =
              score_tensor(network.precision(), {shape.width, shape.channels}, shape, values);
        });
  }
  return model_digest(scores);
}

TestLine make_test_picture(int max_side, int variant) {
  const auto& sides = kPictureSides[variant % kVariants];
  TestLine picture{std::min(sides[1], max_side), std::min(sides[0], max_side), {}};
  Numbers numbers(20261101U + static_cast<std::uint32_t>(variant));
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x)
      picture.pixels.push_back(static_cast<std::uint8_t>(150 + (x + 2 * y) / 8 + numbers.below(8)));
  }
  for (int stroke = 0; stroke < 150; ++stroke) {
    const int x0 = numbers.below(picture.width);
    const int y0 = numbers.below(picture.height);
    const auto grey = static_cast<std::uint8_t>(numbers.below(256));
    const int wide = 1 + numbers.below(14);
    const int high = 1 + numbers.below(14);
    for (int y = y0; y < std::min(y0 + high, picture.height); ++y) {
      std::uint8_t* row = picture.pixels.data() + static_cast<std::ptrdiff_t>(y) * picture.width;
      std::fill(row + x0, row + std::min(x0 + wide, picture.width), grey);
    }
  }
  return picture;
}

std::string compute_scores_digest(const PictureNetwork& network) {
  ModelFile scores;
  PictureWorkspace workspace;
  const PictureGraph& graph = network.graph();
  for (int variant = 0; variant < kVariants; ++variant) {
    const TestLine picture = make_test_picture(graph.max_side, variant);
    network.run(
        picture.view(), workspace, [&](std::size_t node, const Shape& shape, const void* values) {
          if (std::count(graph.outputs.begin(), graph.outputs.end(), static_cast<int>(node)) == 0)
            return;
          scores.tensors[std::to_string(variant) + "." + graph.nodes[node].name] = score_tensor(
              network.precision(), {shape.height, shape.width, shape.channels}, shape, values);
        });
  }
  return model_digest(scores);
}

namespace {

/// For either kind of network.
template <typename AnyNetwork>
SelfTest test_network(const AnyNetwork& network) {
  SelfTest result;
  result.digest = compute_scores_digest(network);
  result.stored = !network.scores_digest().empty();
  if (result.stored && network.scores_digest() != result.digest) {
    result.problem = "the scores are not those that the model file was made with (" +
                     result.digest + ", expected " + network.scores_digest() + ")";
    return result;
  }
  if (compute_scores_digest(network) != result.digest) {
    result.problem = "two runs of the same input give different scores";
    return result;
  }
  std::array<std::string, 2> digests;
  std::array<std::thread, 2> threads;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i] = std::thread([&, i] {
      try {
        digests[i] = compute_scores_digest(network);
      } catch (const std::exception& error) {
        digests[i] = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (digests[0] != result.digest || digests[1] != result.digest)
    result.problem = "two threads give other scores than one";
  return result;
}

}  // namespace

SelfTest run_self_test(const Network& network) { return test_network(network); }
SelfTest run_self_test(const PictureNetwork& network) { return test_network(network); }

}  // namespace nibble
