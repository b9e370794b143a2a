#pragma once

#include <vector>

#include "recognizer/line/read_fields.h"
#include "recognizer/rules/line_captions.h"

namespace nibble {

/// Some characters of a line as a line of their own: text, outline and confidence are theirs.
FieldResult piece_of_line(const FieldResult& line, CharSpan span);

/// Two lines as one text, a space between them; the outline is that of both.
FieldResult joined_lines(const FieldResult& first, const FieldResult& second);

/// The outline of some characters of a line.
Quad span_quad(const FieldResult& line, CharSpan span);

/// The room before each character of a line, in heights of the line: of a space and of the
/// character after it, the width of the space.
std::vector<double> gaps_of(const FieldResult& line);

}  // namespace nibble
