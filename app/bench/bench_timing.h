#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace nibble {

/// Something that is measured, with its samples: seconds for one execution.
struct Measurement {
  std::function<void()> execute;
  double operations = 0;  ///< of one execution; a multiply-accumulate is two
  int repetitions = 1;    ///< executions of one sample
  std::vector<double> samples;

  double min() const;
  double median() const;
  double p95() const;
  /// 10^9 operations a second, at the fastest sample: what a disturbance of the machine spoils
  /// least.
  double gops() const;
};

/// Takes samples of all measurements in turn, round by round, so that a drift of the machine hits
/// all alike. Each sample lasts at least `sample_seconds`; a measurement whose single execution
/// takes longer gets fewer rounds, three at least.
void measure(std::vector<Measurement>& measurements, int rounds, double sample_seconds);

}  // namespace nibble
