#pragma once

#include <vector>

#include "recognizer/page.h"

namespace nibble {

/// Finds the lines of text of a page, in the order in which a person reads them: blocks from the top, and in each line from the left. They
/// are called line01, line02, ...; quads are in template pixels (see Page) and outline the text.
std::vector<FieldSpec> find_text_lines(const Page& page);

}  // namespace nibble
