#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/network.h"
#include "nn/picture_network.h"

namespace nibble {

/// A fixed line image of synthetic strokes: the same pixels everywhere.
struct TestLine {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;

  TensorView<const std::uint8_t> view() const { return {pixels.data(), Shape{height, width, 1}}; }
};

/// A test line for a network's height. Each `variant` has other strokes and another width, 61 to
/// 397 pixels.
TestLine make_test_line(int height, int variant = 0);

/// "sha256:..." over what the last layer gives for some test lines. For an integer network this is
/// the same on every instruction set and machine; it stands in the model file
/// (Network::scores_digest).
std::string compute_scores_digest(const Network& network);

/// A test picture of synthetic strokes on uneven ground. Each `variant` has others and another
/// size, of sides of 1 to 250 pixels and at most max_side.
TestLine make_test_picture(int max_side, int variant = 0);

/// The same over what the outputs of a network for pictures give for some test pictures.
std::string compute_scores_digest(const PictureNetwork& network);

/// Computes the digest of the scores twice in a row, then on two threads at once, and compares with
/// each other and with the one in the model file.
struct SelfTest {
  std::string digest;   ///< of the scores
  bool stored = false;  ///< whether the model file has a digest to compare with
  std::string problem;  ///< empty when all agree
};
SelfTest run_self_test(const Network& network);
SelfTest run_self_test(const PictureNetwork& network);

}  // namespace nibble
