#include "recognizer/locate/find/trace_lines.h"

#include <algorithm>

#include "recognizer/locate/find/fit_line.h"
#include "recognizer/locate/find/join_cells.h"
#include "recognizer/locate/find/merge_lines.h"
#include "recognizer/locate/find/reading_direction.h"
#include "recognizer/locate/find/split_group.h"

namespace nibble {

std::vector<LineOutline> trace_lines(const std::vector<TextCell>& cells, int columns, int rows,
                                     std::size_t most) {
  std::vector<LineOutline> lines;
  for (const CellGroup& group : join_cells(cells, columns, rows)) {
    for (const CellGroup& part : split_group(cells, group)) {
      if (const auto line = fit_line(cells, part)) lines.push_back(*line);
    }
  }
  if (lines.size() > most) {
    std::stable_sort(lines.begin(), lines.end(),
                     [](const LineOutline& a, const LineOutline& b) { return a.score > b.score; });
    lines.resize(most);
  }
  vote_directions(lines);
  join_pieces(lines);
  return lines;
}

}  // namespace nibble
