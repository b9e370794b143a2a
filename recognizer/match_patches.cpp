#include "recognizer/match_patches.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "recognizer/mat_view.h"
#include "recognizer/match_fit.h"

namespace nibble {
namespace {

constexpr int kSide = 20;              // pixels of a square
constexpr int kColumns = 14;           // cells along the longer side, each giving at most one square
constexpr double kLeastStatic = 0.6;   // share of a square that must be static print
constexpr double kLeastDeviation = 3;  // grey levels; a plainer square is found anywhere
constexpr double kLeastCorrelation = 0.55;

double static_share(const cv::Mat& mask, const cv::Rect& square) { return cv::mean(mask(square))[0] / 255; }

// The smaller eigenvalue of the gradients' covariance: large where a square can be placed along both axes.
double structure(const cv::Mat& dx, const cv::Mat& dy, const cv::Mat& mask, const cv::Rect& square) {
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (int y = square.y; y < square.y + square.height; ++y) {
    for (int x = square.x; x < square.x + square.width; ++x) {
      if (mask.at<std::uint8_t>(y, x) == 0) continue;
      const double gx = dx.at<short>(y, x);
      const double gy = dy.at<short>(y, x);
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
    }
  }
  return (xx + yy) / 2 - std::sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
}

std::optional<PrintPatches::Patch> best_patch(const PrintPatches& print, const cv::Mat& dx, const cv::Mat& dy, const cv::Rect& cell) {
  std::optional<PrintPatches::Patch> best;
  double most = 0;
  for (int y = cell.y; y < cell.y + cell.height; y += 4) {
    for (int x = cell.x; x < cell.x + cell.width; x += 4) {
      const cv::Rect square(x, y, kSide, kSide);
      if (x + kSide > print.grey.cols || y + kSide > print.grey.rows) continue;
      const double share = static_share(print.mask, square);
      if (share < kLeastStatic) continue;
      const double found = structure(dx, dy, print.mask, square);
      if (found <= most) continue;
      cv::Scalar mean;
      cv::Scalar deviation;
      cv::meanStdDev(print.grey(square), mean, deviation);
      if (deviation[0] < kLeastDeviation) continue;
      most = found;
      best = PrintPatches::Patch{{x, y}, share};
    }
  }
  return best;
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
    found.shift.y += parabola_peak(correlation.at<float>(at.y - 1, at.x), most, correlation.at<float>(at.y + 1, at.x));
  }
  return found;
}

bool inside(const cv::Mat& source, const Homography& map, const PrintPatches::Patch& patch) {
  const Quad square = rectangle(kSide, kSide);
  for (const Point& p : square) {
    const Point q = map.map(Point{patch.corner.x + p.x, patch.corner.y + p.y});
    if (q.x < 0 || q.y < 0 || q.x > source.cols - 1 || q.y > source.rows - 1) return false;
  }
  return true;
}

Homography shift(double x, double y) { return {{1, 0, x, 0, 1, y, 0, 0, 1}}; }

struct FoundPatches {
  std::vector<PointPair> pairs;  ///< pixels of the reference -> of the source
  double inside = 0;
  double all = 0;
};

/// One look at all squares. `map` leads from pixels of the reference to the source.
FoundPatches find_patches(const PrintPatches& print, const cv::Mat& source, const Homography& map, int reach) {
  cv::Mat seen;
  const Homography with_border = compose(map, shift(-reach, -reach));
  const cv::Size size(print.grey.cols + 2 * reach, print.grey.rows + 2 * reach);
  cv::warpPerspective(source, seen, matrix(with_border), size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  FoundPatches result;
  for (const PrintPatches::Patch& patch : print.patches) {
    result.all += patch.weight;
    if (!inside(source, map, patch)) continue;
    result.inside += patch.weight;
    const cv::Rect window(patch.corner, cv::Size(kSide + 2 * reach, kSide + 2 * reach));
    const Found found = find_square(print.grey({patch.corner, cv::Size(kSide, kSide)}), seen(window), reach);
    if (found.correlation < kLeastCorrelation) continue;
    const double middle = (kSide - 1) / 2.0;
    const Point centre{patch.corner.x + middle, patch.corner.y + middle};
    result.pairs.push_back({centre, map.map(Point{centre.x + found.shift.x, centre.y + found.shift.y}), patch.weight});
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
  return (distance(map.map(Point{p.x + 1, p.y}), map.map(p)) + distance(map.map(Point{p.x, p.y + 1}), map.map(p))) / 2;
}

}  // namespace

PrintPatches choose_patches(const cv::Mat& grey, const cv::Mat& mask, const Homography& to_grey) {
  PrintPatches print{grey, mask, to_grey, {}};
  cv::Mat smooth;
  cv::GaussianBlur(grey, smooth, cv::Size(5, 5), 1);
  cv::Mat dx;
  cv::Mat dy;
  cv::Sobel(smooth, dx, CV_16S, 1, 0);
  cv::Sobel(smooth, dy, CV_16S, 0, 1);
  const int cell = std::max(kSide, std::max(grey.cols, grey.rows) / kColumns);
  for (int y = 0; y < grey.rows; y += cell) {
    for (int x = 0; x < grey.cols; x += cell) {
      if (const auto patch = best_patch(print, dx, dy, cv::Rect(x, y, cell, cell))) print.patches.push_back(*patch);
    }
  }
  return print;
}

PrintFit fit_print(const PrintPatches& print, const cv::Mat& source, const Homography& map, const std::vector<PrintStep>& steps) {
  Homography from_grey = compose(map, inverse(print.to_grey));
  PrintFit fit{map, 0, 0};
  for (const PrintStep& step : steps) {
    const FoundPatches found = find_patches(print, source, from_grey, step.reach);
    const double scale = scale_at(from_grey, {print.grey.cols / 2.0, print.grey.rows / 2.0});
    std::optional<Homography> next = fit_homography(found.pairs, from_grey, 2 * step.tolerance * scale);
    if (!next) return fit;
    from_grey = *next;
    fit.map = compose(from_grey, print.to_grey);
    fit.inside = found.inside / found.all;
    fit.score = found.inside > 0 ? agreeing(found.pairs, from_grey, step.tolerance) / found.inside : 0;
  }
  return fit;
}

}  // namespace nibble
