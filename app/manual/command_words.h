#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the name is the library's
class App;
}

namespace nibble {

/// An option or a positional argument of a command.
struct OptionWords {
  std::vector<std::string> names;    ///< "-o", "--output"; none for a positional argument
  std::string value;                 ///< what help calls its value, e.g. "FILE"; empty for a flag
  std::vector<std::string> choices;  ///< the values that there are; none where any may stand
  std::string description;
  bool positional = false;
  bool several = false;  ///< of one command line
};

/// A command as its help describes it.
struct CommandWords {
  std::string path;  ///< "nibble read"
  std::string name;  ///< "read"
  std::string description;
  std::string footer;
  bool needs_command = false;  ///< one of `commands` has to follow
  std::vector<OptionWords> options;
  std::vector<CommandWords> commands;
};

/// What the parser knows of a command and of those below it; hidden options are left out.
CommandWords describe(const CLI::App& app, const std::string& parent = "");

/// The command of this path below another one ("bench gemm" below "nibble"), or null.
const CommandWords* find_command(const CommandWords& root, const std::vector<std::string>& path);

}  // namespace nibble
