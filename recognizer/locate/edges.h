#pragma once

#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

#include "recognizer/base/geometry.h"

namespace nibble {

/// Where a picture has edges, how strong they are beside what is around them, and which way they
/// face.
struct EdgeMap {
  cv::Mat strength;  ///< float, 0 to 1
  cv::Mat across_x;  ///< float, unit vector across the edge
  cv::Mat across_y;
};

/// Edges of an 8-bit picture, in whichever channel they show best.
EdgeMap find_edges(const cv::Mat& picture);

/// A straight line x * normal.x + y * normal.y = offset through the picture, with the edges along
/// it.
struct EdgeLine {
  Point normal{1, 0};
  double offset = 0;
  bool border = false;      ///< the picture's own border, where a document may leave it
  double first = 0;         ///< position along the line at which `sums` begins, pixels
  std::vector<float> sums;  ///< running sum of the edges' strength, one a pixel along the line

  Point along() const { return {-normal.y, normal.x}; }
  double position(Point p) const { return p.x * along().x + p.y * along().y; }
  /// Sum of the strength between two positions; 0 outside the picture.
  double support(double from, double to) const;
  /// Length of the part between two positions that lies in the picture.
  double visible(double from, double to) const;
};

/// The most conspicuous straight lines (Hough's transform with the edges' directions), and the
/// picture's four borders.
std::vector<EdgeLine> find_lines(const EdgeMap& edges, std::size_t most);

}  // namespace nibble
