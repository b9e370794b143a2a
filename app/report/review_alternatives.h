#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"

namespace nibble {

/// Other texts that a line may say, at most `most`, none twice and none as `text`: what was read
/// before rules, what single frames of a clip say, then the text with one character replaced by one
/// of its alternatives that are not much less probable, the likeliest first. A character that a
/// rule changed keeps what the rule made of it. Texts with what is not printable are left out.
std::vector<std::string> text_alternatives(const TextLine& line, std::size_t most);

}  // namespace nibble
