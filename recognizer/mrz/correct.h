#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recognizer/line/decode.h"
#include "recognizer/mrz/align.h"
#include "recognizer/mrz/parse.h"

namespace nibble {

/// A machine readable zone as it was read and corrected.
struct MrzReading {
  Mrz mrz;                         ///< valid only if no character is in doubt
  std::vector<MrzChange> changes;  ///< all that is not as read, in order
  double cost = 0;                 ///< sum of the changes' costs
  /// One line each. Another correction is about as likely, or a character that no check digit
  /// covers is in doubt: such a zone is not called valid, even if all its check digits match. A
  /// code that is no country's or was one, no nationality, figures in names: no reason to doubt
  /// what is printed.
  std::vector<std::string> warnings;
};

/// What the readings of the lines of a zone say, from top to bottom, corrected: each position gets
/// a character that its class allows, and where a check digit does not match, the cheapest
/// alternatives with which all do. Alternatives that were not kept cannot be found: decode with 8
/// or so. Nothing when the lines are not those of any format.
std::optional<MrzReading> correct_mrz(const std::vector<Reading>& lines, const Date& now);

/// The zone as it was read, without any correction; nothing when number and length of the lines are
/// not those of a format.
std::optional<MrzReading> plain_mrz(const std::vector<Reading>& lines, const Date& now);

}  // namespace nibble
