#pragma once

#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "recognizer/image/image.h"

namespace nibble {

/// The picture in colour with the document's outline, each text's box and beside it what was read.
Image annotate(const Image& image, const Document& document);

/// UTF-8 text with the characters that a plain drawing font has: Latin letters lose their
/// diacritics, anything else becomes '?'.
std::string fold_to_ascii(const std::string& text);

/// A diacritic that fold_to_ascii takes off a letter.
struct LetterMark {
  std::size_t position = 0;  ///< of the letter in the folded text
  char kind = ' ';  ///< ` ' ^ ~ : as written; o ring, v caron, u breve, - macron, . dot above, "
                    ///< two acutes, / stroke, ',' below, ; ogonek
};

/// The diacritics of what fold_to_ascii leaves, in their order.
std::vector<LetterMark> letter_marks(const std::string& text);

}  // namespace nibble
