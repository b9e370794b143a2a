#pragma once

#include <vector>

#include "nn/network.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/locate/find/line_outline.h"

namespace nibble {

/// Reads lines that were found on a picture (find_lines, in its pixels): called line01, line02, ...
/// in reading order, those that are no text left out. A line whose direction is unsure is read both
/// ways, and the way in which it is read with more confidence counts. Lines are cut, read and
/// decoded in batches, so that memory does not grow with their number.
std::vector<FieldResult> read_found_lines(const Network& network, const Image& picture,
                                          const std::vector<LineOutline>& lines,
                                          const ReadOptions& options);

}  // namespace nibble
