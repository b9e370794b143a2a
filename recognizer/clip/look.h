#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recognizer/line/confidence.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/mrz/correct.h"

namespace nibble {

/// What was read on one frame of a clip, with all alternatives that rules and combination want, and
/// judged as what it says alone.
struct FrameLook {
  int frame = 0;     ///< its number in the clip
  std::string kind;  ///< of the document; empty where it was read without a template
  int width = 0;     ///< of the frame, in pixels
  int height = 0;
  std::vector<FieldResult> fields;  ///< of the kind, or lines of a zone: names tell them apart
  std::vector<FieldResult> lines;   ///< every line, in reading order
};

/// What the frames of one document say together, judged. Quads are in pixels of the best frame.
struct CombinedLook {
  std::size_t best = 0;  ///< the look whose quads these are
  std::vector<FieldResult> fields;
  std::vector<Evidence> evidence;  ///< one a field: what its confidence comes from
  std::vector<FieldResult> lines;
  std::optional<MrzReading> mrz;  ///< where fields of kind mrz are a zone
  double gain = 1;                ///< mean of FieldResult::gain over fields and lines
};

/// How telling a look is: the sum of the confidences of its texts.
double weight_of(const FrameLook& look);

}  // namespace nibble
