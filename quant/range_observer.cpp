#include "quant/range_observer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nibble {
namespace {

constexpr std::size_t kBins = 8192;
constexpr double kPercentile = 0.9999;
constexpr int kCandidates = 96;
constexpr double kMinShare =
    0.2;  // of the greatest value, where the search for the least error begins

}  // namespace

const char* range_method_name(RangeMethod method) {
  switch (method) {
    case RangeMethod::minmax: return "minmax";
    case RangeMethod::percentile: return "percentile";
    case RangeMethod::mse: return "mse";
  }
  return "";
}

std::optional<RangeMethod> parse_range_method(const std::string& name) {
  for (const RangeMethod method :
       {RangeMethod::minmax, RangeMethod::percentile, RangeMethod::mse}) {
    if (name == range_method_name(method)) return method;
  }
  return std::nullopt;
}

void RangeObserver::observe(const float* values, std::size_t count) {
  if (bins_.empty()) bins_.resize(kBins);
  count_ += count;
  for (std::size_t i = 0; i < count; ++i) {
    const float value = values[i];
    if (!(value > 0)) continue;
    greatest_ = std::max(greatest_, value);
    if (range_ == 0) range_ = static_cast<double>(value) * 1.0001;
    while (value >= range_) {
      for (std::size_t b = 0; b < kBins / 2; ++b) bins_[b] = bins_[2 * b] + bins_[2 * b + 1];
      std::fill(bins_.begin() + kBins / 2, bins_.end(), 0);
      range_ *= 2;
    }
    ++bins_[std::min(kBins - 1, static_cast<std::size_t>(value / range_ * kBins))];
  }
}

double RangeObserver::mean_squared_error(double scale, int limit) const {
  double sum = 0;
  for (std::size_t b = 0; b < kBins; ++b) {
    if (bins_[b] == 0) continue;
    const double value = (static_cast<double>(b) + 0.5) * range_ / kBins;
    const double error = std::min<double>(std::round(value / scale), limit) * scale - value;
    sum += static_cast<double>(bins_[b]) * error * error;
  }
  return sum;
}

double RangeObserver::scale(RangeMethod method, int limit) const {
  if (greatest_ <= 0) return 1.0 / limit;
  const double widest = static_cast<double>(greatest_) / limit;
  if (method == RangeMethod::minmax) return widest;
  if (method == RangeMethod::percentile) {
    std::uint64_t total = 0;
    for (const std::uint64_t n : bins_) total += n;
    std::uint64_t below = 0;
    for (std::size_t b = 0; b < kBins; ++b) {
      below += bins_[b];
      if (static_cast<double>(below) >= kPercentile * static_cast<double>(total)) {
        return std::min(widest, static_cast<double>(b + 1) * range_ / kBins / limit);
      }
    }
    return widest;
  }
  double best = widest;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kCandidates; ++i) {
    const double candidate = widest * (kMinShare + (1 - kMinShare) * i / (kCandidates - 1));
    const double error = mean_squared_error(candidate, limit);
    if (error >= least) continue;
    least = error;
    best = candidate;
  }
  return best;
}

double RangeObserver::clipped_share(double scale, int limit) const {
  if (count_ == 0) return 0;
  std::uint64_t beyond = 0;
  for (std::size_t b = 0; b < bins_.size(); ++b) {
    if ((static_cast<double>(b) + 0.5) * range_ / kBins > scale * limit) beyond += bins_[b];
  }
  return static_cast<double>(beyond) / static_cast<double>(count_);
}

}  // namespace nibble
