#pragma once

#include <cstddef>

#include "kernels/cuda/conv.h"

namespace nibble::kernels::cuda {

/// What a network needs of a CUDA device: memory, copies, launches. Functions that return text
/// return null when all went well, else what went wrong, to be read before the next call. Launches
/// and copies of one thread happen in order; several threads may call at once.
class Device {
 public:
  virtual ~Device() = default;
  virtual const char* name() const = 0;
  virtual int multiprocessors() const = 0;
  virtual const char* allocate(std::size_t bytes, void** address) = 0;
  virtual void release(void* address) = 0;
  /// Returns when the data are there, for other threads too.
  virtual const char* upload(void* to, const void* from, std::size_t bytes) = 0;
  /// Waits for what this thread launched.
  virtual const char* download(void* to, const void* from, std::size_t bytes) = 0;
  /// Runs a kernel; the plan's addresses are the device's.
  virtual const char* run(const ConvPlan& plan) = 0;
};

/// The machine's first device; null where there is none, and why in `problem`. The driver is looked
/// for here and not before, so a program starts without one. Only in builds with CUDA.
Device* open_device(const char** problem);

}  // namespace nibble::kernels::cuda
