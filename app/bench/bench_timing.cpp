#include "app/bench/bench_timing.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace nibble {

namespace {

// Time that one measurement may take beyond its three rounds.
constexpr double kSlowSeconds = 0.3;

double seconds_of(const Measurement& measurement) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < measurement.repetitions; ++i) measurement.execute();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void calibrate(Measurement& measurement, double sample_seconds) {
  measurement.execute();  // brings data and code into the caches
  for (;;) {
    const double seconds = seconds_of(measurement);
    if (seconds >= sample_seconds) return;
    const double factor = seconds > 0 ? std::min(10.0, 1.2 * sample_seconds / seconds) : 10.0;
    measurement.repetitions = static_cast<int>(measurement.repetitions * std::max(1.5, factor)) + 1;
  }
}

double quantile(std::vector<double> values, double at) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(std::lround(at * static_cast<double>(values.size() - 1)))];
}

}  // namespace

double Measurement::min() const { return quantile(samples, 0); }
double Measurement::median() const { return quantile(samples, 0.5); }
double Measurement::p95() const { return quantile(samples, 0.95); }
double Measurement::gops() const { return samples.empty() ? 0 : operations / min() * 1e-9; }

void measure(std::vector<Measurement>& measurements, int rounds, double sample_seconds) {
  for (Measurement& measurement : measurements) calibrate(measurement, sample_seconds);
  for (int round = 0; round < rounds; ++round) {
    for (Measurement& measurement : measurements) {
      double spent = 0;
      for (const double sample : measurement.samples) spent += sample * measurement.repetitions;
      if (round >= 3 && spent > std::max(kSlowSeconds, 3.0 * rounds * sample_seconds)) continue;
      measurement.samples.push_back(seconds_of(measurement) / measurement.repetitions);
    }
  }
}

}  // namespace nibble
