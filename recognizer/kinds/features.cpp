#include "recognizer/kinds/features.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <random>

namespace nibble {
namespace {

// The detector is FAST with 9 of 16 pixels (Rosten and Drummond, ECCV 2006), the orientation the
// intensity centroid and the descriptor BRIEF turned by it (Rublee et al., ICCV 2011), over a
// random pattern of its own.
constexpr int kMinContrast = 7;  // grey levels between a corner and the arc around it
constexpr int kArc = 9;          // pixels of the circle in a row that must be brighter or darker
constexpr int kCell = 32;        // pixels a side of the cells over which features are spread
constexpr int kOrientations =
    30;  // turned copies of the pattern: 12 degrees apart, which BRIEF bears
constexpr double kPatternSpread = 6.2;
constexpr int kPatternRadius = 14;
constexpr int kCentroidRadius = 14;

struct Offset {
  int x = 0;
  int y = 0;
};

constexpr std::array<Offset, 16> kCircle = {{{0, -3},
                                             {1, -3},
                                             {2, -2},
                                             {3, -1},
                                             {3, 0},
                                             {3, 1},
                                             {2, 2},
                                             {1, 3},
                                             {0, 3},
                                             {-1, 3},
                                             {-2, 2},
                                             {-3, 1},
                                             {-3, 0},
                                             {-3, -1},
                                             {-2, -2},
                                             {-1, -3}}};

struct Comparison {
  Offset first;
  Offset second;
};
using Pattern = std::array<Comparison, 256>;

// Normal deviates made by hand: those of the standard library differ between its makers.
class Normal {
 public:
  double next() {
    double sum = 0;
    for (int i = 0; i < 12; ++i)
      sum += static_cast<double>(engine_()) / static_cast<double>(std::mt19937::max());
    return sum - 6;
  }

