#pragma once

#include <string>
#include <vector>

#include "recognizer/mrz/align.h"

namespace nibble {

/// Lines that the alternatives allow, with the sum of the costs of their characters.
struct MrzSolution {
  std::vector<std::string> lines;
  double cost = 0;
};

/// The cheapest lines, whether their check digits match or not. Months and days exist and codes are
/// those of countries where the alternatives allow it.
MrzSolution cheapest_lines(const MrzLayout& layout, const std::vector<MrzAlignment>& lines);

/// The cheapest lines whose check digits all match, best first, at most `count`. `first`
/// (cheapest_lines) tells where the check digits stand and what stands where no check digit looks.
std::vector<MrzSolution> matching_lines(const MrzLayout& layout,
                                        const std::vector<MrzAlignment>& lines,
                                        const MrzSolution& first, std::size_t count);

/// Costs above which something else than the cheapest could stand, for each element that no check
/// digit covers: its name and the difference to its second choice.
struct MrzDoubt {
  std::string element;
  double margin = 0;
};
std::vector<MrzDoubt> unchecked_doubts(const MrzLayout& layout,
                                       const std::vector<MrzAlignment>& lines);

}  // namespace nibble
