#include "recognizer/kinds/match_patches.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "recognizer/base/maps.h"
#include "recognizer/kinds/match_fit.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

constexpr int kSide = kPatchPixels;
constexpr int kColumns = 14;         // cells along the longer side, each giving at most one square
constexpr double kMinStatic = 0.95;  // share of a square that must be static print
constexpr double kMinDeviation = 3;  // grey levels; a plainer square is found anywhere
constexpr double kMinInside = 0.3;
constexpr double kMinCorrelation = 0.55;

// Means over the square that begins at each pixel.
cv::Mat square_means(const cv::Mat& values) {
  cv::Mat means;
  cv::boxFilter(values, means, CV_32F, cv::Size(kSide, kSide), cv::Point(0, 0), true,
                cv::BORDER_CONSTANT);
  return means;
}

// How well the square that begins at each pixel can be placed: the smaller eigenvalue of the
// covariance of the gradients of its static print, which is large where there is structure along
// both axes. 0 where it cannot serve.
cv::Mat structure_map(const cv::Mat& grey, const cv::Mat& mask, cv::Mat& share) {
  cv::Mat smooth;
  cv::GaussianBlur(grey, smooth, cv::Size(5, 5), 1);
  smooth.convertTo(smooth, CV_32F);
  cv::Mat dx;
  cv::Mat dy;
  cv::Sobel(smooth, dx, CV_32F, 1, 0);
  cv::Sobel(smooth, dy, CV_32F, 0, 1);
  dx.setTo(0, mask == 0);
  dy.setTo(0, mask == 0);
  const cv::Mat xx = square_means(dx.mul(dx));
  const cv::Mat xy = square_means(dx.mul(dy));
  const cv::Mat yy = square_means(dy.mul(dy));
  const cv::Mat mean = square_means(smooth);
  const cv::Mat variance = square_means(smooth.mul(smooth)) - mean.mul(mean);
  share = square_means(mask) / 255;
  cv::Mat root;
  cv::sqrt((xx - yy).mul(xx - yy) / 4 + xy.mul(xy), root);
  cv::Mat structure = (xx + yy) / 2 - root;
  structure.setTo(0, share < kMinStatic);
  structure.setTo(0, variance < kMinDeviation * kMinDeviation);
  return structure;
}

/// The correlation of a square of the reference with every place of a window; the largest.
struct Found {
  double correlation = -1;
  Point shift;  ///< from where it was expected
};

double parabola_peak(double before, double at, double after) {
  const double curvature = before - 2 * at + after;
  return curvature >= 0 ? 0 : std::clamp(0.5 * (before - after) / curvature, -0.5, 0.5);
}

Found find_square(const cv::Mat& wanted, const cv::Mat& window, int reach) {
  cv::Mat correlation;
  cv::matchTemplate(window, wanted, correlation, cv::TM_CCOEFF_NORMED);
  double most = 0;
  cv::Point at;
  cv::minMaxLoc(correlation, nullptr, &most, nullptr, &at);
  Found found{most, {static_cast<double>(at.x - reach), static_cast<double>(at.y - reach)}};
  if (at.x > 0 && at.x + 1 < correlation.cols) {
    const auto* row = correlation.ptr<float>(at.y);
    found.shift.x += parabola_peak(row[at.x - 1], row[at.x], row[at.x + 1]);
  }
  if (at.y > 0 && at.y + 1 < correlation.rows) {
    found.shift.y += parabola_peak(correlation.at<float>(at.y - 1, at.x), most,
                                   correlation.at<float>(at.y + 1, at.x));
  }
  return found;
}

PrintPatch make_patch(const cv::Mat& grey, cv::Point at, float share) {
  const cv::Mat square = grey({at, cv::Size(kSide, kSide)});
  double low = 0;
  double high = 0;
  cv::minMaxLoc(square, &low, &high);
  PrintPatch patch{static_cast<std::uint16_t>(at.x),
                   static_cast<std::uint16_t>(at.y),
                   static_cast<std::uint16_t>(cvRound(std::min(share, 1.0F) * 65535)),
                   0,
                   {}};
  for (int i = 0; i < kSide * kSide; ++i) {
    const double value = square.at<std::uint8_t>(i / kSide, i % kSide) - low;
    const int shade = cvRound(15 * value / std::max(1.0, high - low));
    auto& byte = patch.shades[static_cast<std::size_t>(i / 2)];
    byte = static_cast<std::uint8_t>(byte | (i % 2 == 0 ? shade : shade << 4));
  }
  return patch;
}

