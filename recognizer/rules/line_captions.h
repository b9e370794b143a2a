#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "recognizer/line/decode.h"
#include "recognizer/rules/captions.h"

namespace nibble {

/// Characters of a reading, from `begin` to before `end`.
struct CharSpan {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool empty() const { return begin >= end; }
  std::size_t size() const { return empty() ? 0 : end - begin; }
};

/// A caption in a line, in one language or in several ("Surname / Nom").
struct LineCaption {
  std::string name;  ///< of the field, or kOtherCaption
  CharSpan span;
  int letters = 0;    ///< of the longest one
  bool sure = false;  ///< else it counts only beside another caption of the same name
};

/// What a line holds: captions, and texts that may be values. A caption in a language that is not
/// known belongs to the known one that a slash parts it from.
struct LineParts {
  std::vector<LineCaption> captions;
  std::vector<CharSpan> values;
  /// The caption that values[i] follows on and belongs to ("Surname: DOE"), if any.
  std::vector<std::optional<std::size_t>> follows;
};

/// Tells captions and values of a line apart. `gaps[i]` is the room before character i in heights
/// of the line.
LineParts part_line(const Reading& reading, const std::vector<double>& gaps,
                    const CaptionDictionary& captions);

/// The text of some characters, without spaces at its ends.
std::string span_text(const Reading& reading, CharSpan span);

/// The span without the spaces and the marks (those of `marks`) at its ends.
CharSpan trimmed(const Reading& reading, CharSpan span, const std::string& marks = "");

}  // namespace nibble
