#include "recognizer/mrz/likeness.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "recognizer/mrz/layout.h"

namespace nibble {
namespace {

constexpr std::size_t kMinCharacters = 20;
constexpr int kMinFillers = 2;

}  // namespace

Likeness likeness(const Reading& reading) {
  const auto count = static_cast<double>(reading.chars.size());
  if (count == 0) return {};
  double allowed = 0;
  int fillers = 0;
  for (const ReadChar& c : reading.chars) {
    if (c.text.size() == 1 && mrz_allows(MrzClass::alphanumeric, c.text[0])) ++allowed;
    if (c.text == "<") ++fillers;
  }
  return {allowed / count * std::exp(std::log(std::max(reading.confidence, 1e-30)) / count),
          fillers};
}

double plausibility(const std::vector<FieldResult>& lines) {
  if (lines.empty()) return 0;
  Likeness all;
  for (const FieldResult& line : lines) {
    if (line.reading.chars.size() < kMinCharacters) return 0;
    const Likeness own = likeness(line.reading);
    all.plausible += own.plausible;
    all.fillers += own.fillers;
  }
  return all.fillers < kMinFillers ? 0 : all.plausible / static_cast<double>(lines.size());
}

}  // namespace nibble
