#include "recognizer/locate/find/look.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "recognizer/base/bounds.h"
#include "recognizer/locate/find/text_cells.h"
#include "recognizer/locate/find/trace_lines.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

// Cells of a tile this near to its inner sides, in input pixels, are taken from the next tile.
constexpr int kOverlap = 64;
constexpr int kInnerTile = kMaxTile - 2 * kOverlap;

/// The part of the scaled picture that one run of the network is for.
struct Tile {
  cv::Rect inner;   ///< whose cells count
  cv::Rect around;  ///< that the network sees
};

/// Parts of a length, each but the last a multiple of the grain.
std::vector<cv::Range> parts_of(int length) {
  if (length <= kMaxTile) return {{0, length}};
  const int count = (length + kInnerTile - 1) / kInnerTile;
  const int step = (length / count + kFinderGrain) / kFinderGrain * kFinderGrain;
  std::vector<cv::Range> parts;
  for (int start = 0; start < length; start += step)
    parts.emplace_back(start, std::min(start + step, length));
  return parts;
}

std::vector<Tile> tiles_of(const cv::Size& size) {
  const cv::Rect whole({0, 0}, size);
  std::vector<Tile> tiles;
  for (const cv::Range& rows : parts_of(size.height)) {
    for (const cv::Range& columns : parts_of(size.width)) {
      const cv::Rect inner(columns.start, rows.start, columns.size(), rows.size());
      const cv::Rect around(inner.x - kOverlap, inner.y - kOverlap, inner.width + 2 * kOverlap,
                            inner.height + 2 * kOverlap);
      tiles.push_back({inner, around & whole});
    }
  }
  return tiles;
}

cv::Mat scaled_grey(const Image& picture, double scale) {
  const cv::Size size(std::max(1, cvRound(picture.width * scale)),
                      std::max(1, cvRound(picture.height * scale)));
  cv::Mat scaled;
  cv::resize(mat_view(picture), scaled, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return to_grey(scaled);
}

int up_to_grain(int length) { return (length + kFinderGrain - 1) / kFinderGrain * kFinderGrain; }

/// Appends the cells with text of a tile; what is missing to the grain is the tile's mean grey.
void run_tile(const FinderRun& run, const cv::Mat& grey, const Tile& tile,
              std::vector<TextCell>& cells) {
  const cv::Mat part = grey(tile.around);
  cv::Mat input(up_to_grain(part.rows), up_to_grain(part.cols), CV_8UC1, cv::mean(part));
  part.copyTo(input(cv::Rect(0, 0, part.cols, part.rows)));
  const auto map = run({input.ptr<std::uint8_t>(), {input.rows, input.cols, 1}});
  const auto cells_for = [](int pixels) { return (pixels + kCellSize - 1) / kCellSize; };
  const CellWindow window{(tile.inner.x - tile.around.x) / kCellSize,
                          (tile.inner.y - tile.around.y) / kCellSize,
                          cells_for(tile.inner.width),
                          cells_for(tile.inner.height),
                          tile.inner.x / kCellSize,
                          tile.inner.y / kCellSize};
  append_cells(map, window, cells);
}

bool touches(const cv::Rect& tile, const std::vector<LineOutline>& lines, double scale) {
  return std::any_of(lines.begin(), lines.end(), [&](const LineOutline& line) {
    const auto [left, top, right, bottom] = bounds_of(line.quad);
    return left * scale < tile.x + tile.width && right * scale > tile.x &&
           top * scale < tile.y + tile.height && bottom * scale > tile.y;
  });
}

}  // namespace

Look look_at_picture(const FinderRun& run, const Image& picture, double scale,
                     const std::vector<LineOutline>* around) {
  const cv::Mat grey = scaled_grey(picture, scale);
  std::vector<TextCell> cells;
  for (const Tile& tile : tiles_of(grey.size())) {
    if (around == nullptr || touches(tile.inner, *around, scale)) run_tile(run, grey, tile, cells);
  }
  const auto cells_for = [](int pixels) { return (pixels + kCellSize - 1) / kCellSize; };
  Look look{scale, trace_lines(cells, cells_for(grey.cols), cells_for(grey.rows), kMaxLines)};
  const double to_x = static_cast<double>(picture.width) / grey.cols;
  const double to_y = static_cast<double>(picture.height) / grey.rows;
  for (LineOutline& line : look.lines) {
    for (Point& p : line.quad) p = {(p.x + 0.5) * to_x - 0.5, (p.y + 0.5) * to_y - 0.5};
    line.half_height /= scale;
  }
  return look;
}

}  // namespace nibble
