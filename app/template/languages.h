#pragma once

#include <string>
#include <vector>

namespace nibble {

/// What may stand in a line of text of some languages: their letters in both cases
/// (templates/languages.tsv among the program's data), digits, spaces and the punctuation of
/// addresses; empty for no languages. Codes are those of ISO 639-1. Throws Error(usage) for a
/// language that is not in the table, with the list of those that are.
std::string text_alphabet(const std::vector<std::string>& languages);

}  // namespace nibble
