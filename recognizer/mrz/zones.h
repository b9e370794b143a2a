#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nn/network.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/locate/find/line_outline.h"
#include "recognizer/mrz/correct.h"

namespace nibble {

/// A machine readable zone found on a picture.
struct FoundZone {
  MrzReading reading;
  std::vector<FieldResult> lines;  ///< "mrz1", "mrz2", ... as read, with quads in source pixels
                                   ///< whose first corner is the text's top left
};

/// The zones of a picture.
struct FoundZones {
  std::vector<FoundZone> zones;  ///< in the order of their first lines' corners, from the top
  bool mirrored = false;         ///< none was found, but one would be on the mirrored picture
};

/// Reads and corrects the machine readable zones among the lines that were found on a picture
/// (find_lines), both ways up. Of several readings of one zone that is taken whose check digits
/// match, else the most plausible. Reads at most 48 groups of lines.
FoundZones find_zones(const Network& network, const Image& image,
                      const std::vector<LineOutline>& lines, const ReadOptions& options,
                      const Date& now);

}  // namespace nibble
