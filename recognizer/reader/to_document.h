#pragma once

#include <optional>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "recognizer/line/read_fields.h"
#include "recognizer/mrz/correct.h"
#include "recognizer/rules/name_fields.h"

namespace nibble {

/// What was read, as the library's callers see it. This is the one place where the one becomes the
/// other.
Field to_field(FieldResult&& result);
Field to_field(NamedField&& named);
FoundLine to_line(FieldResult&& result);

/// Adds fields to a document, and their names to its lines that they were made of.
void add_named(std::vector<NamedField> fields, Document& document);

Zone to_zone(const MrzReading& reading);

/// Gives a document this zone, or none, and the warnings on it, instead of those that it had.
void set_zone(const std::optional<MrzReading>& zone, Document& document);

}  // namespace nibble
