#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace nibble {

/// The bytes of a file that is compiled into the library (nibble_embed() in CMakeLists.txt lists
/// them), e.g. "nibble-int4.safetensors"; they start at a multiple of 64 bytes and last as long as
/// the process. Empty for a file that is not compiled in.
std::span<const std::byte> embedded_file(std::string_view name);

}  // namespace nibble
