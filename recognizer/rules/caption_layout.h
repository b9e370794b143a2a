#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "recognizer/base/geometry.h"

namespace nibble {

/// Where a text stands as seen from another, in the other's direction and in heights of the two.
struct TextOffset {
  double down = 0;        ///< from centre line to centre line, in mean heights; above 0: below it
  double begin = 0;       ///< from the other's left end to this one's, in the other's heights
  double end = 0;         ///< from right end to right end
  double behind = 0;      ///< from the other's right end to this one's left end
  double before = 0;      ///< from this one's right end to the other's left end
  double ratio = 1;       ///< of the heights, this one's to the other's
  bool parallel = false;  ///< within 15 degrees

  /// Whether the two have columns in common, or nearly so.
  bool overlaps() const { return behind < 0.5 && before < 0.5; }
};
TextOffset offset_of(const Quad& from, const Quad& to);

/// Where a value stands as seen from its caption.
enum class Side { below, right, above, left };

/// A caption with its value.
struct CaptionPair {
  std::size_t caption = 0;
  std::size_t value = 0;
  Side side = Side::below;
  double cost = 0;  ///< 0: as near and as well aligned as can be
};

/// Gives captions their values, each at most one, by where they stand. What side of its caption a
/// value stands on is much the same all over a document: the side that suits most captions comes
/// first. `suits` says whether a value looks like what the caption (by index) announces; `alike`
/// whether two captions say the same.
std::vector<CaptionPair> pair_captions(
    const std::vector<Quad>& captions, const std::vector<Quad>& values,
    const std::function<bool(std::size_t caption, std::size_t value)>& suits,
    const std::function<bool(std::size_t, std::size_t)>& alike);

}  // namespace nibble
