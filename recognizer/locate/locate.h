#pragma once

#include <optional>

#include "recognizer/base/geometry.h"
#include "recognizer/image/image.h"

namespace nibble {

/// A document found by its outline alone.
struct LocatedDocument {
  /// Corners in picture pixels, top-left first, clockwise. Which way is up cannot be told from an
  /// outline: the longer sides are taken for top and bottom, and the upper (or, of a document on
  /// its side, the left) one for the top. A side outside the picture is replaced by the picture's
  /// border.
  Quad quad{};
  double confidence =
      0;  ///< 0 to 1: how much of the outline is there, and how far it has a document's shape
};

/// With less confidence there is no document.
inline constexpr double kMinLocateConfidence = 0.45;

/// Finds the most likely outline of a card or page in a photograph (1 or 3 channels): four straight
/// edges in perspective. None when nothing has an outline at all; look at the confidence otherwise.
std::optional<LocatedDocument> locate_document(const Image& picture);

}  // namespace nibble
