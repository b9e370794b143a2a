#pragma once

#include <optional>
#include <vector>

#include "recognizer/base/date.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/mrz/correct.h"

namespace nibble {

/// Alternatives a character that the rules need to work well.
inline constexpr int kRuleAlternatives = 12;

/// Applies the rules to the fields of one document, in reading order: sets text, value and checks
/// of each, leaves the reading as it is.
/// - mrz: two or three fields of this kind are the lines of one zone, see correct_mrz; the result
/// is returned.
/// - date: the field's format, else the layout that suits all dates of the document best; days
/// exist. Value is the ISO date.
/// - docnum with a format: A is a letter, 9 a digit, * either, other characters stand for
/// themselves.
/// - any field with the format "country": a code that is_country_code knows.
/// - a field with an alphabet: nothing else than its characters.
/// - where the zone is valid: document number, dates and names against it (by the fields' names
/// document_number, birth_date, expiry_date, surname,
///   given_names, else by content).
/// A rule only takes what the alternatives allow, within a limit of cost; where this is not enough
/// the text stays as it was read and the check says no. Fields of unknown kind are left alone.
std::optional<MrzReading> apply_rules(std::vector<FieldResult>& fields, const Date& now);

}  // namespace nibble
