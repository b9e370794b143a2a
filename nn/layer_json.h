#pragma once

#include <string>

#include "nn/json_reader.h"
#include "nn/network.h"

namespace nibble {

/// The name of a layer or node. Throws Error(bad_model) for one that could not name a tensor.
std::string read_name(const JsonReader& reader);

/// A convolution by the entry of a graph that `reader` holds, but for its "op". Throws
/// Error(bad_model).
Conv2d read_conv(const JsonReader& reader);

/// The entry of a convolution: read_conv gives the same layer again.
nlohmann::ordered_json conv_to_json(const Conv2d& layer);

}  // namespace nibble
