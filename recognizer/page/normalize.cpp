#include "recognizer/page/normalize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "nn/error.h"
#include "recognizer/page/line_band.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

constexpr int kContentHeight = kLineHeight - 2 * kLineMargin;
// Ink covers 5 to 40 % of a line and specks of glare little, so these shares lie inside ink and
// ground.
constexpr double kDarkShare = 0.01;
constexpr double kLightShare = 0.99;
// Below this span of grey values a crop holds noise rather than text, and stretching it would show
// the noise only.
constexpr int kMinSpan = 24;
// Light text on dark ground puts the median near the dark end. Blurred bold dark text comes close
// to 1, so a line is turned only on strong evidence.
constexpr double kInvertedRatio = 2.0;

struct GreyLevels {
  int dark = 0;
  int light = 255;
  int median = 128;
};

GreyLevels measure_levels(const cv::Mat& grey) {
  std::array<int, 256> histogram{};
  for (int y = 0; y < grey.rows; ++y) {
    const auto* row = grey.ptr<std::uint8_t>(y);
    for (int x = 0; x < grey.cols; ++x) ++histogram[row[x]];
  }
  const double total = static_cast<double>(grey.rows) * grey.cols;
  const auto level_at = [&](double share) {
    double seen = 0;
    for (int level = 0; level < 256; ++level) {
      seen += histogram[static_cast<std::size_t>(level)];
      if (seen > share * total) return level;
    }
    return 255;
  };
  return {level_at(kDarkShare), level_at(kLightShare), level_at(0.5)};
}

}  // namespace

LineImage normalize_line(const Image& crop, const LineSearch& search) {
  if (crop.width < 1 || crop.height < 1 || (crop.channels != 1 && crop.channels != 3)) {
    throw Error(ErrorCode::usage,
                "a line to normalise needs at least one pixel and 1 or 3 channels");
  }
  const cv::Mat whole = to_grey(mat_view(crop));
  const cv::Rect band = find_line_band(whole, search);
  const cv::Mat grey = whole(band);

  LineImage line;
  line.origin = {static_cast<double>(band.x), static_cast<double>(band.y)};
  line.scale_y = static_cast<double>(kContentHeight) / band.height;
  const int content = std::clamp(static_cast<int>(std::lround(band.width * line.scale_y)), 1,
                                 kMaxLineWidth - 2 * kLinePadding);
  line.scale_x = static_cast<double>(content) / band.width;
  cv::Mat scaled;
  cv::resize(grey, scaled, cv::Size(content, kContentHeight), 0, 0,
             line.scale_y < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);

  const GreyLevels levels = measure_levels(scaled);
  line.inverted = levels.light - levels.median > kInvertedRatio * (levels.median - levels.dark);
  const int span = std::max(levels.light - levels.dark, kMinSpan);
  std::array<std::uint8_t, 256> stretch{};
  for (int level = 0; level < 256; ++level) {
    const int below_light = (levels.light - level) * 255 / span;
    stretch[static_cast<std::size_t>(level)] = static_cast<std::uint8_t>(
        std::clamp(line.inverted ? below_light : 255 - below_light, 0, 255));
  }

  line.width = content + 2 * kLinePadding;
  line.pixels.assign(static_cast<std::size_t>(kLineHeight) * static_cast<std::size_t>(line.width),
                     255);
  for (int y = 0; y < kLineHeight; ++y) {
    const auto* from = scaled.ptr<std::uint8_t>(std::clamp(y - kLineMargin, 0, kContentHeight - 1));
    auto* to = line.pixels.data() + static_cast<std::ptrdiff_t>(y) * line.width + kLinePadding;
    std::transform(from, from + content, to, [&](std::uint8_t level) { return stretch[level]; });
  }
  return line;
}

}  // namespace nibble
