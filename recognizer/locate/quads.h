#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/locate/edges.h"

namespace nibble {

/// Four lines that may be a document's outline.
struct QuadCandidate {
  Quad quad{};                         ///< clockwise; side i lies between corner i and the next
  std::array<std::size_t, 4> lines{};  ///< of the sides
  double score = 0;                    ///< 0 to about 1
};

/// The best outlines that can be made of the lines in a picture of width x height pixels, best
/// first, at most `most`.
std::vector<QuadCandidate> find_quads(const std::vector<EdgeLine>& lines, int width, int height,
                                      std::size_t most);

/// How far a quad looks like a flat rectangle of a document's shape seen by a camera, 0 to 1.
double shape_likelihood(const Quad& quad, int width, int height);

}  // namespace nibble
