#include "recognizer/locate/find/trace_lines.h"

#include "recognizer/locate/find/fit_line.h"
#include "recognizer/locate/find/join_cells.h"
#include "recognizer/locate/find/merge_lines.h"
#include "recognizer/locate/find/reading_direction.h"

namespace nibble {

std::vector<TextLine> trace_lines(const std::vector<TextCell>& cells, int columns, int rows) {
  std::vector<TextLine> lines;
  for (const CellGroup& group : join_cells(cells, columns, rows)) {
    if (const auto line = fit_line(cells, group)) lines.push_back(*line);
  }
  vote_directions(lines);
  join_pieces(lines);
  return lines;
}

}  // namespace nibble
