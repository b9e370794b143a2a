#include "app/manual/command_words.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace nibble {
namespace {

/// The words of CLI::IsMember, which names its type "TEXT:{a,b}".
std::vector<std::string> choices_of(const std::string& type) {
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}', begin);
  if (begin == std::string::npos || end == std::string::npos) return {};
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

/// What help shows for a value, without the checks that it has to pass.
std::string value_of(const std::string& type) {
  const std::string name = type.substr(0, type.find_first_of(":{ "));
  return name.empty() ? "VALUE" : name;
}

OptionWords words_of(const CLI::Option& option) {
  OptionWords words;
  for (const std::string& name : option.get_snames()) words.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) words.names.push_back("--" + name);
  words.description = option.get_description();
  words.positional = words.names.empty();
  const bool is_flag = option.get_items_expected_max() == 0;
  if (words.positional) {
    words.value = option.get_name(true);
  } else if (!is_flag) {
    words.value = value_of(option.get_type_name());
  }
  if (!is_flag) words.choices = choices_of(option.get_type_name());
  words.several = option.get_expected_max() > 1;
  return words;
}

}  // namespace

CommandWords describe(const CLI::App& app, const std::string& parent) {
  CommandWords words;
  words.name = app.get_name();
  words.path = parent.empty() ? words.name : parent + " " + words.name;
  words.description = app.get_description();
  words.footer = app.get_footer();
  words.needs_command = app.get_require_subcommand_min() > 0;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) words.options.push_back(words_of(*option));
  }
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) words.commands.push_back(describe(*command, words.path));
  }
  return words;
}

const CommandWords* find_command(const CommandWords& root, const std::vector<std::string>& path) {
  const CommandWords* command = &root;
  for (const std::string& name : path) {
    const auto next = std::find_if(command->commands.begin(), command->commands.end(),
                                   [&](const CommandWords& each) { return each.name == name; });
    if (next == command->commands.end()) return nullptr;
    command = &*next;
  }
  return command;
}

}  // namespace nibble
