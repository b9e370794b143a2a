#include "tests/cuda/shim_device.h"

#include <cstring>

#include "tests/cuda/cuda_words.h"

namespace nibble::kernels::cuda {
namespace {

struct ShimLauncher {
  std::string fault;

  template <typename Kernel>
  void operator()(Kernel kernel, const ConvPlan& plan) {
    fault = shim::launch([&] { kernel(plan.params); }, plan.grid_x, plan.grid_y, plan.shared_bytes);
  }
};

}  // namespace

ShimDevice::~ShimDevice() = default;

const char* ShimDevice::allocate(std::size_t bytes, void** address) {
  constexpr std::size_t kPage = 4096;
  // Tensors are whole chunks; only bytes without padding are not, and kernels read those one by
  // one.
  const std::size_t alignment = bytes % kChunkBytes == 0 ? kChunkBytes : 1;
  auto memory = std::make_unique<GuardedMemory>((bytes + 2 * kPage) / kPage * kPage);
  at_end_ = !at_end_;
  *address = memory->place(bytes, alignment, at_end_);
  memory_[*address] = std::move(memory);
  return nullptr;
}

void ShimDevice::release(void* address) { memory_.erase(address); }

const char* ShimDevice::upload(void* to, const void* from, std::size_t bytes) {
  ++copies_;
  std::memcpy(to, from, bytes);
  return nullptr;
}

const char* ShimDevice::download(void* to, const void* from, std::size_t bytes) {
  return upload(to, from, bytes);
}

const char* ShimDevice::run(const ConvPlan& plan) {
  ++launches_;
  ShimLauncher launcher;
  launch_plan(plan, launcher);
  fault_ = launcher.fault;
  for (const auto& [address, memory] : memory_) {
    if (!memory->canaries_live()) fault_ = "a kernel wrote outside of its memory";
  }
  return fault_.empty() ? nullptr : fault_.c_str();
}

}  // namespace nibble::kernels::cuda
