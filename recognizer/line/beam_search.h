#pragma once

#include <vector>

#include "nn/tensor.h"

namespace nibble {

/// The most probable sequence of classes (without blanks) that CTC prefix beam search finds, `beam`
/// prefixes a column. A prefix's probability is summed over all its paths that lie within the beam,
/// so a beam at least as wide as the number of prefixes gives the exact optimum.
std::vector<int> search_prefixes(const Logits& logits, int beam);

/// Columns first..last in which a class stands.
struct ClassSpan {
  int cls = 0;
  int first = 0;
  int last = 0;
};

/// The most probable CTC path of these classes (Viterbi): one span a class, in order, without
/// overlaps. There must be such a path: at least as many columns as classes, and one more for each
/// class that repeats the one before.
std::vector<ClassSpan> align(const Logits& logits, const std::vector<int>& classes);

}  // namespace nibble
