#include "data/binomial.h"

#include <cmath>

namespace nibble {
namespace {

/// The probability of at most `count` in `total` draws of a share strictly between 0 and 1.
double at_most(int count, int total, double share) {
  double sum = 0;
  for (int i = 0; i <= count; ++i) {
    const double ways =
        std::lgamma(total + 1.0) - std::lgamma(i + 1.0) - std::lgamma(total - i + 1.0);
    sum += std::exp(ways + i * std::log(share) + (total - i) * std::log1p(-share));
  }
  return sum;
}

}  // namespace

double binomial_upper_bound(int count, int total, double doubt) {
  if (count >= total) return 1;
  double low = static_cast<double>(count) / total;
  double high = 1;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (at_most(count, total, middle) > doubt ? low : high) = middle;
  }
  return high;
}

Interval binomial_interval(int count, int total) {
  constexpr double kOneSide = 0.025;
  return {1 - binomial_upper_bound(total - count, total, kOneSide),
          binomial_upper_bound(count, total, kOneSide)};
}

}  // namespace nibble
