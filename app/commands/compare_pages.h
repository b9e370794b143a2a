#pragma once

#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"

namespace nibble {

/// One text in all precisions, in their order; null where it was not read.
struct ComparedText {
  std::string name;
  std::vector<const TextLine*> texts;  ///< live as long as the documents

  /// Whether the precisions say different things.
  bool differs() const;
};

/// Pairs the texts of one page that was read several times: fields by name and place, lines by
/// place. In the order of the first document, with what only others have after it.
std::vector<ComparedText> pair_texts(const std::vector<const Document*>& pages);

}  // namespace nibble
