#pragma once

#include "data/metrics.h"

namespace nibble {

/// The upper bound of the share of which `count` out of `total` were drawn, exact (Clopper and
/// Pearson, 1934): a greater share would show no more than `count` with a probability below
/// `doubt`. 1 when nothing was drawn. Draws are taken as independent.
double binomial_upper_bound(int count, int total, double doubt = 0.05);

/// The exact two-sided 95 % interval of the share.
Interval binomial_interval(int count, int total);

}  // namespace nibble
