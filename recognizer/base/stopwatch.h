#pragma once

#include <chrono>
#include <functional>

namespace nibble {

/// Milliseconds on a clock that is never set back.
class Stopwatch {
 public:
  /// Since the last call or the construction.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double ms = std::chrono::duration<double, std::milli>(now - last_).count();
    last_ = now;
    return ms;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Told each stage of reading that is done and its milliseconds, see Request::observer.
using StageObserver = std::function<void(const char* stage, double ms)>;

/// Tells an observer, if there is one, how long a stage took.
inline void observe(const StageObserver& observer, const char* stage, double ms) {
  if (observer) observer(stage, ms);
}

}  // namespace nibble
