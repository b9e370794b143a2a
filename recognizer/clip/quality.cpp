#include "recognizer/clip/quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

// Longer side at which a picture is looked at: noise is gone there, and blur that matters is not.
constexpr int kSide = 960;
constexpr int kTile = 48;
// Share of the tiles, those with most edges, that tell the sharpness: a document fills as much of a
// frame at least, and half of it is print.
constexpr double kTold = 0.1;
// Grey levels a pixel; without as much in those tiles there is no print.
constexpr double kMinEdges = 1.0;
constexpr int kReach = 3;  // pixels to either side that the second blur takes in
constexpr int kWhite = 250;
constexpr int kFlat = 4;  // grey levels between neighbours in glare

/// How strong the edges along one direction are, and how much of that a blur takes away.
struct Edges {
  double before = 0;
  double lost = 0;
};

/// Of a run of pixels a `step` apart: compares each difference with that of the means around.
void add_run(const std::uint8_t* pixels, std::ptrdiff_t step, int count, Edges& edges) {
  if (count <= 2 * kReach + 1) return;
  constexpr int kWidth = 2 * kReach + 1;
  for (int i = kReach; i + kReach + 1 < count; ++i) {
    const int sharp = std::abs(pixels[(i + 1) * step] - pixels[i * step]);
    // The means over kWidth pixels around both differ by their ends alone.
    const double blurred = std::abs(pixels[(i + kReach + 1) * step] - pixels[(i - kReach) * step]) /
                           static_cast<double>(kWidth);
    edges.before += sharp;
    edges.lost += std::max(0.0, sharp - blurred);
  }
}

struct Tile {
  std::array<Edges, 2> edges;  ///< along rows, along columns
  int pixels = 0;
  double strength() const { return (edges[0].before + edges[1].before) / pixels; }
};

Tile measure(const cv::Mat& tile) {
  Tile result;
  result.pixels = tile.rows * tile.cols;
  const auto row = static_cast<std::ptrdiff_t>(tile.step[0]);
  for (int y = 0; y < tile.rows; y += 2) add_run(tile.ptr(y), 1, tile.cols, result.edges[0]);
  for (int x = 0; x < tile.cols; x += 2) add_run(tile.ptr(0) + x, row, tile.rows, result.edges[1]);
  return result;
}

double sharpness_of(const cv::Mat& grey) {
  std::vector<Tile> tiles;
  for (int y = 0; y < grey.rows; y += kTile) {
    for (int x = 0; x < grey.cols; x += kTile)
      tiles.push_back(measure(
          grey(cv::Rect(x, y, std::min(kTile, grey.cols - x), std::min(kTile, grey.rows - y)))));
  }
  const auto told =
      std::max<std::size_t>(1, static_cast<std::size_t>(kTold * static_cast<double>(tiles.size())));
  std::partial_sort(tiles.begin(), tiles.begin() + static_cast<std::ptrdiff_t>(told), tiles.end(),
                    [](const Tile& a, const Tile& b) { return a.strength() > b.strength(); });
  Tile sum;
  for (std::size_t i = 0; i < told; ++i) {
    sum.pixels += tiles[i].pixels;
    for (std::size_t way = 0; way < 2; ++way) {
      sum.edges[way].before += tiles[i].edges[way].before;
      sum.edges[way].lost += tiles[i].edges[way].lost;
    }
  }
  if (sum.strength() < kMinEdges) return 0;
  // Motion takes the edges of one direction alone.
  double least = 1;
  for (const Edges& way : sum.edges)
    if (way.before > 0) least = std::min(least, way.lost / way.before);
  return least;
}

double glare_of(const cv::Mat& grey) {
  std::size_t white = 0;
  for (int y = 0; y < grey.rows; ++y) {
    const std::uint8_t* row = grey.ptr(y);
    for (int x = 1; x < grey.cols; ++x)
      white += row[x] >= kWhite && std::abs(row[x] - row[x - 1]) <= kFlat ? 1 : 0;
  }
  return static_cast<double>(white) / static_cast<double>(grey.total());
}

double area(const std::vector<cv::Point2f>& corners) {
  return corners.empty() ? 0 : std::abs(cv::contourArea(corners));
}

}  // namespace

FrameQuality score_frame(const Image& picture) {
  // Reduced before it is made grey, which is a third of the work.
  cv::Mat small = mat_view(picture);
  const double factor =
      std::min(1.0, static_cast<double>(kSide) / std::max(picture.width, picture.height));
  if (factor < 1) cv::resize(mat_view(picture), small, cv::Size(), factor, factor, cv::INTER_AREA);
  const cv::Mat grey = to_grey(small);
  return {sharpness_of(grey), glare_of(grey), 0};
}

double cut_off(const Quad& document, int width, int height) {
  const auto corners = [](const Quad& quad) {
    std::vector<cv::Point2f> points;
    for (const Point& p : quad)
      points.emplace_back(static_cast<float>(p.x), static_cast<float>(p.y));
    return points;
  };
  const std::vector<cv::Point2f> whole = corners(document);
  if (area(whole) <= 0) return 0;
  std::vector<cv::Point2f> seen;
  cv::intersectConvexConvex(whole, corners(rectangle(width, height)), seen);
  return std::clamp(1 - area(seen) / area(whole), 0.0, 1.0);
}

}  // namespace nibble
