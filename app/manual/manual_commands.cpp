#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/manual/completion.h"
#include "app/manual/man_page.h"
#include "app/support/commands.h"
#include "app/support/exit_codes.h"
#include "app/support/options.h"
#include "nn/error.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/text_file.h"

namespace nibble {
namespace {

std::string joined_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void write_pages(const CommandWords& command, const std::string& folder) {
  write_text_file(folder + "/" + page_name(command) + ".1", man_page(command));
  for (const CommandWords& each : command.commands) write_pages(each, folder);
}

int print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return kExitOk;
}

}  // namespace

void add_manual_commands(CLI::App& app, int& exit_code) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* completions =
      app.add_subcommand("completion", "Print a script that completes commands in a shell");
  completions->add_option("SHELL", *shell, "Which shell")
      ->required()
      ->check(CLI::IsMember(completion_shells()));
  completions->footer(
      "Examples:\n"
      "  source <(nibble completion bash)                                          in ~/.bashrc\n"
      "  nibble completion fish > ~/.config/fish/completions/nibble.fish\n");
  completions->callback(
      [&app, shell, &exit_code] { exit_code = print(completion(describe(app), *shell)); });

  const auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* manual = app.add_subcommand("man", "Print the manual page of a command");
  manual->add_option("COMMAND", *names, "The command, e.g. read or bench gemm (default: nibble)");
  const auto folder = std::make_shared<std::string>();
  manual->add_option("--folder", *folder, "Write the pages of all commands to this folder instead")
      ->check(not_empty())
      ->type_name("FOLDER");
  manual->footer("Example:\n  nibble man read | man -l -\n");
  manual->callback([&app, names, folder, &exit_code] {
    const CommandWords root = describe(app);
    if (!folder->empty()) return write_pages(root, *folder);
    const CommandWords* command = find_command(root, *names);
    if (command == nullptr)
      throw Error(ErrorCode::usage,
                  "man: there is no command " + printable_text(joined_words(*names)));
    exit_code = print(man_page(*command));
  });
}

}  // namespace nibble
