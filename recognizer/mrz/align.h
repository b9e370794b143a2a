#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recognizer/line/decode.h"
#include "recognizer/mrz/layout.h"

namespace nibble {

/// A character of a zone that is not as it was read. Costs are log(probability as read /
/// probability of the change).
struct MrzChange {
  int line = 0;
  int position = 0;  ///< in the corrected line
  std::string from;  ///< empty: nothing was read here
  std::string to;    ///< empty: what was read here is not there
  double cost = 0;
};

/// What a character could be.
struct MrzOption {
  char c = 0;
  double cost = 0;  ///< 0 for the character as it was read
};

/// A position of a line.
struct MrzPlace {
  std::string raw;                 ///< as read; empty for an inserted filler
  std::vector<MrzOption> options;  ///< that the position's class allows, cheapest first; one that
                                   ///< it does not allow where there is none
};

/// A reading laid over a line of a format.
struct MrzAlignment {
  std::vector<MrzPlace> places;  ///< one a position
  std::vector<MrzChange>
      changes;      ///< characters removed and fillers inserted; none where the length was right
  double cost = 0;  ///< of the cheapest option of each place and of the changes
};

/// Lays a reading over a line so that each character stands where it may, for the least cost. A
/// length that is not right is put right by fillers next to other fillers, by spaces (there are
/// none in a zone), and by characters that may not be there. Nothing when that takes too much.
std::optional<MrzAlignment> align_mrz_line(const Reading& reading, const MrzLayout& layout,
                                           int line);

}  // namespace nibble
