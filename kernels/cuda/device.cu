// The kernels on a real device. The runtime is linked statically; it looks for the driver when it is first called.

#include <cuda_runtime.h>

#include "kernels/cuda/device.h"
#include "kernels/cuda/instructions.cuh"
#include "kernels/cuda/launch.cuh"

namespace nibble::kernels::cuda {
namespace {

const char* problem_of(cudaError_t error) { return error == cudaSuccess ? nullptr : cudaGetErrorString(error); }

// Every thread has a stream of its own.
struct StreamLauncher {
  template <typename Kernel>
  void operator()(Kernel kernel, const ConvPlan& plan) {
    const dim3 grid(static_cast<unsigned>(plan.grid_x), static_cast<unsigned>(plan.grid_y));
    kernel<<<grid, kThreads, plan.shared_bytes, cudaStreamPerThread>>>(plan.params);
  }
};

class FirstDevice : public Device {
 public:
  FirstDevice() {
    int count = 0;
    cudaError_t error = cudaGetDeviceCount(&count);
    if (error == cudaSuccess && count == 0) error = cudaErrorNoDevice;
    if (error == cudaSuccess) error = cudaGetDeviceProperties(&properties_, 0);
    problem_ = problem_of(error);
    if (problem_ == nullptr && properties_.major * 10 + properties_.minor < 75) problem_ = "the device is older than compute capability 7.5";
  }

  const char* problem() const { return problem_; }
  const char* name() const override { return properties_.name; }
  int multiprocessors() const override { return properties_.multiProcessorCount; }
  const char* allocate(std::size_t bytes, void** address) override { return problem_of(cudaMalloc(address, bytes)); }
  void release(void* address) override { cudaFree(address); }
  const char* upload(void* to, const void* from, std::size_t bytes) override { return copy(to, from, bytes, cudaMemcpyHostToDevice); }
  const char* download(void* to, const void* from, std::size_t bytes) override { return copy(to, from, bytes, cudaMemcpyDeviceToHost); }
  const char* run(const ConvPlan& plan) override {
    StreamLauncher launcher;
    launch_plan(plan, launcher);
    return problem_of(cudaGetLastError());
  }

 private:
  static const char* copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    const cudaError_t error = cudaMemcpyAsync(to, from, bytes, kind, cudaStreamPerThread);
    return problem_of(error == cudaSuccess ? cudaStreamSynchronize(cudaStreamPerThread) : error);
  }

  cudaDeviceProp properties_{};
  const char* problem_ = nullptr;
};

}  // namespace

Device* open_device(const char** problem) {
  static FirstDevice device;
  *problem = device.problem();
  return *problem == nullptr ? &device : nullptr;
}

}  // namespace nibble::kernels::cuda
