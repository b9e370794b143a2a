#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recognizer/line/read_fields.h"
#include "recognizer/mrz/correct.h"

namespace nibble {

/// Corrects the fields of kind mrz together and gives each its check; nothing when they are no
/// zone.
std::optional<MrzReading> apply_mrz_lines(std::vector<FieldResult>& fields, const Date& now);

/// The zone as it was read, where the fields have one; nothing is corrected.
std::optional<MrzReading> plain_mrz_lines(const std::vector<FieldResult>& fields, const Date& now);

/// Compares the other fields with a valid zone. Text that the alternatives allow to become what the
/// zone says does so.
void compare_with_mrz(std::vector<FieldResult>& fields, const Mrz& mrz, const Date& now);

/// What it costs to read a field as an element of a zone ("document_number", "surname", ...): 0
/// where it agrees as it was read. Nothing where its alternatives do not allow it.
std::optional<double> cost_as_element(const FieldResult& field, const std::string& element,
                                      const Mrz& mrz, const Date& now);

}  // namespace nibble
