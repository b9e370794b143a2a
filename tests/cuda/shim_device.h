#pragma once

#include <map>
#include <memory>
#include <string>

#include "kernels/cuda/device.h"
#include "tests/kernels/harness.h"

namespace nibble::kernels::cuda {

/// A device whose kernels run under the host shim. Its memory lies between guard pages and
/// canaries: a kernel that reads or writes outside crashes or is reported.
class ShimDevice : public Device {
 public:
  ~ShimDevice() override;
  const char* name() const override { return "shim"; }
  int multiprocessors() const override { return 4; }
  const char* allocate(std::size_t bytes, void** address) override;
  void release(void* address) override;
  const char* upload(void* to, const void* from, std::size_t bytes) override;
  const char* download(void* to, const void* from, std::size_t bytes) override;
  const char* run(const ConvPlan& plan) override;

  int launches() const { return launches_; }
  int copies() const { return copies_; }

 private:
  std::map<void*, std::unique_ptr<GuardedMemory>> memory_;
  std::string fault_;
  bool at_end_ = false;  // which guard page the next allocation lies against
  int launches_ = 0;
  int copies_ = 0;
};

}  // namespace nibble::kernels::cuda
