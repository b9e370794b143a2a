#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "nn/model_file.h"

namespace nibble {

/// The name of an element type in the file: "F32", "I8", "U8", "I32".
std::string_view dtype_name(DType dtype);
std::optional<DType> parse_dtype(std::string_view name);

/// Bytes an element.
std::size_t dtype_size(DType dtype);

}  // namespace nibble
