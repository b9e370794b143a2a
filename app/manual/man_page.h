#pragma once

#include <string>

#include "app/manual/command_words.h"

namespace nibble {

/// The manual page of a command in the man macros (groff_man(7)), section 1: "nibble-read" for
/// "nibble read".
std::string man_page(const CommandWords& command);

}  // namespace nibble
