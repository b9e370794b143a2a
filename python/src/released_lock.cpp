#include "python/src/released_lock.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "include/nibble/nibble.hpp"

namespace nibble::python {
namespace {

std::atomic<int> in_work = 0;
std::atomic<bool> ending = false;
std::thread::id ending_thread;

/// Until the process is gone, if the interpreter ends on another thread.
void stay_if_ending() {
  if (!ending || std::this_thread::get_id() == ending_thread) return;
  PyEval_SaveThread();
  while (true) std::this_thread::sleep_for(std::chrono::hours(1));
}

}  // namespace

ReleasedLock::ReleasedLock() {
  stay_if_ending();
  if (ending) throw Error(ErrorCode::usage, "the interpreter is ending: nothing more is read");
  ++in_work;
  state_ = PyEval_SaveThread();
}

ReleasedLock::~ReleasedLock() {
  PyEval_RestoreThread(state_);
  --in_work;
  stay_if_ending();
}

void check_signals() {
  const nanobind::gil_scoped_acquire acquired;
  if (PyErr_CheckSignals() != 0) throw nanobind::python_error();
}

void finish_work() {
  ending_thread = std::this_thread::get_id();
  ending = true;
  while (in_work > 0) {
    const nanobind::gil_scoped_release released;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void forget_work() { in_work = 0; }

}  // namespace nibble::python
