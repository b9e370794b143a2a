#pragma once

#include <string>
#include <vector>

#include "nn/picture_network.h"
#include "recognizer/locate/find/find_lines.h"

namespace nibble {

/// Checks that a network gives what the finder's geometry takes: one output of kTextChannels
/// channels, a cell of kCellSize pixels, named as in training. `name` stands in messages. Throws
/// Error(bad_model).
void check_finder(const PictureNetwork& network, const std::string& name);

/// Finds the lines of text of a picture with the network, in memory of its own; see find_lines.
std::vector<LineOutline> find_lines(const PictureNetwork& network, const Image& picture,
                                    const FindOptions& options = {});

}  // namespace nibble
