#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "nn/error.h"

namespace nibble {

/// Text from an untrusted file made fit for a message: quoted, on one line, cut after 64 bytes.
std::string in_quotes(std::string_view text);

/// More than any file that this program writes or is given in earnest.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{64} << 20U;

/// Parses JSON strictly: valid UTF-8, no name twice in an object, at most 16 levels deep, at most
/// `max_bytes` long. `what` begins the messages, e.g. "latin.safetensors: the header". Throws
/// Error(code).
nlohmann::json parse_checked_json(std::string_view text, const std::string& what, ErrorCode code,
                                  std::size_t max_bytes = kMaxJsonBytes);

/// The same, with the names of objects in the order of the text.
nlohmann::ordered_json parse_ordered_json(std::string_view text, const std::string& what,
                                          ErrorCode code);

}  // namespace nibble
