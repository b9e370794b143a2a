#pragma once

#include <nlohmann/json.hpp>

#include "include/nibble/nibble.hpp"

namespace nibble {

/// The object that to_json writes.
nlohmann::ordered_json document_json(const Document& document);

}  // namespace nibble
