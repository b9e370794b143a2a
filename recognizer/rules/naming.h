#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "recognizer/base/date.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/mrz/parse.h"
#include "recognizer/rules/line_captions.h"

namespace nibble {

/// A text of a document that may be a field, and the name that it got.
struct ValuePiece {
  std::size_t line = 0;
  CharSpan span;
  std::string text{};
  Quad quad{};
  std::string name{};                 ///< empty: none yet
  std::string source{};               ///< see Field::source
  std::string caption{};              ///< the print that named it
  bool sure = false;                  ///< else a person should look at it
  std::optional<std::size_t> next{};  ///< the piece with which the text goes on
  bool number = false;                ///< of a driving licence, standing alone: no text of its own
  bool used = false;  ///< named, part of a named one, or the value of a caption without a name
};

/// A caption on a document.
struct CaptionPlace {
  LineCaption caption;
  std::size_t line = 0;
  std::string print{};
  Quad quad{};
  std::optional<std::size_t> value{};  ///< that follows on it in its line
};

/// The lines of one document on the way to its fields: each step names what it is sure of.
struct Naming {
  const std::vector<FieldResult>& lines;
  const Mrz* zone;  ///< null: none
  Date now;
  std::vector<ValuePiece> pieces{};
  std::vector<CaptionPlace> captions{};
  bool licence = false;  ///< numbers name its fields

  /// Pieces that begin in the column of another one (within `offset` of its heights) and are alike
  /// in height (ratios to 0.6 and to `ratio`), from `least` to `most` heights below it, from the
  /// top.
  std::vector<std::size_t> column(std::size_t from, double least, double most, double offset,
                                  double ratio) const;
  /// The piece with this name.
  std::optional<std::size_t> named(const std::string& name) const;
  /// Names a piece unless it has a name or another one has this.
  void give(std::size_t piece, const std::string& name, const std::string& source, bool sure,
            const std::string& print = "");
  /// Takes the first `count` characters of a piece away, which are no part of its value.
  void shorten(std::size_t piece, std::size_t count);
};

/// By captions; see pair_captions.
void name_by_caption(Naming& naming);

/// By the numbers of driving licences (Directive 2006/126/EC, Annex I): 1 surname, 2 given names, 3
/// date and place of birth, 4a issue, 4b expiry, 4c authority, 4d personal number, 5 number of the
/// licence, 8 address, 9 categories. Their order names what has lost its number.
void name_by_number(Naming& naming);

/// By what the zone says; where it is valid, a caption's name that it contradicts is taken back.
void name_by_zone(Naming& naming);

/// Takes back names of dates that the other days on the document contradict: a birth is before all
/// of them, an expiry after all of them.
void check_dates(Naming& naming);

/// By form, where a document leaves no choice: its dates by their order, the two names above the
/// date of birth, a number with the date of birth in it.
void name_by_form(Naming& naming);

}  // namespace nibble
