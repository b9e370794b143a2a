#include "recognizer/base/number_text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace nibble {

std::string number_text(double value, int digits) {
  if (!std::isfinite(value)) return "–";
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

}  // namespace nibble
