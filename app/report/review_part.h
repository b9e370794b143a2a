#pragma once

#include <string>

#include "include/nibble/nibble.hpp"

namespace nibble {

/// What the page of `nibble read --review` holds of one page of an input, as markup: its result as
/// JSON, and what is shown of it, with a crop of each text. `picture` is the page's, which a
/// document that failed does not need. Any thread may call it.
std::string review_part(const ImageView& picture, const Document& document);

}  // namespace nibble
