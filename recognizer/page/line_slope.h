#pragma once

#include "recognizer/image/image.h"

namespace nibble {

/// Greatest slope that line_slope finds, as rise over run: that of 3.5 degrees.
inline constexpr double kMaxLineSlope = 0.0612;

/// Slope of the text lines in a grey picture (1 channel): pixels down per pixel to the right,
/// within kMaxLineSlope either way. 0 when no slope makes the lines clearly sharper than none.
double line_slope(const Image& grey);

}  // namespace nibble
