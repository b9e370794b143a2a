#pragma once

#include <vector>

#include "recognizer/base/date.h"
#include "recognizer/clip/look.h"
#include "recognizer/line/confidence.h"

namespace nibble {

struct CombineOptions {
  bool rules = true;
  /// Of single pictures, with that of clips in it; null: confidences are the network's own.
  const Calibration* calibration = nullptr;
  int alternatives = 3;           ///< kept a character
  double cost = StopRule{}.cost;  ///< of a frame
};

/// Combines what several frames say of one document, at least one look: fields by their names,
/// lines as match_lines() pairs them; rules and check digits on the combined alternatives; each
/// text with what every frame says of it, its confidence, and what another frame is expected to
/// change. The result of one look is what it says alone.
CombinedLook combine_looks(const std::vector<const FrameLook*>& looks,
                           const CombineOptions& options, const Date& now);

/// Share of a text's characters that another frame is expected to change: what frames like those
/// before would, and what is wrong with the text, by its confidence, once in so many frames.
double expected_gain(const FieldResult& field, double expected_change, std::size_t frames);

}  // namespace nibble
