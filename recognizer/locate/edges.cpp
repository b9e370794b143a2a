#include "recognizer/locate/edges.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace nibble {
namespace {

constexpr int kAround = 31;   // pixels a side of the area with which an edge's strength is compared
constexpr float kNoise = 22;  // gradient (Sobel) that plain areas have
constexpr float kFullStrength =
    1.6F;  // times the gradient around, from which on an edge counts wholly
constexpr float kMinStrength = 0.2F;
constexpr int kAngles = 180;       // bins of 1 degree
constexpr double kOffsetStep = 2;  // pixels
constexpr int kSpread = 3;         // degrees that an edge's direction may be off
constexpr double kBand = 2.5;      // pixels from a line within which edges belong to it
constexpr float kMinAlignment = 0.94F;

void take_stronger(const cv::Mat& channel, cv::Mat& magnitude, cv::Mat& across_x,
                   cv::Mat& across_y) {
  cv::Mat dx;
  cv::Mat dy;
  cv::Mat size;
  cv::Sobel(channel, dx, CV_32F, 1, 0);
  cv::Sobel(channel, dy, CV_32F, 0, 1);
  cv::magnitude(dx, dy, size);
  if (magnitude.empty()) {
    magnitude = size;
    across_x = dx;
    across_y = dy;
    return;
  }
  const cv::Mat stronger = size > magnitude;
  size.copyTo(magnitude, stronger);
  dx.copyTo(across_x, stronger);
  dy.copyTo(across_y, stronger);
}

/// Votes for lines: how much edge lies on the line of each angle and offset.
struct Votes {
  cv::Mat bins;  ///< float, one row an angle
  double least_offset = 0;
};

// Thin: stronger than the neighbours across the edge.
bool is_ridge(const EdgeMap& edges, int x, int y) {
  const float nx = edges.across_x.at<float>(y, x);
  const float ny = edges.across_y.at<float>(y, x);
  const int dx = std::abs(nx) > 0.38F ? (nx > 0 ? 1 : -1) : 0;
  const int dy = std::abs(ny) > 0.38F ? (ny > 0 ? 1 : -1) : 0;
  const float at = edges.strength.at<float>(y, x);
  return at >= edges.strength.at<float>(y + dy, x + dx) &&
         at >= edges.strength.at<float>(y - dy, x - dx);
}

Votes vote(const EdgeMap& edges) {
  static const std::array<Point, kAngles> kDirections = [] {
    std::array<Point, kAngles> directions{};
    for (std::size_t i = 0; i < kAngles; ++i) {
      const double angle = static_cast<double>(i) * std::numbers::pi / kAngles;
      directions[i] = {std::cos(angle), std::sin(angle)};
    }
    return directions;
  }();
  Votes votes;
  const double diagonal = std::hypot(edges.strength.cols, edges.strength.rows);
  votes.least_offset = -diagonal;
  votes.bins = cv::Mat::zeros(kAngles, static_cast<int>(2 * diagonal / kOffsetStep) + 2, CV_32F);
  for (int y = 1; y + 1 < edges.strength.rows; ++y) {
    for (int x = 1; x + 1 < edges.strength.cols; ++x) {
      const float strength = edges.strength.at<float>(y, x);
      if (strength < kMinStrength || !is_ridge(edges, x, y)) continue;
      const double angle =
          std::atan2(edges.across_y.at<float>(y, x), edges.across_x.at<float>(y, x));
      const int middle =
          static_cast<int>(std::lround(angle * kAngles / std::numbers::pi)) + 2 * kAngles;
      for (int a = middle - kSpread; a <= middle + kSpread; ++a) {
        const auto bin = static_cast<std::size_t>(a % kAngles);
        const double offset = x * kDirections[bin].x + y * kDirections[bin].y;
        votes.bins.at<float>(static_cast<int>(bin), static_cast<int>((offset - votes.least_offset) /
                                                                     kOffsetStep)) += strength;
      }
    }
  }
  cv::GaussianBlur(votes.bins, votes.bins, cv::Size(3, 3), 0.8);
  return votes;
}

struct Peak {
  float votes = 0;
  int angle = 0;
  int offset = 0;
};

// The bin with most votes, then the next that is not beside one taken, and so on.
std::vector<Peak> find_peaks(const cv::Mat& bins, std::size_t most) {
  constexpr int kApart = 3;
  cv::Mat dilated;
  cv::dilate(bins, dilated,
             cv::getStructuringElement(cv::MORPH_RECT, cv::Size(2 * kApart + 1, 2 * kApart + 1)));
  std::vector<Peak> peaks;
  for (int a = 0; a < bins.rows; ++a) {
    const auto* row = bins.ptr<float>(a);
    const auto* top = dilated.ptr<float>(a);
    for (int o = 0; o < bins.cols; ++o) {
      if (row[o] >= 12 && row[o] == top[o]) peaks.push_back({row[o], a, o});
    }
  }
  std::stable_sort(peaks.begin(), peaks.end(),
                   [](const Peak& a, const Peak& b) { return a.votes > b.votes; });
  if (peaks.size() > most) peaks.resize(most);
  return peaks;
}

float aligned_strength(const EdgeMap& edges, Point normal, int x, int y) {
  const float strength = edges.strength.at<float>(y, x);
  if (strength < kMinStrength) return 0;
  const float cosine = edges.across_x.at<float>(y, x) * static_cast<float>(normal.x) +
                       edges.across_y.at<float>(y, x) * static_cast<float>(normal.y);
  return std::abs(cosine) >= kMinAlignment ? strength : 0;
}

/// Calls visit(position, x, y, distance) for the pixels about the line, from one end of the picture
/// to the other.
template <typename Visit>
void walk(const EdgeLine& line, cv::Size size, Visit visit) {
  const double diagonal = std::hypot(size.width, size.height);
  const Point along = line.along();
  for (int step = 0; step <= static_cast<int>(2 * diagonal); ++step) {
    const double position = step - diagonal;
    for (int across = -2; across <= 2; ++across) {
      const double offset = line.offset + across;
      const int x = cvRound(offset * line.normal.x + position * along.x);
      const int y = cvRound(offset * line.normal.y + position * along.y);
      if (x < 0 || y < 0 || x >= size.width || y >= size.height) continue;
      visit(position, x, y);
    }
  }
}

// The line of least squares through the edges near it.
void settle(const EdgeMap& edges, EdgeLine& line) {
  double weights = 0;
  Point mean;
  double xx = 0;
  double xy = 0;
  double yy = 0;
  walk(line, edges.strength.size(), [&](double, int x, int y) {
    const double away = x * line.normal.x + y * line.normal.y - line.offset;
    const double weight = aligned_strength(edges, line.normal, x, y) *
                          std::max(0.0, 1 - away * away / (kBand * kBand));
    weights += weight;
    mean = {mean.x + weight * x, mean.y + weight * y};
    xx += weight * x * x;
    xy += weight * x * y;
    yy += weight * y * y;
  });
  if (weights < 1) return;
  mean = {mean.x / weights, mean.y / weights};
  xx = xx / weights - mean.x * mean.x;
  xy = xy / weights - mean.x * mean.y;
  yy = yy / weights - mean.y * mean.y;
  const double angle = 0.5 * std::atan2(2 * xy, xx - yy);  // of the direction along the line
  Point normal{-std::sin(angle), std::cos(angle)};
  if (normal.x * line.normal.x + normal.y * line.normal.y < 0) normal = {-normal.x, -normal.y};
  line.normal = normal;
  line.offset = normal.x * mean.x + normal.y * mean.y;
}

void sum_up(const EdgeMap& edges, EdgeLine& line) {
  const double diagonal = std::hypot(edges.strength.cols, edges.strength.rows);
  std::vector<float> strongest(static_cast<std::size_t>(2 * diagonal) + 2, -1);
  walk(line, edges.strength.size(), [&](double position, int x, int y) {
    float& at = strongest[static_cast<std::size_t>(cvRound(position + diagonal))];
    at = std::max(at, aligned_strength(edges, line.normal, x, y));
  });
  const auto inside = [](float value) { return value >= 0; };
  const auto begin = std::find_if(strongest.begin(), strongest.end(), inside);
  const auto end =
      std::find_if(strongest.rbegin(), std::make_reverse_iterator(begin), inside).base();
  line.first = static_cast<double>(begin - strongest.begin()) - diagonal;
  line.sums.assign(1, 0);
  for (auto at = begin; at != end; ++at)
    line.sums.push_back(line.sums.back() + std::max(*at, 0.0F));
}

}  // namespace

