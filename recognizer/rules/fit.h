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

/// What becomes of spaces that the mask does not have: they stay where they are, or go for a fixed
/// price. Where they stay, those of the mask need not be there either.
enum class Spaces { stay, go };

/// The cheapest texts that fit the mask, best first, at most `count`. A character that fits its
/// place stays; another one becomes one of its alternatives. Nothing else is added or removed.
std::vector<Fit> fit_mask(const Reading& reading, const Mask& mask, std::size_t count,
                          Spaces spaces = Spaces::go);

/// Cost of the cheapest way to read a text of which each character, as `spell` writes it, stands in
/// `target` in this order; `spell` gives all ways to write a character, among them "" for one that
/// may be left out. Nothing when there is none.
using Spelling = std::function<std::vector<std::string>(const std::string&)>;
std::vector<Fit> fit_text(const Reading& reading, const std::string& target, const Spelling& spell);

/// The characters of a UTF-8 text.
std::vector<std::string> characters(const std::string& text);

}  // namespace nibble
