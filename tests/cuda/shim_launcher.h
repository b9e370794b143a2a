#pragma once

#include <string>

#include "kernels/cuda/conv.h"

namespace nibble::kernels::cuda {

/// Runs a plan's kernel under the shim; what is wrong with it as text, see shim::launch.
std::string launch_under_shim(const ConvPlan& plan);
std::string finish_under_shim(const ConvPlan& plan);

}  // namespace nibble::kernels::cuda