double EdgeLine::visible(double from, double to) const {
  const double last = first + static_cast<double>(sums.size()) - 1;
  return std::max(0.0, std::clamp(std::max(from, to), first, last) -
                           std::clamp(std::min(from, to), first, last));
}

double EdgeLine::support(double from, double to) const {
  const auto at = [&](double position) {
    const double index = std::clamp(position - first, 0.0, static_cast<double>(sums.size()) - 1);
    return static_cast<double>(sums[static_cast<std::size_t>(cvRound(index))]);
  };
  return at(std::max(from, to)) - at(std::min(from, to));
}

EdgeMap find_edges(const cv::Mat& picture) {
  cv::Mat smooth;
  cv::GaussianBlur(picture, smooth, cv::Size(5, 5), 1);
  std::vector<cv::Mat> channels;
  cv::split(smooth, channels);
  EdgeMap edges;
  cv::Mat magnitude;
  for (const cv::Mat& channel : channels)
    take_stronger(channel, magnitude, edges.across_x, edges.across_y);
  cv::Mat around;
  cv::boxFilter(magnitude, around, CV_32F, cv::Size(kAround, kAround));
  edges.strength = cv::min(magnitude / (around + kNoise) / kFullStrength, 1.0F);
  const cv::Mat divisor = cv::max(magnitude, 1e-3F);
  edges.across_x /= divisor;
  edges.across_y /= divisor;
  return edges;
}

std::vector<EdgeLine> find_lines(const EdgeMap& edges, std::size_t most) {
  const Votes votes = vote(edges);
  std::vector<EdgeLine> lines;
  for (const Peak& peak : find_peaks(votes.bins, most)) {
    EdgeLine line;
    const double angle = peak.angle * std::numbers::pi / kAngles;
    line.normal = {std::cos(angle), std::sin(angle)};
    line.offset = votes.least_offset + (peak.offset + 0.5) * kOffsetStep;
    settle(edges, line);
    settle(edges, line);
    sum_up(edges, line);
    lines.push_back(std::move(line));
  }
  const double right = edges.strength.cols - 0.5;
  const double bottom = edges.strength.rows - 0.5;
  for (const auto& [normal, offset] : {std::pair{Point{1, 0}, -0.5},
                                       {Point{1, 0}, right},
                                       {Point{0, 1}, -0.5},
                                       {Point{0, 1}, bottom}}) {
    EdgeLine line;
    line.normal = normal;
    line.offset = offset;
    line.border = true;
    line.first = normal.x > 0 ? -0.5 : -right;
    line.sums.assign(
        static_cast<std::size_t>(normal.x > 0 ? edges.strength.rows : edges.strength.cols) + 1, 0);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace nibble
