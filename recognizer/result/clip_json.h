#pragma once

#include <nlohmann/json.hpp>

#include "include/nibble/nibble.hpp"

namespace nibble {

/// Adds what is known of a clip's frames (`frames`, `clip`) to the JSON of its result or of its
/// failure; nothing for a single picture.
void add_frames(const Document& document, nlohmann::ordered_json& json);

/// Adds what each frame says of a text (`said`, `gain`, `decided`); nothing for a single picture's.
void add_said(const TextLine& line, nlohmann::ordered_json& json);

}  // namespace nibble
