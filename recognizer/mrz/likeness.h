#pragma once

#include <vector>

#include "recognizer/line/read_fields.h"

namespace nibble {

/// How much readings look like lines of a machine readable zone.
struct Likeness {
  double plausible = 0;  ///< sum over the lines, each 0..1: certain, of a zone's characters
  int fillers = 0;
};
Likeness likeness(const Reading& reading);

/// The mean of all lines, 0..1; 0 where one has fewer than 20 characters and where there are fewer
/// than two fillers: every format has longer lines and more of them.
double plausibility(const std::vector<FieldResult>& lines);

}  // namespace nibble
