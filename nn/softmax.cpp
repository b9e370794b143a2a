#include "nn/softmax.h"

#include <bit>
#include <cmath>
#include <cstdint>

namespace nibble {
namespace {

// exp(x) for x in -87..0 as 2^n * 2^f, f in -0.5..0.5, with the Taylor series of 2^f; relative error below 3e-7.
inline float exp_negative(float x) {
  constexpr float kLog2E = 1.44269504F;
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it leaves an integer in the low bits
  const float scaled = x * kLog2E;
  const float rounded = scaled + kRound;
  const float f = scaled - (rounded - kRound);
  const float series =
      1.0F + f * (0.693147182F + f * (0.240226507F + f * (0.0555041086F + f * (0.00961812910F + f * (0.00133335581F + f * 0.000154035F)))));
  const std::int32_t exponent = std::bit_cast<std::int32_t>(rounded) - std::bit_cast<std::int32_t>(kRound) + 127;
  return series * std::bit_cast<float>(exponent << 23);
}

}  // namespace

void log_softmax_row(float* values, int classes) {
  // Eight lanes each, so that the loops become vectors without the compiler's being free to reorder floats.
  constexpr int kLanes = 8;
  float greatest[kLanes];
  float sums[kLanes] = {};
  for (float& g : greatest) g = values[0];
  const int whole = classes / kLanes * kLanes;
  for (int i = 0; i < whole; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) greatest[j] = values[i + j] > greatest[j] ? values[i + j] : greatest[j];
  }
  float most = greatest[0];
  for (const float g : greatest) most = g > most ? g : most;
  for (int i = whole; i < classes; ++i) most = values[i] > most ? values[i] : most;

  const auto term = [most](float value) {
    const float x = value - most;
    return exp_negative(x < -87.0F ? -87.0F : x);
  };
  for (int i = 0; i < whole; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) sums[j] += term(values[i + j]);
  }
  float sum = 0;
  for (const float s : sums) sum += s;
  for (int i = whole; i < classes; ++i) sum += term(values[i]);
  const auto log_sum = static_cast<float>(std::log(static_cast<double>(sum)));
  for (int i = 0; i < classes; ++i) values[i] = (values[i] - most) - log_sum;
}

}  // namespace nibble
