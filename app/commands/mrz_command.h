#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): the name is the library's
class App;
}

namespace nibble {

/// Adds `nibble mrz` to the program; see app/support/commands.h.
void add_mrz_command(CLI::App& app, int& exit_code);

}  // namespace nibble
