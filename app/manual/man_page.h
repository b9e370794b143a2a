#pragma once

#include <string>

#include "app/manual/command_words.h"

namespace nibble {

/// What the page of a command is called: "nibble-read" for "nibble read".
std::string page_name(const CommandWords& command);

/// The manual page of a command in the man macros (groff_man(7)), section 1.
std::string man_page(const CommandWords& command);

}  // namespace nibble
