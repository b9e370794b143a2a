#pragma once

#include "recognizer/line/read_fields.h"

namespace nibble {

/// Whether what was read in a line that was found is text. The waves of a guilloche or the edges of
/// a portrait may be found as lines too; they are read as one or two characters, wide ones, or with
/// little confidence.
bool is_text(const FieldResult& line);

}  // namespace nibble
