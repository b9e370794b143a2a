#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "recognizer/clip/look.h"

namespace nibble {

/// Likeness of two texts, 0 to 1: 1 less their edit distance as a share of the longer one, after
/// normalize_text().
double text_likeness(const std::string& a, const std::string& b);

/// An affine map of one frame's pixels to another's.
struct FrameMap {
  double xx = 1, xy = 0, x = 0, yx = 0, yy = 1, y = 0;
  Point map(Point p) const { return {xx * p.x + xy * p.y + x, yx * p.x + yy * p.y + y}; }
  Quad map(const Quad& quad) const;
};

/// The map of least squares that takes the corners of quads to those of others; none for no quads.
std::optional<FrameMap> fit_frame_map(const std::vector<Quad>& from, const std::vector<Quad>& to);

/// Two lines, one of each look, that are the same print.
struct LinePair {
  std::size_t a = 0;
  std::size_t b = 0;
};

/// The lines of two looks at one document that are the same print: those of like texts, of several
/// the one in the like order; these tell how the frames lie over each other, by which those whose
/// texts differ are paired. Each line is in at most one pair; pairs go by `a`.
std::vector<LinePair> match_lines(const std::vector<FieldResult>& a,
                                  const std::vector<FieldResult>& b);

/// The lines of several looks that are one print: for each look its line, or none.
struct LineGroup {
  std::vector<std::optional<std::size_t>> lines;  ///< one a look
};

/// The prints of several looks, in the reading order of the first one, further ones behind the line
/// that they follow in theirs; and for each look the map of its pixels to those of the first, where
/// pairs tell it.
struct LineGroups {
  std::vector<LineGroup> groups;
  std::vector<std::optional<FrameMap>> maps;
};
LineGroups group_lines(const std::vector<const FrameLook*>& looks);

}  // namespace nibble
