#include "recognizer/rules/line_piece.h"

#include <algorithm>
#include <iterator>

#include "recognizer/base/vector.h"

namespace nibble {

Quad span_quad(const FieldResult& line, CharSpan span) {
  if (span.empty() || line.char_quads.size() < span.end) return line.quad;
  const Quad& first = line.char_quads[span.begin];
  const Quad& last = line.char_quads[span.end - 1];
  return {first[0], last[1], last[2], first[3]};
}

FieldResult piece_of_line(const FieldResult& line, CharSpan span) {
  FieldResult piece;
  piece.spec = line.spec;
  piece.quad = span_quad(line, span);
  piece.spec.quad = piece.quad;
  piece.reading.confidence = 1;
  for (std::size_t i = span.begin; i < span.end; ++i) {
    piece.reading.chars.push_back(line.reading.chars[i]);
    piece.reading.confidence *= line.reading.chars[i].confidence;
    piece.char_quads.push_back(line.char_quads[i]);
  }
  piece.reading.text = span_text(line.reading, span);
  piece.text = piece.reading.text;
  piece.value = piece.text;
  piece.ms = line.ms * static_cast<double>(span.size()) /
             static_cast<double>(std::max<std::size_t>(1, line.reading.chars.size()));
  return piece;
}

FieldResult joined_lines(const FieldResult& first, const FieldResult& second) {
  FieldResult both = first;
  const Point along = unit(first.quad[1] - first.quad[0]);
  // The corner of the two that lies farthest in a direction.
  const auto farthest = [&](std::size_t a, double sign) {
    const Point p = first.quad[a];
    const Point q = second.quad[a];
    return sign * dot(q - p, along) > 0 ? p + along * dot(q - p, along) : p;
  };
  const auto lowest = [&](std::size_t a, double sign) {
    const Point p = first.quad[a];
    const Point q = second.quad[a];
    return sign * dot(p - q, along) > 0 ? q + along * dot(p - q, along) : q;
  };
  both.quad = {farthest(0, -1), farthest(1, 1), lowest(2, 1), lowest(3, -1)};
  both.spec.quad = both.quad;
  ReadChar space;
  space.text = " ";
  space.confidence = 1;
  both.reading.chars.push_back(space);
  const Quad& end = first.quad;
  both.char_quads.push_back({end[1], end[1], end[2], end[2]});
  std::copy(second.reading.chars.begin(), second.reading.chars.end(),
            std::back_inserter(both.reading.chars));
  std::copy(second.char_quads.begin(), second.char_quads.end(),
            std::back_inserter(both.char_quads));
  both.reading.text += " " + second.reading.text;
  both.reading.confidence *= second.reading.confidence;
  both.text = both.reading.text;
  both.value = both.text;
  both.ms += second.ms;
  return both;
}

std::vector<double> gaps_of(const FieldResult& line) {
  std::vector<double> gaps(line.reading.chars.size(), 0);
  const double height = quad_height(line.quad);
  if (height <= 0 || line.char_quads.size() != gaps.size()) return gaps;
  for (std::size_t i = 1; i + 1 < gaps.size(); ++i) {
    if (line.reading.chars[i].text != " ") continue;
    const double room = distance(line.char_quads[i - 1][1], line.char_quads[i + 1][0]) / height;
    gaps[i] = room;
    gaps[i + 1] = room;
  }
  return gaps;
}

}  // namespace nibble
