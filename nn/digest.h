#pragma once

#include <string>

#include "nn/model_file.h"

namespace nibble {

/// "sha256:..." over the graph text and, in the order of their names, each tensor's name, dtype,
/// shape and bytes. Every part is preceded by its length, so that no two models hash the same
/// bytes.
std::string model_digest(const ModelFile& model);

}  // namespace nibble
