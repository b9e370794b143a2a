#pragma once

#include <string>

namespace nibble {

/// A number with so many digits behind the point; "–" for what is none.
std::string number_text(double value, int digits);

}  // namespace nibble
