#pragma once

#include <string>

#include "nn/network.h"
#include "nn/tensor.h"

namespace nibble {

/// Extent of a convolution's output before pooling; height or width is 0 where the kernel does not
/// fit.
Shape conv_shape(const Conv2d& layer, const Shape& in);

/// Extent after pooling. Rows and columns that fill no whole window are dropped.
Shape pool_shape(const Conv2d& layer, const Shape& conv);

/// Extent of the graph's input for a line of this width: the width is rounded up to a multiple of
/// the stride.
Shape input_shape(const Graph& graph, int width);

/// Checks that every width up to max_width passes through all layers and ends as height 1 and width
/// / stride columns. Throws Error(bad_model).
void check_shapes(const Graph& graph, const std::string& name);

}  // namespace nibble
