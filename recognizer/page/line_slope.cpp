#include "recognizer/page/line_slope.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace nibble {
namespace {

constexpr int kStripWidth = 12;
constexpr int kMaxStrips = 64;
// Slopes are tried so far apart that the ends of the line move by half a pixel.
constexpr double kEndStep = 0.5;
// Level lines of short words are sharper by chance at some slope; by this factor they hardly ever
// are.
constexpr double kClearlySharper = 1.2;

/// Mean grey of each row within upright strips, about the strip's own mean.
struct Profiles {
  int strips = 0;
  int rows = 0;
  std::vector<float> values;  // strips x rows
  std::vector<double> centres;
};

Profiles strip_profiles(const Image& grey) {
  Profiles profiles;
  profiles.strips = std::clamp(grey.width / kStripWidth, 1, kMaxStrips);
  profiles.rows = grey.height;
  for (int strip = 0; strip < profiles.strips; ++strip) {
    const int x0 = strip * grey.width / profiles.strips;
    const int x1 = (strip + 1) * grey.width / profiles.strips;
    profiles.centres.push_back((x0 + x1 - 1) / 2.0 - (grey.width - 1) / 2.0);
    double sum = 0;
    for (int y = 0; y < grey.height; ++y) {
      int row_sum = 0;
      for (int x = x0; x < x1; ++x) row_sum += grey.row(y)[x];
      profiles.values.push_back(static_cast<float>(row_sum) / static_cast<float>(x1 - x0));
      sum += profiles.values.back();
    }
    const auto mean = static_cast<float>(sum / grey.height);
    for (auto it = profiles.values.end() - grey.height; it != profiles.values.end(); ++it)
      *it -= mean;
  }
  return profiles;
}

/// How sharply the rows differ when the strips are put together along a slope.
double sharpness(const Profiles& profiles, double slope) {
  std::vector<double> sum(static_cast<std::size_t>(profiles.rows), 0.0);
  for (int strip = 0; strip < profiles.strips; ++strip) {
    const float* profile =
        profiles.values.data() + static_cast<std::ptrdiff_t>(strip) * profiles.rows;
    const double shift = slope * profiles.centres[static_cast<std::size_t>(strip)];
    const int whole = static_cast<int>(std::floor(shift));
    const double part = shift - whole;
    const int first = std::max(0, -whole);
    const int last = std::min(profiles.rows, profiles.rows - 1 - whole);
    for (int y = first; y < last; ++y) {
      sum[static_cast<std::size_t>(y)] +=
          (1 - part) * profile[y + whole] + part * profile[y + whole + 1];
    }
  }
  double energy = 0;
  for (std::size_t y = 1; y < sum.size(); ++y)
    energy += (sum[y] - sum[y - 1]) * (sum[y] - sum[y - 1]);
  return energy;
}

}  // namespace

double line_slope(const Image& grey) {
  if (grey.channels != 1 || grey.width < 2 * kStripWidth || grey.height < 4) return 0;
  const Profiles profiles = strip_profiles(grey);
  const double step = kEndStep / (grey.width / 2.0);
  const int steps = static_cast<int>(kMaxLineSlope / step);
  const double level = sharpness(profiles, 0);
  double best_slope = 0;
  double best = level * kClearlySharper;
  for (int i = -steps; i <= steps; ++i) {
    const double value = sharpness(profiles, i * step);
    if (value > best) {
      best = value;
      best_slope = i * step;
    }
  }
  return best_slope;
}

}  // namespace nibble
