#include "recognizer/rules/name_fields.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "recognizer/mrz/correct.h"
#include "recognizer/rules/caption_layout.h"
#include "recognizer/rules/line_piece.h"
#include "recognizer/rules/naming.h"
#include "recognizer/rules/value_forms.h"

namespace nibble {
namespace {

constexpr std::size_t kLeastZoneLine = 24;  // characters, some lost

std::size_t fillers(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '<'));
}

bool is_zone_line(const FieldResult& line) {
  const std::string& text = line.reading.text;
  if (fillers(text) >= 3) return true;
  return text.size() >= kLeastZoneLine && std::all_of(text.begin(), text.end(), [](char c) {
           return c == '<' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

void add_line(std::size_t index, const FieldResult& line, Naming& naming) {
  if (is_zone_line(line)) return;
  const LineParts parts = part_line(line.reading, gaps_of(line), CaptionDictionary::shipped());
  const std::size_t first_caption = naming.captions.size();
  for (const LineCaption& caption : parts.captions) {
    CaptionPlace place{caption, index};
    place.print = span_text(line.reading, caption.span);
    place.quad = span_quad(line, caption.span);
    naming.captions.push_back(std::move(place));
  }
  for (std::size_t i = 0; i < parts.values.size(); ++i) {
    if (parts.follows[i])
      naming.captions[first_caption + *parts.follows[i]].value = naming.pieces.size();
    for (const CharSpan& span : split_dates(line.reading, parts.values[i]))
      naming.pieces.push_back({index, span, span_text(line.reading, span), span_quad(line, span)});
  }
}

/// Whether all that a line says besides captions has become fields: else it stays a line too.
bool is_used_up(const Naming& naming, std::size_t line) {
  std::vector<bool> continues(naming.pieces.size(), false);
  for (const ValuePiece& piece : naming.pieces) {
    if (piece.next) continues[*piece.next] = true;
  }
  for (std::size_t i = 0; i < naming.pieces.size(); ++i) {
    const ValuePiece& piece = naming.pieces[i];
    if (piece.line == line && piece.name.empty() && !piece.number && !continues[i]) return false;
  }
  return true;
}

NamedField field_of(const Naming& naming, std::size_t index) {
  const ValuePiece& piece = naming.pieces[index];
  NamedField field;
  field.result = piece_of_line(naming.lines[piece.line], piece.span);
  field.lines.push_back(piece.line);
  for (std::optional<std::size_t> next = piece.next; next; next = naming.pieces[*next].next) {
    const ValuePiece& more = naming.pieces[*next];
    field.result = joined_lines(field.result, piece_of_line(naming.lines[more.line], more.span));
    field.lines.push_back(more.line);
  }
  std::erase_if(field.lines, [&](std::size_t line) { return !is_used_up(naming, line); });
  field.result.spec.name = piece.name;
  field.result.spec.kind = field_kind(piece.name);
  field.caption = piece.caption;
  field.source = piece.source;
  field.sure = piece.sure;
  return field;
}

}  // namespace

std::vector<std::size_t> Naming::column(std::size_t from, double least, double most, double offset,
                                        double ratio) const {
  std::vector<std::pair<double, std::size_t>> found;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const TextOffset o = offset_of(pieces[from].quad, pieces[i].quad);
    if (i == from || !o.parallel || o.down < least || o.down > most || std::abs(o.begin) > offset ||
        o.ratio < 0.6 || o.ratio > ratio)
      continue;
    found.emplace_back(o.down, i);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::size_t> column;
  for (const auto& [down, i] : found) column.push_back(i);
  return column;
}

std::optional<std::size_t> Naming::named(const std::string& name) const {
  const auto at = std::find_if(pieces.begin(), pieces.end(),
                               [&](const ValuePiece& piece) { return piece.name == name; });
  if (at == pieces.end()) return {};
  return static_cast<std::size_t>(at - pieces.begin());
}

void Naming::give(std::size_t piece, const std::string& name, const std::string& source, bool sure,
                  const std::string& print) {
  if (pieces[piece].used || named(name)) return;
  pieces[piece].name = name;
  pieces[piece].source = source;
  pieces[piece].caption = print;
  pieces[piece].sure = sure;
  pieces[piece].used = true;
}

void Naming::shorten(std::size_t piece, std::size_t count) {
  ValuePiece& value = pieces[piece];
  const FieldResult& line = lines[value.line];
  value.span = trimmed(line.reading, {value.span.begin + count, value.span.end});
  value.text = span_text(line.reading, value.span);
  value.quad = span_quad(line, value.span);
}

std::vector<NamedField> name_fields(const std::vector<FieldResult>& lines, const Mrz* zone,
                                    const Date& now) {
  Naming naming{lines, zone, now};
  for (std::size_t i = 0; i < lines.size(); ++i) add_line(i, lines[i], naming);
  name_by_number(naming);
  if (!naming.licence) name_by_caption(naming);  // what is numbered has no captions
  check_dates(naming);
  if (zone != nullptr) name_by_zone(naming);
  name_by_form(naming);
  std::vector<NamedField> fields;
  for (std::size_t i = 0; i < naming.pieces.size(); ++i) {
    if (!naming.pieces[i].name.empty()) fields.push_back(field_of(naming, i));
  }
  return fields;
}

std::optional<Mrz> zone_among(const std::vector<FieldResult>& lines, const Date& now) {
  std::optional<Mrz> best;
  for (std::size_t first = 0; first < lines.size(); ++first) {
    std::vector<Reading> readings;
    for (std::size_t i = first; i < lines.size() && readings.size() < 3; ++i) {
      if (!is_zone_line(lines[i])) break;
      readings.push_back(lines[i].reading);
      if (readings.size() < 2) continue;
      const auto zone = correct_mrz(readings, now);
      if (zone && (!best || zone->mrz.valid)) best = zone->mrz;
      if (best && best->valid) return best;
    }
  }
  return best;
}

void judge_name(NamedField& field) {
  // On the rendered documents of the set tuning (scripts/specimens/layouts.py) none of 98 names was
  // another field's; what is named by form alone hangs on an order that not all documents have.
  constexpr double kSure = 0.995;
  constexpr double kUnsure = 0.95;
  field.result.confidence *= field.sure ? kSure : kUnsure;
  if (!field.sure && field.result.decision == Decision::accept)
    field.result.decision = Decision::review;
}

}  // namespace nibble
