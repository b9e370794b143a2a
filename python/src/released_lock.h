#pragma once

#include <nanobind/nanobind.h>

namespace nibble::python {

/// Releases the interpreter's lock for its lifetime, and counts as work that the interpreter's end
/// waits for. A thread that asked for the lock after that would be ended in the midst of C++, which
/// ends the process with an error: once the interpreter ends, other threads stay here for good.
class ReleasedLock {
 public:
  /// Throws Error(usage) on the thread that ends the interpreter.
  ReleasedLock();
  ReleasedLock(const ReleasedLock&) = delete;
  ReleasedLock& operator=(const ReleasedLock&) = delete;
  ~ReleasedLock();

 private:
  PyThreadState* state_;
};

/// Between the pages of a file: whether Python wants to go on, e.g. not after Ctrl-C, which is
/// thrown.
void check_signals();

/// For atexit: lets no more work begin, and returns when all that has begun is done.
void finish_work();

/// For os.register_at_fork, in the child: the work of the parent's threads is not there.
void forget_work();

}  // namespace nibble::python
