#pragma once

#include <string>
#include <vector>

#include "nn/checked_json.h"
#include "quant/calibration.h"

namespace nibble {

/// The metadata entry "ranges" of a float model trained for integers.
struct LearnedRanges {
  Precision precision = Precision::int4;
  nlohmann::json layers;  ///< by the name of a layer or node; checked when it is asked for
};

/// Parses the entry. Throws Error(bad_model).
LearnedRanges read_learned_ranges(const ModelFile& model, const std::string& name);

/// Bits (4 or 8) of an entry of LearnedRanges::layers, and what one level of its output stands for,
/// which is positive. `what` stands in messages. Throw Error(bad_model).
int read_bits(const nlohmann::json& entry, const char* key, const std::string& what);
double read_output_scale(const nlohmann::json& entry, const std::string& what);

/// The range of a convolution whose weights have these scales; `output`: its outputs are
/// requantised and have a scale too. Throws Error(bad_model).
LayerRange read_learned_range(const nlohmann::json& layers, const std::string& layer,
                              const std::vector<float>& weight_scale, bool output,
                              const std::string& what);

}  // namespace nibble
