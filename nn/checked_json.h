#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "nn/error.h"

namespace nibble {

/// Text from an untrusted file made fit for a message: quoted, on one line, cut after 64 bytes.
std::string in_quotes(std::string_view text);

/// Parses JSON strictly: valid UTF-8, no name twice in an object, at most 16 levels deep.
/// `what` begins the messages, e.g. "latin.safetensors: the header". Throws Error(code).
nlohmann::json parse_checked_json(std::string_view text, const std::string& what, ErrorCode code);

}  // namespace nibble
