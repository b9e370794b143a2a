#include "recognizer/line/word_gaps.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "recognizer/base/median.h"

namespace nibble {
namespace {

constexpr const char* kSpace = " ";
// A column this much darker than the ground has ink.
constexpr int kInk = 110;
// On rendered lines whose letters were all read, these three tell every space that was lost from
// all of 4,000 gaps between letters.
constexpr double kMinProbability = 0.01;
constexpr int kMinGap = 5;  // pixels of a line of 32 rows
constexpr int kUsualGaps = 2;
constexpr double kMinConfidence = 0.5;

std::vector<bool> inked_columns(const LineImage& line) {
  std::vector<bool> inked(static_cast<std::size_t>(line.width));
  for (int y = kLineMargin + 1; y < kLineHeight - kLineMargin - 1; ++y) {
    const std::uint8_t* row = line.pixels.data() + static_cast<std::ptrdiff_t>(y) * line.width;
    for (std::size_t x = 0; x < inked.size(); ++x) inked[x] = inked[x] || 255 - row[x] >= kInk;
  }
  return inked;
}

// Their ink is narrow, so that there is a gap beside them without a space.
bool is_narrow(const ReadChar& c) {
  return c.text == "-" || c.text == "." || c.text == "/" || c.text == ":" || c.text == "'";
}

double middle(const ReadChar& c) { return (c.x0 + c.x1) / 2; }

/// Columns without ink in a row, at most, between the middles of two characters.
int gap_between(const std::vector<bool>& inked, const ReadChar& a, const ReadChar& b) {
  const auto end = std::min(static_cast<std::size_t>(middle(b)) + 1, inked.size());
  int widest = 0;
  int run = 0;
  for (auto x = static_cast<std::size_t>(middle(a)); x < end; ++x) {
    run = inked[x] ? 0 : run + 1;
    widest = std::max(widest, run);
  }
  return widest;
}

/// The greatest probability of a class in the columns between two characters.
double probability_between(const Logits& logits, std::size_t cls, const ReadChar& a,
                           const ReadChar& b) {
  double most = 0;
  const auto first = static_cast<int>(a.x1 / logits.stride);
  const auto end = static_cast<int>(b.x0 / logits.stride);
  for (int x = first; x < end; ++x)
    most = std::max(most, std::exp(static_cast<double>(logits.column(x)[cls])));
  return most;
}

}  // namespace

void restore_spaces(const LineImage& line, const Logits& logits,
                    const std::vector<std::string>& alphabet, Reading& reading) {
  const auto space = std::find(alphabet.begin(), alphabet.end(), kSpace);
  // A machine readable zone has none, and gaps of its own between its letters.
  if (reading.chars.size() < 3 || space == alphabet.end() ||
      reading.text.find('<') != std::string::npos)
    return;
  const auto cls = static_cast<std::size_t>(space - alphabet.begin()) + 1;
  const std::vector<bool> inked = inked_columns(line);
  std::vector<int> gaps;
  for (std::size_t i = 0; i + 1 < reading.chars.size(); ++i)
    gaps.push_back(gap_between(inked, reading.chars[i], reading.chars[i + 1]));
  const int least = std::max(kMinGap, kUsualGaps * median(gaps) + 1);

  const std::vector<ReadChar> read = std::move(reading.chars);
  reading.chars.clear();
  reading.text.clear();
  for (std::size_t i = 0; i < read.size(); ++i) {
    reading.chars.push_back(read[i]);
    reading.text += read[i].text;
    if (i + 1 == read.size() || read[i].text == kSpace || read[i + 1].text == kSpace ||
        gaps[i] < least)
      continue;
    if (is_narrow(read[i]) || is_narrow(read[i + 1])) continue;
    const double probability = probability_between(logits, cls, read[i], read[i + 1]);
    if (probability < kMinProbability) continue;
    const double confidence = std::max(probability, kMinConfidence);
    reading.chars.push_back(
        {kSpace, confidence, read[i].x1, read[i + 1].x0, {{"", 1 - confidence}}});
    reading.text += kSpace;
    reading.confidence *= confidence;
  }
}

}  // namespace nibble
