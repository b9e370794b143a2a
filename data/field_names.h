#pragma once

#include <map>
#include <string>
#include <utility>

namespace nibble {

/// What the fields of a data set are: the standard name (surname, birth_date, ...) by type and
/// field, e.g. {"43_tur_id", "field02"}.
using FieldNames = std::map<std::pair<std::string, std::string>, std::string>;

/// Parses a table of names: UTF-8, tab separated without quoting, a header with at least the
/// columns type, field and name in any order. `name` stands in messages. Throws
/// Error(decode_failed) naming the line of a bad row: wrong number of columns, an empty cell, a
/// field that is named twice.
FieldNames parse_field_names(const std::string& text, const std::string& name);

/// Reads and parses a table of names. Throws Error(file_not_found) too.
FieldNames read_field_names(const std::string& path);

/// What became of a field that should be found by name.
enum class NameOutcome { right, wrong, absent };

/// Right: the text holds the truth and is at most six characters longer (a title or a second script
/// may stand beside it), after upper-casing, O = 0 and without white space.
NameOutcome judge_named_text(const std::string& truth, const std::string& text);

/// Sums over fields that should be found by name.
struct NameScore {
  int right = 0;
  int wrong = 0;
  int absent = 0;
  int accepted = 0;        ///< of those found
  int accepted_wrong = 0;  ///< of these

  int fields() const { return right + wrong + absent; }
  void add(NameOutcome outcome, bool is_accepted);
};

}  // namespace nibble
