#pragma once

#include <string>
#include <vector>

#include "nn/network.h"

namespace nibble {

/// A fixed line image of synthetic strokes: the same pixels everywhere.
struct TestLine {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};

/// The test line for a network's height. `variant` makes another one.
TestLine make_test_line(int height, int variant = 0);

/// The scores of the test line.
Logits run_test_line(const Network& network, const TestLine& line);

/// "sha256:..." over the bytes of the scores.
std::string logits_digest(const Logits& logits);

/// Runs the test line twice in a row, then on two threads at once, and compares the scores bit for bit.
struct SelfTest {
  std::string digest;   ///< of the scores
  std::string problem;  ///< empty when all agree
};
SelfTest run_self_test(const Network& network);

}  // namespace nibble
