#include "recognizer/line/is_text.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <vector>

namespace nibble {

bool is_text(const FieldResult& line) {
  // Faint and small print that is read in part right has 0.6 and more, and what is no text mostly
  // less.
  constexpr double kMinConfidence = 0.6;  // geometric mean over the characters
  constexpr std::size_t kFew = 2;  // so few characters may be chance, unless they are read for sure
  constexpr double kMinOfFew = 0.9;
  constexpr double kWidestCharacter = 1.5;  // heights, with the space beside it
  const std::vector<ReadChar>& chars = line.reading.chars;
  const auto has_sign = [](const ReadChar& c) {
    return c.text.size() > 1 || std::isalnum(static_cast<unsigned char>(c.text[0])) != 0;
  };
  if (std::none_of(chars.begin(), chars.end(), has_sign)) return false;
  const auto count = static_cast<double>(chars.size());
  const double mean = std::pow(line.reading.confidence, 1 / count);
  if (mean < (chars.size() > kFew ? kMinConfidence : kMinOfFew)) return false;
  return distance(line.quad[0], line.quad[1]) <= kWidestCharacter * count * quad_height(line.quad);
}

}  // namespace nibble
