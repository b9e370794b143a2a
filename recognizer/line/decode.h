#pragma once

#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"  // Alternative
#include "nn/tensor.h"

namespace nibble {

/// One character of a reading.
struct ReadChar {
  std::string text;       ///< one character, UTF-8
  double confidence = 0;  ///< 0..1
  double x0 = 0;          ///< extent along the line, in pixels of the normalised line
  double x1 = 0;
  std::vector<Alternative> alternatives;  ///< best first, without `text` itself
};

/// The text of a line, character by character.
struct Reading {
  std::string text;  ///< UTF-8, leading and trailing spaces removed
  double confidence = 0;
  std::vector<ReadChar> chars;
};

/// Leaves the `most` best alternatives of each character; below 0 is 0.
void drop_alternatives(int most, Reading& reading);

/// Decodes column by column: best class a column, repeats joined, blanks dropped (CTC best path;
/// Graves et al., ICML 2006). `alternatives` is the number of alternatives kept a character.
Reading decode_greedy(const Logits& logits, const std::vector<std::string>& alphabet,
                      int alternatives = 3);

/// CTC prefix beam search: sums the paths of equal text. Same result type as decode_greedy, with
/// the characters aligned to their most likely columns. beam >= 1.
Reading decode_beam(const Logits& logits, const std::vector<std::string>& alphabet, int beam = 8,
                    int alternatives = 3);

}  // namespace nibble
