#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): the name is the library's
class App;
}

namespace nibble {

// Each adds one subcommand to the program. Its callback stores the exit code (see
// app/support/exit_codes.h) and may throw Error.

void add_read_command(CLI::App& app, int& exit_code);
void add_locate_command(CLI::App& app, int& exit_code);
void add_eval_command(CLI::App& app, int& exit_code);
void add_calibrate_command(CLI::App& app, int& exit_code);
void add_quantize_command(CLI::App& app, int& exit_code);
void add_model_command(CLI::App& app, int& exit_code);
void add_template_command(CLI::App& app, int& exit_code);
void add_doctor_command(CLI::App& app, int& exit_code);
void add_bench_command(CLI::App& app, int& exit_code);

/// `completion` and `man`, which print what the parser knows of all commands.
void add_manual_commands(CLI::App& app, int& exit_code);

}  // namespace nibble
