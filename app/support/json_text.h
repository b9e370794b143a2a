#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "recognizer/base/printable.h"

namespace nibble {

/// JSON as it is written: on one line, or indented by `indent` spaces. Bytes that are no UTF-8
/// become U+FFFD, since JSON cannot hold them, and what is not printable is written as \uNNNN.
template <typename Json>
std::string json_text(const Json& value, int indent = -1) {
  return escape_json(value.dump(indent, ' ', false, Json::error_handler_t::replace));
}

}  // namespace nibble
