#pragma once

#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"

namespace nibble {

/// What formats of lines and cells show of a document: its fields, then the lines that are no
/// field, which are called line01, line02, ...
struct NamedText {
  std::string name;
  std::string kind;
  const TextLine* text = nullptr;  ///< lives as long as the document
};
std::vector<NamedText> named_texts(const Document& document);

/// "line01" for the first.
std::string line_name(std::size_t index);

/// The line above a result for people: its file, and its page from the second on; with an empty
/// line before it unless it is the first.
std::string text_heading(const Document& document, bool first);

}  // namespace nibble
