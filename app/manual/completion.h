#pragma once

#include <string>
#include <vector>

#include "app/manual/command_words.h"

namespace nibble {

/// The shells for which there is a completion.
const std::vector<std::string>& completion_shells();

/// The script that completes the commands, options and values of a program in one of
/// completion_shells().
std::string completion(const CommandWords& root, const std::string& shell);

}  // namespace nibble
