#include "recognizer/locate/find/finder.h"

#include <array>

#include "nn/error.h"
#include "recognizer/locate/find/text_cells.h"

namespace nibble {

void check_finder(const PictureNetwork& network, const std::string& name) {
  const std::vector<std::string> channels = {"text",        "direction_x", "direction_y",
                                             "axis_cosine", "axis_sine",   "log_half_height",
                                             "offset_x",    "offset_y"};
  const PictureGraph& graph = network.graph();
  const std::array<int, 2> cell{kCellSize, kCellSize};
  const bool fits = graph.outputs.size() == 1 && network.channel_names() == channels &&
                    output_stride(graph, graph.outputs[0]) == cell &&
                    graph.multiple == kFinderGrain && graph.max_side >= kMaxTile;
  if (fits) return;
  throw Error(ErrorCode::bad_model,
              name +
                  ": its outputs are not those of a network that finds lines of text: use one "
                  "that was trained by scripts/training/finder");
}

std::vector<LineOutline> find_lines(const PictureNetwork& network, const Image& picture,
                                    const FindOptions& options) {
  PictureWorkspace workspace;
  const FinderRun run = [&](TensorView<const std::uint8_t> grey) -> TensorView<const float> {
    const ScoreMap& map = network.run(grey, workspace).front();
    return {map.values.data(), map.shape};
  };
  return find_lines(run, picture, options);
}

}  // namespace nibble
