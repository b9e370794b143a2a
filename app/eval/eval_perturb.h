#pragma once

#include <string>
#include <vector>

#include "recognizer/page/page.h"

namespace nibble {

/// A disturbance of where a field is looked for, about the field's centre in frame pixels.
struct Perturbation {
  enum class Kind { scale, shift_x, shift_y, rotate };
  Kind kind = Kind::scale;
  double value = 1;  ///< factor of the height (all sides move by the same pixels), pixels, pixels,
                     ///< or degrees clockwise
};

/// "scale=1.1", "shift_x=-2", "shift_y=2", "rotate=2".
std::string to_string(const Perturbation& perturbation);

/// Parses the form that to_string writes. Throws Error(usage).
Perturbation parse_perturbation(const std::string& text);

/// The robustness sweep: scale 0.9 and 1.1, shift by 2 pixels each way, rotation by 2 degrees each
/// way.
std::vector<Perturbation> sweep_perturbations();

/// A field moved by a perturbation.
FieldSpec perturb(const FieldSpec& field, const Page& page, const Perturbation& perturbation);

}  // namespace nibble
