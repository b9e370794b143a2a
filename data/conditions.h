#pragma once

#include <string>

namespace nibble {

/// What a condition's code says of the scene in MIDV-500 (first letter T, K, H, P, C) and MIDV-2019
/// (D, L), e.g. "table"; empty for other codes, XX among them.
std::string scene_of(const std::string& condition);

/// The camera that a condition's code stands for: "A (iPhone 5)" and "S (Galaxy S3)" in MIDV-500,
/// "G" and "X" in MIDV-2019. Rendered samples use the letters of the cameras that they imitate.
/// Empty for other codes.
std::string phone_of(const std::string& condition);

}  // namespace nibble
