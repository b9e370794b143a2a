#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>

#include "recognizer/base/geometry.h"

namespace nibble {

inline constexpr int kLayoutCells = 10;  ///< along each side of a document
inline constexpr int kLayoutDirections = 8;

/// Where the print of a document has edges, and in which directions: histograms of oriented
/// gradients (Dalal and Triggs, CVPR 2005) of the document stretched to a square, so that a quarter
/// turn only changes their places.
struct PrintLayout {
  /// Square roots of the shares that directions have of a cell's gradients, of 255; cell after
  /// cell, row after row.
  std::array<std::uint8_t, std::size_t{kLayoutCells} * kLayoutCells * kLayoutDirections>
      gradients{};
  /// Share of each cell that is static print, of 255.
  std::array<std::uint8_t, std::size_t{kLayoutCells} * kLayoutCells> fixed{};
};

/// The layout of a document in an 8-bit grey picture. The whole of it is taken for static print.
PrintLayout layout_of(const cv::Mat& grey, const Quad& quad);

/// The layout of the same document when its corners are counted from the next one.
PrintLayout turn_layout(const PrintLayout& layout);

/// A layout made ready to be compared with many.
class LayoutComparison {
 public:
  explicit LayoutComparison(const PrintLayout& seen);

  /// How alike the static print of a kind and what is seen are: 0 to 1, the cosine of the angle
  /// between them.
  double likeness(const PrintLayout& kind) const;

 private:
  PrintLayout seen_;
  std::array<float, std::size_t{kLayoutCells} * kLayoutCells> energy_{};  ///< of each cell
};

}  // namespace nibble
