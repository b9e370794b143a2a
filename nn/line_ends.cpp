#include "nn/line_ends.h"

#include <algorithm>

#include "nn/error.h"
#include "nn/softmax.h"

namespace nibble {

void check_line(const Graph& graph, const Shape& line, const std::string& name) {
  if (line.width < 1 || line.width > graph.max_width) {
    throw Error(ErrorCode::usage, "a line of " + std::to_string(line.width) +
                                      " pixels cannot be read; " + name + " takes 1 to " +
                                      std::to_string(graph.max_width));
  }
  if (line.height != graph.height || line.channels != 1) {
    throw Error(ErrorCode::usage, "a line must be grey and have " + std::to_string(graph.height) +
                                      " rows for " + name);
  }
}

void lay_ink(TensorView<const std::uint8_t> line, const Shape& shape, std::uint8_t* out) {
  for (int y = 0; y < shape.height; ++y, out += shape.width) {
    const std::uint8_t* from = line.data + static_cast<std::ptrdiff_t>(y) * line.shape.width;
    std::transform(from, from + line.shape.width, out,
                   [](std::uint8_t p) { return static_cast<std::uint8_t>((255 - p) >> 1); });
    std::fill(out + line.shape.width, out + shape.width, std::uint8_t{0});
  }
}

void scale_sums(const std::int32_t* sums, std::size_t pitch, const std::vector<float>& scale,
                Logits& logits) {
  float* to = logits.values.data();
  for (int x = 0; x < logits.columns; ++x, sums += pitch) {
    for (std::size_t c = 0; c < scale.size(); ++c) *to++ = static_cast<float>(sums[c]) * scale[c];
  }
}

void normalize_scores(Logits& logits, const std::string& name) {
  bool finite = true;
  for (int x = 0; x < logits.columns; ++x)
    finite = log_softmax_row(logits.values.data() + static_cast<std::ptrdiff_t>(x) * logits.classes,
                             logits.classes) &&
             finite;
  if (!finite) {
    throw Error(ErrorCode::bad_model, name + ": the scores overflow; the weights are unusable");
  }
}

}  // namespace nibble
