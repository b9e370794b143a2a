#include "recognizer/locate/locate.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "recognizer/locate/edges.h"
#include "recognizer/locate/quads.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

constexpr int kSearchSide = 640;
constexpr std::size_t kMaxLines = 56;

// Clockwise from the top left, taking the longer sides for top and bottom.
Quad upright(Quad quad) {
  const double first = distance(quad[0], quad[1]) + distance(quad[2], quad[3]);
  const double second = distance(quad[1], quad[2]) + distance(quad[3], quad[0]);
  if (first < second) std::rotate(quad.begin(), quad.begin() + 1, quad.end());
  const double x = quad[1].x - quad[0].x;
  const double y = quad[1].y - quad[0].y;
  // The top side runs to the right, or, of a document on its side, upwards: the left side of the
  // picture is its top then.
  const bool lies = std::abs(y) > std::abs(x);
  if (lies ? y > 0 : x < 0) std::rotate(quad.begin(), quad.begin() + 2, quad.end());
  return quad;
}

}  // namespace

std::optional<LocatedDocument> locate_document(const Image& picture) {
  const cv::Mat whole = mat_view(picture);
  const double factor =
      std::min(1.0, static_cast<double>(kSearchSide) / std::max(whole.cols, whole.rows));
  cv::Mat small;
  cv::resize(whole, small,
             cv::Size(std::max(1, cvRound(whole.cols * factor)),
                      std::max(1, cvRound(whole.rows * factor))),
             0, 0, cv::INTER_AREA);
  const auto lines = find_lines(find_edges(small), kMaxLines);
  const auto quads = find_quads(lines, small.cols, small.rows, 20);
  if (quads.empty()) return std::nullopt;
  LocatedDocument found;
  const double x = static_cast<double>(whole.cols) / small.cols;
  const double y = static_cast<double>(whole.rows) / small.rows;
  for (std::size_t i = 0; i < 4; ++i)
    found.quad[i] = {(quads[0].quad[i].x + 0.5) * x - 0.5, (quads[0].quad[i].y + 0.5) * y - 0.5};
  found.quad = upright(found.quad);
  found.confidence = quads[0].score;
  return found;
}

}  // namespace nibble