 private:
  std::mt19937 engine_{20090419U};  // any fixed seed will do
};

std::array<std::array<double, 4>, 256> upright_pattern() {
  Normal normal;
  std::array<std::array<double, 4>, 256> pattern{};
  for (auto& pair : pattern) {
    do {
      for (double& value : pair) value = kPatternSpread * normal.next();
    } while (std::hypot(pair[0], pair[1]) > kPatternRadius ||
             std::hypot(pair[2], pair[3]) > kPatternRadius ||
             std::hypot(pair[0] - pair[2], pair[1] - pair[3]) < 3);
  }
  return pattern;
}

std::array<Pattern, kOrientations> turned_patterns() {
  const auto upright = upright_pattern();
  std::array<Pattern, kOrientations> patterns{};
  for (std::size_t k = 0; k < kOrientations; ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) / kOrientations;
    const auto turn = [&](double x, double y) {
      return Offset{static_cast<int>(std::lround(x * std::cos(angle) - y * std::sin(angle))),
                    static_cast<int>(std::lround(x * std::sin(angle) + y * std::cos(angle)))};
    };
    for (std::size_t i = 0; i < upright.size(); ++i) {
      patterns[k][i] = {turn(upright[i][0], upright[i][1]), turn(upright[i][2], upright[i][3])};
    }
  }
  return patterns;
}

// How far the circle's pixels are brighter (or darker) than the centre over the best arc; 0 when
// there is no corner.
int corner_strength(const std::uint8_t* at, const std::array<std::ptrdiff_t, 16>& circle) {
  const int centre = *at;
  std::uint32_t brighter = 0;
  std::uint32_t darker = 0;
  int above = 0;
  int below = 0;
  for (std::size_t i = 0; i < circle.size(); ++i) {
    const int difference = at[circle[i]] - centre;
    if (difference > kMinContrast) {
      brighter |= 1U << i;
      above += difference - kMinContrast;
    } else if (difference < -kMinContrast) {
      darker |= 1U << i;
      below -= difference + kMinContrast;
    }
  }
  const auto has_arc = [](std::uint32_t bits) {
    bits |= bits << 16U;
    std::uint32_t runs = bits;
    for (int i = 1; i < kArc; ++i) runs &= bits >> static_cast<unsigned>(i);
    return runs != 0;
  };
  if (has_arc(brighter)) return above;
  return has_arc(darker) ? below : 0;
}

// Of any nine pixels in a row at least two of the four compass points are part.
bool may_be_corner(const std::uint8_t* at, const std::array<std::ptrdiff_t, 16>& circle) {
  const int high = *at + kMinContrast;
  const int low = *at - kMinContrast;
  const int n = at[circle[0]];
  const int e = at[circle[4]];
  const int s = at[circle[8]];
  const int w = at[circle[12]];
  const int brighter = (n > high) + (e > high) + (s > high) + (w > high);
  const int darker = (n < low) + (e < low) + (s < low) + (w < low);
  return brighter >= 2 || darker >= 2;
}

struct Corner {
  int x = 0;
  int y = 0;
  int strength = 0;
};

cv::Mat corner_map(const cv::Mat& grey, const cv::Mat& mask) {
  cv::Mat strength = cv::Mat::zeros(grey.size(), CV_16U);
  std::array<std::ptrdiff_t, 16> circle{};
  const auto step = static_cast<std::ptrdiff_t>(grey.step);
  for (std::size_t i = 0; i < circle.size(); ++i) circle[i] = kCircle[i].y * step + kCircle[i].x;
  for (int y = kFeatureRadius; y < grey.rows - kFeatureRadius; ++y) {
    const auto* row = grey.ptr<std::uint8_t>(y);
    const auto* allowed = mask.empty() ? nullptr : mask.ptr<std::uint8_t>(y);
    auto* out = strength.ptr<std::uint16_t>(y);
    for (int x = kFeatureRadius; x < grey.cols - kFeatureRadius; ++x) {
      if (!may_be_corner(row + x, circle) || (allowed != nullptr && allowed[x] == 0)) continue;
      out[x] = static_cast<std::uint16_t>(corner_strength(row + x, circle));
    }
  }
  return strength;
}

bool is_peak(const cv::Mat& strength, int x, int y) {
  const int value = strength.at<std::uint16_t>(y, x);
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      const int other = strength.at<std::uint16_t>(y + dy, x + dx);
      const bool earlier = dy < 0 || (dy == 0 && dx < 0);
      if (other > value || (other == value && earlier)) return false;
    }
  }
  return true;
}

// The strongest corners of each cell; how many a cell may keep is found by halving.
std::vector<Corner> spread_corners(const cv::Mat& strength, int most) {
  const int columns = (strength.cols + kCell - 1) / kCell;
  const int rows = (strength.rows + kCell - 1) / kCell;
  std::vector<std::vector<Corner>> cells(static_cast<std::size_t>(columns) *
                                         static_cast<std::size_t>(rows));
  for (int y = kFeatureRadius; y < strength.rows - kFeatureRadius; ++y) {
    const auto* row = strength.ptr<std::uint16_t>(y);
    for (int x = kFeatureRadius; x < strength.cols - kFeatureRadius; ++x) {
      if (row[x] == 0 || !is_peak(strength, x, y)) continue;
      cells[static_cast<std::size_t>((y / kCell) * columns + x / kCell)].push_back({x, y, row[x]});
    }
  }
  const auto stronger = [](const Corner& a, const Corner& b) {
    if (a.strength != b.strength) return a.strength > b.strength;
    return a.y != b.y ? a.y < b.y : a.x < b.x;
  };
  for (auto& cell : cells) std::sort(cell.begin(), cell.end(), stronger);
  const auto count = [&](std::size_t kept) {
    std::size_t total = 0;
    for (const auto& cell : cells) total += std::min(cell.size(), kept);
    return total;
  };
  std::size_t kept = 1;
  while (kept < 64 && count(kept + 1) <= static_cast<std::size_t>(most)) ++kept;
  std::vector<Corner> corners;
  for (const auto& cell : cells)
    corners.insert(corners.end(), cell.begin(), cell.begin() + std::min(cell.size(), kept));
  return corners;
}

