#pragma once

#include <string>
#include <vector>

#include "nn/tensor.h"
#include "recognizer/line/decode.h"
#include "recognizer/page/normalize.h"

namespace nibble {

/// Puts spaces back that the network took for nothing: between two characters whose ink stands
/// clearly farther apart than that of the others in the line, if the network gave a space there
/// some probability. `reading` is what the network's scores of `line` were decoded to. A space put
/// back has the greater of the network's probability and one half as its confidence, and "no
/// character" as an alternative.
void restore_spaces(const LineImage& line, const Logits& logits,
                    const std::vector<std::string>& alphabet, Reading& reading);

}  // namespace nibble
