#pragma once

#include <vector>

#include "recognizer/line/read_fields.h"
#include "recognizer/page/page.h"

namespace nibble {

/// Finds the lines of text of a page, in the order in which a person reads them: blocks from the
/// top, and in each line from the left. They are called line01, line02, ...; quads are in template
/// pixels (see Page) and outline the text.
std::vector<FieldSpec> find_text_lines(const Page& page);

/// Whether what was read in a line found by find_text_lines is text. The waves of a guilloche or
/// the edges of a portrait are found as lines too; they are read as one or two characters, wide
/// ones, or with little confidence.
bool is_text(const FieldResult& line);

}  // namespace nibble
