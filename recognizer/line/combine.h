#pragma once

#include <cstddef>
#include <vector>

#include "recognizer/line/decode.h"

namespace nibble {

/// A reading of a text, and how much it counts.
struct WeightedReading {
  const Reading* reading = nullptr;
  double weight = 1;  ///< above 0
};

/// Where a character of a combined reading was seen most surely.
struct CharSource {
  std::size_t reading = 0;
  std::size_t character = 0;
};

/// Several readings of one text, combined.
struct CombinedReading {
  /// Characters with the weighted mean of what the readings give each of them, and alternatives
  /// likewise, "no character" among them. Extents are in pixels of the first reading's line.
  Reading reading;
  std::vector<CharSource> sources;  ///< one a character of `reading`
  /// Expected change by one more reading like those before, as a share of the characters, 0 to 1.
  double expected_change = 0;
};

/// Combines readings of one text character by character: they are aligned one after the other, the
/// one of most weight first, to a row of places, each with the probabilities of its characters and
/// of none (ROVER: J. Fiscus, ASRU 1997; with alternatives: K. Bulatov, "A method to reduce errors
/// of string recognition based on combination of several recognition results with per-character
/// alternatives", 2019), so that the whole costs least, where a character costs the probability
/// that it is another one than the place's. Each place then gets its most probable character. The
/// expected change is modelled by each reading coming once more (Bulatov et al., ICMV 2019).
/// Readings without characters count for none at each place. Keeps `alternatives` a character. The
/// result of one reading is that reading, of none an empty one.
CombinedReading combine_readings(const std::vector<WeightedReading>& readings, int alternatives);

}  // namespace nibble
