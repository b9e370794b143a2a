#include "python/src/released_lock.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "include/nibble/nibble.hpp"

namespace nibble::python {
namespace {

std::atomic<int> in_work = 0;
std::atomic<bool> ending = false;

}  // namespace

ReleasedLock::ReleasedLock() {
  ++in_work;
  if (ending) {
    --in_work;
    throw Error(ErrorCode::usage, "the interpreter is ending: nothing more is read");
  }
  state_ = PyEval_SaveThread();
}

ReleasedLock::~ReleasedLock() {
  PyEval_RestoreThread(state_);
  --in_work;
}

void finish_work() {
  ending = true;
  while (in_work > 0) {
    const nanobind::gil_scoped_release released;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void forget_work() { in_work = 0; }

}  // namespace nibble::python
