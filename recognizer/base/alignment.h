#pragma once

#include <string>
#include <vector>

namespace nibble {

/// Fewest insertions, deletions and substitutions of code points that turn one text into the other
/// (Levenshtein).
int edit_distance(const std::u32string& a, const std::u32string& b);

/// One step of an alignment: a character of the truth and what was read for it; 0 stands for
/// nothing.
struct AlignedPair {
  char32_t truth = 0;
  char32_t read = 0;
  bool operator==(const AlignedPair&) const = default;
};

/// A shortest alignment, from the first character to the last. Of several, characters are matched
/// as late as possible, and a substitution is preferred to a deletion and a deletion to an
/// insertion.
std::vector<AlignedPair> align(const std::u32string& truth, const std::u32string& read);

}  // namespace nibble
