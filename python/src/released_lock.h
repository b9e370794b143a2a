#pragma once

#include <nanobind/nanobind.h>

namespace nibble::python {

/// Releases the interpreter's lock for its lifetime, and counts as work that the interpreter's end
/// waits for: a thread that asked for the lock after that would be ended in the midst of C++.
class ReleasedLock {
 public:
  /// Throws Error(usage) once the interpreter has begun to end.
  ReleasedLock();
  ReleasedLock(const ReleasedLock&) = delete;
  ReleasedLock& operator=(const ReleasedLock&) = delete;
  ~ReleasedLock();

 private:
  PyThreadState* state_;
};

/// For atexit: lets no more work begin, and returns when all that has begun is done.
void finish_work();

/// For os.register_at_fork, in the child: the work of the parent's threads is not there.
void forget_work();

}  // namespace nibble::python
