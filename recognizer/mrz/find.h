#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nn/network.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/mrz/correct.h"

namespace nibble {

/// A machine readable zone found on a picture.
struct FoundMrz {
  MrzReading reading;
  std::vector<FieldResult> lines;  ///< "mrz1", "mrz2", ... as read, with quads in source pixels
                                   ///< whose first corner is the text's top left
};

/// Finds the machine readable zone of a picture at any of the four orientations, reads and corrects
/// it. When several places could be one, the one whose check digits match, else the most plausible.
/// Nothing when no lines look like a zone.
std::optional<FoundMrz> find_mrz(const Network& network, const Image& image,
                                 const ReadOptions& options, const Date& now);

}  // namespace nibble
