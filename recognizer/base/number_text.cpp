#include "recognizer/base/number_text.h"

#include <fmt/format.h>

#include <cmath>

namespace nibble {

std::string number_text(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, digits) : "–";
}

}  // namespace nibble
