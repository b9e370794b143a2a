#include "recognizer/locate.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "recognizer/locate_edges.h"
#include "recognizer/locate_quads.h"
#include "recognizer/mat_view.h"

namespace nibble {
namespace {

constexpr int kSearchSide = 640;
constexpr std::size_t kMostLines = 56;

}  // namespace

std::optional<LocatedDocument> locate_document(const Image& picture) {
  const cv::Mat whole = mat_view(picture);
  const double factor = std::min(1.0, static_cast<double>(kSearchSide) / std::max(whole.cols, whole.rows));
  cv::Mat small;
  cv::resize(whole, small, cv::Size(std::max(1, cvRound(whole.cols * factor)), std::max(1, cvRound(whole.rows * factor))), 0, 0,
             cv::INTER_AREA);
  const auto lines = find_lines(find_edges(small), kMostLines);
  const auto quads = find_quads(lines, small.cols, small.rows, 20);
  if (quads.empty()) return std::nullopt;
  LocatedDocument found;
  const double x = static_cast<double>(whole.cols) / small.cols;
  const double y = static_cast<double>(whole.rows) / small.rows;
  for (std::size_t i = 0; i < 4; ++i) found.quad[i] = {(quads[0].quad[i].x + 0.5) * x - 0.5, (quads[0].quad[i].y + 0.5) * y - 0.5};
  found.confidence = quads[0].score;
  return found;
}

}  // namespace nibble
