#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "recognizer/line/decode.h"
#include "tests/fuzz/checks.h"

namespace {

using nibble::Reading;

constexpr int kAlternatives = 3;

const std::vector<std::string>& alphabet() {
  static const std::vector<std::string> kAlphabet = {" ", "A", "1", ".", "\xC5\xA0"};
  return kAlphabet;
}

// A byte a class and column: how likely it is, as a share of its column.
nibble::Logits scores_of(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMaxColumns = 200;
  nibble::Logits logits;
  logits.classes = static_cast<int>(alphabet().size()) + 1;
  const auto classes = static_cast<std::size_t>(logits.classes);
  const std::size_t columns = std::min(size / classes, kMaxColumns);
  logits.columns = static_cast<int>(columns);
  for (std::size_t x = 0; x < columns; ++x) {
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += data[x * classes + c] + 1e-3;
    for (std::size_t c = 0; c < classes; ++c)
      logits.values.push_back(static_cast<float>(std::log((data[x * classes + c] + 1e-3) / sum)));
  }
  return logits;
}

// A reading is the sum of its characters, which stand in order inside the line and have
// probabilities; there is no space at its ends.
void check(const Reading& reading, const nibble::Logits& logits) {
  constexpr double kMost = 1 + 1e-5;
  std::string text;
  double end = 0;
  for (const nibble::ReadChar& c : reading.chars) {
    text += c.text;
    require(!c.text.empty() && c.confidence >= 0 && c.confidence <= kMost);
    require(c.x0 >= end && c.x1 > c.x0);
    end = c.x1;
    require(c.alternatives.size() <= kAlternatives);
    for (std::size_t i = 0; i < c.alternatives.size(); ++i) {
      require(c.alternatives[i].text != c.text && c.alternatives[i].confidence <= kMost);
      require(i == 0 || c.alternatives[i].confidence <= c.alternatives[i - 1].confidence);
    }
  }
  require(text == reading.text);
  require(end <= static_cast<double>(logits.columns) * logits.stride);
  require(reading.confidence >= 0 && reading.confidence <= kMost);
  require(text.empty() || (text.front() != ' ' && text.back() != ' '));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nibble::Logits logits = scores_of(data, size);
  check(nibble::decode_greedy(logits, alphabet(), kAlternatives), logits);
  for (const int beam : {1, 4})
    check(nibble::decode_beam(logits, alphabet(), beam, kAlternatives), logits);
  return 0;
}
