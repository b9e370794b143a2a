#pragma once

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
Zone to_zone(const MrzReading& reading);

}  // namespace nibble