cv::Mat square_of(const PrintPatch& patch) {
  cv::Mat square(kSide, kSide, CV_8U);
  auto* out = square.ptr<std::uint8_t>();
  for (const std::uint8_t byte : patch.shades) {
    *out++ = static_cast<std::uint8_t>((byte & 15) * 17);
    *out++ = static_cast<std::uint8_t>((byte >> 4) * 17);
  }
  return square;
}

bool inside(const cv::Mat& source, const Homography& map, const PrintPatch& patch) {
  const Quad square = rectangle(kSide, kSide);
  for (const Point& p : square) {
    const Point q = map.map(Point{patch.x + p.x, patch.y + p.y});
    if (q.x < 0 || q.y < 0 || q.x > source.cols - 1 || q.y > source.rows - 1) return false;
  }
  return true;
}

struct FoundPatches {
  std::vector<PointPair> pairs;  ///< pixels of the reference -> of the source
  double inside = 0;
  double all = 0;
};

/// One look at all squares. `map` leads from pixels of the reference to the source.
FoundPatches find_patches(const PrintPatches& print, const cv::Mat& source, const Homography& map,
                          int reach) {
  cv::Mat seen;
  const Homography with_border = compose(map, shift(-reach, -reach));
  const cv::Size size(print.size.width + 2 * reach, print.size.height + 2 * reach);
  cv::warpPerspective(source, seen, matrix(with_border), size,
                      cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  FoundPatches result;
  for (const PrintPatch& patch : print.patches) {
    const double weight = patch.weight / 65535.0;
    result.all += weight;
    if (!inside(source, map, patch)) continue;
    result.inside += weight;
    const cv::Rect window(patch.x, patch.y, kSide + 2 * reach, kSide + 2 * reach);
    const Found found = find_square(square_of(patch), seen(window), reach);
    if (found.correlation < kMinCorrelation) continue;
    const double middle = (kSide - 1) / 2.0;
    const Point centre{patch.x + middle, patch.y + middle};
    result.pairs.push_back(
        {centre, map.map(Point{centre.x + found.shift.x, centre.y + found.shift.y}), weight});
  }
  return result;
}

/// Weight of the pairs that lie within `tolerance` pixels (of the reference) of the map.
double agreeing(const std::vector<PointPair>& pairs, const Homography& map, double tolerance) {
  double sum = 0;
  const Homography back = inverse(map);
  for (const PointPair& pair : pairs) {
    if (distance(back.map(pair.to), pair.from) <= tolerance) sum += pair.weight;
  }
  return sum;
}

double scale_at(const Homography& map, Point p) {
  return (distance(map.map(Point{p.x + 1, p.y}), map.map(p)) +
          distance(map.map(Point{p.x, p.y + 1}), map.map(p))) /
         2;
}

}  // namespace

PrintPatches choose_patches(const cv::Mat& grey, const cv::Mat& mask, const Homography& to_grey) {
  PrintPatches print{grey.size(), to_grey, {}};
  const cv::Rect places(0, 0, grey.cols - kSide + 1, grey.rows - kSide + 1);
  if (places.width < 1 || places.height < 1) return print;
  cv::Mat share;
  const cv::Mat structure = structure_map(grey, mask, share);
  const int cell = std::max(kSide, std::max(grey.cols, grey.rows) / kColumns);
  for (int y = 0; y < places.height; y += cell) {
    for (int x = 0; x < places.width; x += cell) {
      const cv::Rect part = cv::Rect(x, y, cell, cell) & places;
      double most = 0;
      cv::Point at;
      cv::minMaxLoc(structure(part), nullptr, &most, nullptr, &at);
      if (most <= 0) continue;
      at += part.tl();
      print.patches.push_back(make_patch(grey, at, share.at<float>(at)));
    }
  }
  return print;
}

PrintFit fit_print(const PrintPatches& print, const cv::Mat& source, const Homography& map,
                   const std::vector<PrintStep>& steps) {
  Homography from_grey = compose(map, inverse(print.to_grey));
  PrintFit fit{map, 0};
  for (const PrintStep& step : steps) {
    const FoundPatches found = find_patches(print, source, from_grey, step.reach);
    const double scale = scale_at(from_grey, {print.size.width / 2.0, print.size.height / 2.0});
    std::optional<Homography> next =
        fit_homography(found.pairs, from_grey, 2 * step.tolerance * scale);
    if (!next) return fit;
    from_grey = *next;
    fit.map = compose(from_grey, print.to_grey);
    // Of a corner of the document alone, a few squares would agree by chance.
    const double wanted = std::max(found.inside, kMinInside * found.all);
    fit.score = agreeing(found.pairs, from_grey, step.tolerance) / wanted;
  }
  return fit;
}

}  // namespace nibble
