#pragma once

#include <string>
#include <vector>

#include "quant/calibration.h"

namespace nibble {

/// The same float network with channels of more even ranges: a channel's weights and bias are
/// divided by a factor, and the next layer's weights for it multiplied, which ReLU and max-pooling
/// let pass. Activations share one scale a tensor, so that a channel of small values would
/// otherwise use few of the levels (Nagel et al., arXiv 1906.04721, there from the weights'
/// ranges). Layers that clip, and channels that are 0 on all lines, stay as they are. Throws
/// Error(bad_model) unless the model is a float one, Error(usage) without lines.
ModelFile equalize_channels(const ModelFile& model, const std::vector<CalibrationLine>& lines,
                            const std::string& name);

}  // namespace nibble
