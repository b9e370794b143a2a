#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nibble {

/// How the scale of a tensor follows from the values seen.
enum class RangeMethod {
  minmax,      ///< the greatest value is the greatest level
  percentile,  ///< 99.99 % of the values that are not 0 are within the levels
  mse,         ///< least mean squared error of the quantised values
};

/// "minmax", "percentile", "mse".
const char* range_method_name(RangeMethod method);
std::optional<RangeMethod> parse_range_method(const std::string& name);

/// Sees the values of a tensor that is not negative (after ReLU), in a histogram whose range
/// doubles as larger values come.
class RangeObserver {
 public:
  /// Negative values count as 0.
  void observe(const float* values, std::size_t count);

  std::uint64_t count() const { return count_; }
  /// The greatest value; 0 when there was none above 0.
  float greatest() const { return greatest_; }

  /// What one level stands for, so that levels 0..limit cover the values by this method. 1 / limit
  /// when all values were 0.
  double scale(RangeMethod method, int limit) const;

  /// Share of the values beyond limit * scale.
  double clipped_share(double scale, int limit) const;

 private:
  double mean_squared_error(double scale, int limit) const;

  std::vector<std::uint64_t> bins_;  // of equal width from 0 to range_; exact zeros are not in them
  double range_ = 0;
  std::uint64_t count_ = 0;
  float greatest_ = 0;
};

}  // namespace nibble
