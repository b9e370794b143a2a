#pragma once

#include "app/read_document.h"
#include "recognizer/image.h"

namespace nibble {

/// The picture in colour with the document's outline, each field's box and above it the text that was read.
Image annotate(const Image& image, const DocumentResult& result);

/// UTF-8 text with the characters that a plain drawing font has: Latin letters lose their diacritics, anything else becomes '?'.
std::string fold_to_ascii(const std::string& text);

}  // namespace nibble
