#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nn/network.h"
#include "nn/tensor.h"

namespace nibble {

/// Throws Error(usage) for a line that a network with this graph cannot read.
void check_line(const Graph& graph, const Shape& line, const std::string& name);

/// The input of an integer network: (255 - grey) >> 1, and paper to the right of the line up to the
/// width of `shape`.
void lay_ink(TensorView<const std::uint8_t> line, const Shape& shape, std::uint8_t* out);

/// Scores from the sums of an integer network's last layer: times their class's scale. `pitch` sums
/// lie from one column to the next.
void scale_sums(const std::int32_t* sums, std::size_t pitch, const std::vector<float>& scale,
                Logits& logits);

/// Turns scores into log-probabilities. Throws Error(bad_model) where they overflow.
void normalize_scores(Logits& logits, const std::string& name);

}  // namespace nibble
