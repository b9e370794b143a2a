#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "app/commands/mrz_command.h"
#include "app/support/commands.h"
#include "app/support/exit_codes.h"
#include "app/support/messages.h"
#include "include/nibble/nibble.hpp"
#include "nn/atomic_file.h"

namespace {

constexpr const char* kDescription =
    "Nibble reads the fields of identity documents from scans and photographs.\n"
    "Results go to standard output, everything else to standard error.";

constexpr const char* kFooter =
    "Examples:\n"
    "  nibble doctor                                   does it work on this machine?\n"
    "  nibble template list                            the kinds of document that are known\n"
    "  nibble read --template auto photo.jpg           the fields of a document of a known kind\n"
    "  nibble locate photo.jpg                         the corners of a card or page\n"
    "  nibble read --line word.png                     a picture of one line of text\n"
    "  nibble read --help                              everything that read can do\n"
    "\n"
    "Exit codes: 0 all well, 1 some inputs failed, 2 usage, 3 model, template or device,\n"
    "4 a gate (--min-confidence, --max-drop) not met, 130 interrupted.";

/// What a word is that stands where a command is needed.
std::string unknown_command(const CLI::App& app, const std::string& word) {
  std::string known;
  for (const CLI::App* sub : app.get_subcommands({}))
    known += (known.empty() ? "" : ", ") + sub->get_name();
  return word + ": no such command; there are " + known;
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string command = "nibble";
  const CLI::App* deepest = &app;
  while (!deepest->get_subcommands().empty()) {
    deepest = deepest->get_subcommands().front();
    command += " " + deepest->get_name();
  }
  const std::vector<std::string> rest = deepest->remaining();
  const bool needs_command = deepest->get_require_subcommand_min() > 0 && !rest.empty();
  nibble::report_error((needs_command ? unknown_command(*deepest, rest.front()) : error.what()) +
                       " (see " + command + " --help)");
  return nibble::kExitUsage;
}

/// Writes what is left of the results; a full disk must not pass for success.
int finish_output(int exit_code) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  nibble::report_error("standard output: cannot be written: " +
                       nibble::system_message(errno != 0 ? errno : EIO));
  return exit_code == nibble::kExitOk ? nibble::kExitSomeFailed : exit_code;
}

int run(int argc, char** argv) {
  CLI::App app{kDescription, "nibble"};
  int exit_code = nibble::kExitOk;
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("nibble ") + nibble::version());
  nibble::add_read_command(app, exit_code);
  nibble::add_mrz_command(app, exit_code);
  nibble::add_locate_command(app, exit_code);
  nibble::add_eval_command(app, exit_code);
  nibble::add_calibrate_command(app, exit_code);
  nibble::add_quantize_command(app, exit_code);
  nibble::add_model_command(app, exit_code);
  nibble::add_template_command(app, exit_code);
  nibble::add_doctor_command(app, exit_code);
  nibble::add_bench_command(app, exit_code);
  nibble::add_manual_commands(app, exit_code);
  if (argc <= 1) {
    std::fputs(app.help().c_str(), stderr);
    return nibble::kExitUsage;
  }
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help and --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is an error with a message
  try {
    return finish_output(run(argc, argv));
  } catch (const nibble::Error& error) {
    nibble::report_error(error.what());
    return nibble::exit_code_of(error.code());
  } catch (const std::bad_alloc&) {
    nibble::report_error("not enough memory");
    return nibble::kExitSomeFailed;
  } catch (const std::exception& error) {
    nibble::report_error(error.what());
    return nibble::kExitSomeFailed;
  }
}
