#pragma once

#include <cstddef>
#include <functional>
#include <memory_resource>
#include <set>
#include <string>

#include "app/support/exit_codes.h"
#include "app/support/interrupts.h"
#include "app/support/options.h"
#include "app/support/progress.h"
#include "recognizer/base/ordered_loop.h"

namespace nibble {

/// The one loop over many inputs: in their order whatever the number of jobs, with a progress bar,
/// until the end, Ctrl-C or, if asked for, the first failure; and what the exit code is made of.
class Batch {
 public:
  /// From now on Ctrl-C ends the loop and not the program.
  explicit Batch(const CommonOptions& common, bool fail_fast = false);

  /// Says what failed, each message once, and counts it.
  void fail(const std::string& message);

  /// Says what is below a gate.
  void fail_gate(const std::string& message);

  /// Calls produce(i) on the threads of -j and consume(i, result) in order on this one. `label`
  /// says what the progress bar counts. produce must not throw.
  template <typename Produce, typename Consume>
  void run(std::size_t count, const char* label, Produce produce, Consume consume) {
    Progress progress(common_, count, label);
    for_each_ordered(count, common_.jobs, produce, [&](std::size_t i, auto&& result) {
      consume(i, result);
      progress.advance();
      return !interrupted() && !(fail_fast_ && failed_);
    });
  }

  /// 130 when interrupted, 1 when something failed, 4 below a gate, else 0.
  ExitCode exit_code() const;

 private:
  CommonOptions common_;
  bool fail_fast_;
  bool failed_ = false;
  bool below_gate_ = false;
  // In blocks of their own: one by one among the results, which come and go, they would keep these
  // from being used again.
  std::pmr::monotonic_buffer_resource memory_;
  std::pmr::set<std::pmr::string, std::less<>> reported_{&memory_};
};

}  // namespace nibble
