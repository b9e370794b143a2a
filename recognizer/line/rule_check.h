#pragma once

#include <string>
#include <vector>

namespace nibble {

/// A character that a rule changed.
struct RuleChange {
  int position = 0;  ///< in the reading, in characters
  std::string from;  ///< empty: nothing was read here, and `to` goes before this position
  std::string to;    ///< empty: what was read here is no character
  double cost = 0;   ///< log(probability as read / probability of the change), or a fixed price
                     ///< where the alternatives say nothing
};

/// What a rule says of a field.
struct RuleCheck {
  std::string rule;  ///< e.g. "date:dd.mm.yyyy", "alphabet", "mrz:document_number"
  bool ok = false;   ///< the text, as changed, is what the rule asks for
  std::vector<RuleChange> changes;
};

}  // namespace nibble