float orientation(const cv::Mat& smooth, int x, int y) {
  static const std::array<int, 2 * kCentroidRadius + 1> kHalfWidths = [] {
    std::array<int, 2 * kCentroidRadius + 1> widths{};
    for (int dy = -kCentroidRadius; dy <= kCentroidRadius; ++dy) {
      widths[static_cast<std::size_t>(dy + kCentroidRadius)] =
          static_cast<int>(std::sqrt(kCentroidRadius * kCentroidRadius - dy * dy));
    }
    return widths;
  }();
  int across = 0;
  int down = 0;
  for (int dy = -kCentroidRadius; dy <= kCentroidRadius; ++dy) {
    const auto* row = smooth.ptr<std::uint8_t>(y + dy) + x;
    const int half = kHalfWidths[static_cast<std::size_t>(dy + kCentroidRadius)];
    int sum = 0;
    for (int dx = -half; dx <= half; ++dx) {
      across += dx * row[dx];
      sum += row[dx];
    }
    down += dy * sum;
  }
  return std::atan2(static_cast<float>(down), static_cast<float>(across));
}

BinaryDescriptor describe(const cv::Mat& smooth, int x, int y, float angle) {
  static const std::array<Pattern, kOrientations> kPatterns = turned_patterns();
  const auto turn =
      static_cast<int>(std::lround(angle / (2 * std::numbers::pi_v<float>)*kOrientations));
  const Pattern& pattern =
      kPatterns[static_cast<std::size_t>((turn + kOrientations) % kOrientations)];
  const std::uint8_t* centre = smooth.ptr<std::uint8_t>(y) + x;
  const auto step = static_cast<std::ptrdiff_t>(smooth.step);
  BinaryDescriptor bits{};
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const Comparison& c = pattern[i];
    const bool less = centre[c.first.y * step + c.first.x] < centre[c.second.y * step + c.second.x];
    bits[i / 64] |= static_cast<std::uint64_t>(less) << (i % 64);
  }
  return bits;
}

}  // namespace

int descriptor_distance(const BinaryDescriptor& a, const BinaryDescriptor& b) {
  // Counted by hand: without the instruction, which not every CPU has, std::popcount is a call a
  // word, and cv::hal::normHamming takes 120 instructions, most of them to choose its code and to
  // trace the call, where these are 54. A photograph asks for 770,000 distances.
  constexpr std::uint64_t kPairs = 0x5555555555555555U;
  constexpr std::uint64_t kFours = 0x3333333333333333U;
  constexpr std::uint64_t kBytes = 0x0f0f0f0f0f0f0f0fU;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::uint64_t bits = a[i] ^ b[i];
    bits -= (bits >> 1U) & kPairs;
    bits = (bits & kFours) + ((bits >> 2U) & kFours);
    sum += (bits + (bits >> 4U)) & kBytes;  // at most 8 a byte and word: four words fit
  }
  // The sum of the bytes can be 256, one more than a byte holds: odd and even ones are added apart.
  constexpr std::uint64_t kEven = 0x00ff00ff00ff00ffU;
  const std::uint64_t wide = (sum & kEven) + ((sum >> 8U) & kEven);
  return static_cast<int>((wide * 0x0001000100010001U) >> 48U);
}

std::vector<Feature> find_features(const cv::Mat& grey, int most, const cv::Mat& mask) {
  if (grey.cols <= 2 * kFeatureRadius || grey.rows <= 2 * kFeatureRadius) return {};
  cv::Mat smooth;
  cv::GaussianBlur(grey, smooth, cv::Size(7, 7), 2);
  std::vector<Feature> features;
  for (const Corner& corner : spread_corners(corner_map(grey, mask), most)) {
    const float angle = orientation(smooth, corner.x, corner.y);
    features.push_back({static_cast<float>(corner.x), static_cast<float>(corner.y), angle,
                        describe(smooth, corner.x, corner.y, angle)});
  }
  return features;
}

}  // namespace nibble
