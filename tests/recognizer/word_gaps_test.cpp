#include "recognizer/line/word_gaps.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/catch.h"

using nibble::LineImage;
using nibble::Logits;
using nibble::Reading;

namespace {

constexpr int kStride = 4;
const std::vector<std::string> kAlphabet = {"a", "b", " ", "-", "<"};

/// A line in which each letter has ink 8 pixels wide, and what the network made of it.
struct Scene {
  LineImage line;
  Logits logits;
  Reading reading;
};

/// `gaps[i]` pixels stand between the inks of letters i and i + 1, where the network gives a space
/// `probability`.
Scene scene(const std::string& letters, const std::vector<int>& gaps, double probability) {
  Scene s;
  std::vector<int> starts = {8};
  for (const int gap : gaps) starts.push_back(starts.back() + 8 + gap);
  s.line.width = starts.back() + 16;
  s.line.pixels.assign(static_cast<std::size_t>(s.line.width) * nibble::kLineHeight, 255);
  s.reading.confidence = 1;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    for (int y = 8; y < 24; ++y) {
      for (int x = 0; x < 8; ++x)
        s.line.pixels[static_cast<std::size_t>(y * s.line.width + starts[i] + x)] = 0;
    }
    const double x0 = (starts[i] + 4) / kStride * kStride;
    s.reading.chars.push_back({std::string(1, letters[i]), 1, x0, x0 + kStride, {}});
    s.reading.text += letters[i];
  }
  s.logits.columns = s.line.width / kStride;
  s.logits.classes = static_cast<int>(kAlphabet.size()) + 1;
  s.logits.stride = kStride;
  for (int x = 0; x < s.logits.columns; ++x) {
    for (int c = 0; c < s.logits.classes; ++c)
      s.logits.values.push_back(static_cast<float>(std::log(c == 3 ? probability : 1e-6)));
  }
  return s;
}

std::string restored(Scene s) {
  nibble::restore_spaces(s.line, s.logits, kAlphabet, s.reading);
  return s.reading.text;
}

}  // namespace

TEST_CASE("a space comes back where the gap is wide and the network gave it something",
          "[word_gaps]") {
  CHECK(restored(scene("aabba", {2, 12, 2, 2}, 0.05)) == "aa bba");
  CHECK(restored(scene("aabba", {2, 12, 2, 2}, 0.001)) == "aabba");
  CHECK(restored(scene("aabba", {2, 4, 2, 2}, 0.05)) == "aabba");
}

TEST_CASE("letters that all stand apart are no words", "[word_gaps]") {
  CHECK(restored(scene("aabba", {8, 9, 8, 8}, 0.05)) == "aabba");
}

TEST_CASE("a space is not doubled, nor put beside a hyphen or into a machine readable zone",
          "[word_gaps]") {
  CHECK(restored(scene("a ba", {12, 12, 2}, 0.05)) == "a ba");
  CHECK(restored(scene("aab-a", {2, 2, 12, 2}, 0.05)) == "aab-a");
  CHECK(restored(scene("aab<a", {2, 12, 2, 2}, 0.05)) == "aab<a");
}

TEST_CASE("a space put back has a confidence of its own", "[word_gaps]") {
  Scene s = scene("aabba", {2, 12, 2, 2}, 0.05);
  nibble::restore_spaces(s.line, s.logits, kAlphabet, s.reading);
  REQUIRE(s.reading.chars.size() == 6);
  CHECK(s.reading.chars[2].text == " ");
  CHECK(s.reading.chars[2].confidence == 0.5);
  REQUIRE(s.reading.chars[2].alternatives.size() == 1);
  CHECK(s.reading.chars[2].alternatives[0].text.empty());
  CHECK(s.reading.confidence == 0.5);
  CHECK(s.reading.chars[1].x1 <= s.reading.chars[2].x0);
  CHECK(s.reading.chars[2].x1 <= s.reading.chars[3].x0);
}
