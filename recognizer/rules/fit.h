#pragma once

#include <functional>
#include <string>
#include <vector>

#include "recognizer/line/decode.h"
#include "recognizer/line/rule_check.h"

namespace nibble {

/// What may stand at a place of a mask.
struct MaskPlace {
  enum class Kind { digit, letter, alphanumeric, literal };
  Kind kind = Kind::literal;
  std::string literal;  ///< one character
};

using Mask = std::vector<MaskPlace>;

/// A text that the alternatives of a reading allow.
struct Fit {
  std::string text;
  double cost = 0;
  std::vector<RuleChange> changes;
};

/// The cheapest texts that fit the mask, best first, at most `count`. Characters become one of
/// their alternatives or, where this is one of them, nothing; a space may go and a literal of the
/// mask may come in for a fixed price.
std::vector<Fit> fit_mask(const Reading& reading, const Mask& mask, std::size_t count);

/// Cost of the cheapest way to read a text of which each character, as `spell` writes it, stands in
/// `target` in this order; `spell` gives all ways to write a character, among them "" for one that
/// may be left out. Nothing when there is none.
using Spelling = std::function<std::vector<std::string>(const std::string&)>;
std::vector<Fit> fit_text(const Reading& reading, const std::string& target, const Spelling& spell);

/// The characters of a UTF-8 text.
std::vector<std::string> characters(const std::string& text);

}  // namespace nibble
