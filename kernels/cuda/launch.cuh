#pragma once

// From a plan to a kernel. `Launcher` is called as launcher(kernel, plan): a CUDA stream, or the host's model of one.

#include "kernels/cuda/conv_direct.cuh"
#include "kernels/cuda/conv_mma.cuh"

namespace nibble::kernels::cuda {

template <int kBits, typename Launcher>
void launch_mma(const ConvPlan& plan, Launcher& launcher) {
  static_assert(kTileCount == 3);
  constexpr TileShape kTall = kTiles[0];
  constexpr TileShape kSquare = kTiles[1];
  constexpr TileShape kDeep = kTiles[2];
  switch (plan.tile) {
    case 0: return launcher(conv_mma<kBits, kTall.warps_m, kTall.warps_n, kTall.warps_k>, plan);
    case 1: return launcher(conv_mma<kBits, kSquare.warps_m, kSquare.warps_n, kSquare.warps_k>, plan);
    default: return launcher(conv_mma<kBits, kDeep.warps_m, kDeep.warps_n, kDeep.warps_k>, plan);
  }
}

/// Runs a plan, whose addresses are set. A plan without outputs launches nothing.
template <typename Launcher>
void launch_plan(const ConvPlan& plan, Launcher& launcher) {
  if (plan.grid_x == 0) return;
  switch (plan.kernel) {
    case Kernel::conv_mma: return plan.bits == 4 ? launch_mma<4>(plan, launcher) : launch_mma<8>(plan, launcher);
    case Kernel::conv_dp4a: return launcher(conv_dp4a, plan);
    case Kernel::finish_sums: return launcher(finish_sums, plan);
  }
}

}  // namespace nibble::kernels::cuda
