#pragma once

#include <string>
#include <string_view>

#include "nn/model_file.h"

namespace nibble {

/// "sha256:..." over the graph text and, in the order of their names, each tensor's name, dtype,
/// shape and bytes. Every part is preceded by its length, so that no two models hash the same
/// bytes.
std::string model_digest(const ModelFile& model);

/// "sha256:..." over a text.
std::string text_digest(std::string_view text);

}  // namespace nibble
