#include "tests/cuda/shim_launcher.h"

#include "tests/cuda/cuda_words.h"

namespace nibble::kernels::cuda {
namespace {

struct Launcher {
  std::string fault;

  template <typename Kernel>
  void operator()(Kernel kernel, const ConvPlan& plan) {
    fault = shim::launch([&] { kernel(plan.params); }, plan.grid_x, plan.grid_y, plan.shared_bytes);
  }
};

}  // namespace

std::string launch_under_shim(const ConvPlan& plan) {
  Launcher launcher;
  launch_conv(plan, launcher);
  return launcher.fault;
}

std::string finish_under_shim(const ConvPlan& plan) {
  Launcher launcher;
  launch_finish(plan, launcher);
  return launcher.fault;
}

}  // namespace nibble::kernels::cuda
