#include "nn/softmax.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace nibble {
namespace {

// Two of the compiler's own vectors, which every processor has; in plain loops it took the
// exponentials one by one.
constexpr int kLanes = 4;
constexpr int kPair = 2 * kLanes;
typedef float Floats __attribute__((vector_size(4 * kLanes)));
typedef std::int32_t Integers __attribute__((vector_size(4 * kLanes)));

inline Floats load(const float* values) {
  Floats result;
  std::memcpy(&result, values, sizeof(result));
  return result;
}

// exp(x) for x in -87..0 as 2^n * 2^f, f in -0.5..0.5, with the Taylor series of 2^f; relative
// error below 3e-7.
inline Floats exp_negative(Floats x) {
  constexpr float kLog2E = 1.44269504F;
  const Floats round =
      Floats{} + 12582912.0F;  // 1.5 * 2^23: adding it leaves an integer in the low bits
  const Floats scaled = x * kLog2E;
  const Floats rounded = scaled + round;
  const Floats f = scaled - (rounded - round);
  const Floats series =
      1.0F + f * (0.693147182F +
                  f * (0.240226507F +
                       f * (0.0555041086F +
                            f * (0.00961812910F + f * (0.00133335581F + f * 0.000154035F)))));
  const Integers exponent =
      reinterpret_cast<Integers>(rounded) - reinterpret_cast<Integers>(round) + 127;
  return series * reinterpret_cast<Floats>(exponent << 23);
}

inline Floats larger(Floats a, Floats b) { return a > b ? a : b; }

}  // namespace

bool log_softmax_row(float* values, int classes) {
  float ends[kPair];  // the last values, filled up with ones that add nothing
  const int whole = classes / kPair * kPair;
  for (int i = 0; i < kPair; ++i) ends[i] = whole + i < classes ? values[whole + i] : -INFINITY;
  const auto each_pair = [&](auto use) {
    for (int i = 0; i < whole; i += kPair) use(load(values + i), load(values + i + kLanes));
    if (whole < classes) use(load(ends), load(ends + kLanes));
  };

  Floats greatest[2] = {Floats{} + values[0], Floats{} + values[0]};
  each_pair([&](Floats a, Floats b) {
    greatest[0] = larger(a, greatest[0]);
    greatest[1] = larger(b, greatest[1]);
  });
  const Floats both = larger(greatest[0], greatest[1]);
  float most = both[0];
  for (int j = 1; j < kLanes; ++j) most = both[j] > most ? both[j] : most;

  const Floats least = Floats{} - 87.0F;
  Floats sums[2] = {};
  each_pair([&](Floats a, Floats b) {
    sums[0] += exp_negative(larger(a - most, least));
    sums[1] += exp_negative(larger(b - most, least));
  });
  float sum = 0;
  for (const Floats& half : sums) {
    for (int j = 0; j < kLanes; ++j) sum += half[j];
  }
  const auto log_sum = static_cast<float>(std::log(static_cast<double>(sum)));
  int infinite = 0;  // an integer, or the loop could not become vectors
  for (int i = 0; i < classes; ++i) {
    values[i] = (values[i] - most) - log_sum;
    infinite |= std::isfinite(values[i]) ? 0 : 1;
  }
  return infinite == 0;
}

}  // namespace nibble
