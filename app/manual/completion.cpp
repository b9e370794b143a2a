#include "app/manual/completion.h"

#include <algorithm>
#include <functional>

namespace nibble {
namespace {

using Visit = std::function<void(const CommandWords&)>;

void for_each_command(const CommandWords& command, const Visit& visit) {
  visit(command);
  for (const CommandWords& each : command.commands) for_each_command(each, visit);
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::vector<std::string> command_names(const CommandWords& command) {
  std::vector<std::string> names;
  for (const CommandWords& each : command.commands) names.push_back(each.name);
  return names;
}

/// A name for a shell function.
std::string function_name(const CommandWords& command) {
  std::string name = "_" + command.path;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  return name;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// The text between single quotes of a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// ---- bash ---------------------------------------------------------------------------------------

std::string bash_values(const CommandWords& root) {
  std::string cases;
  for_each_command(root, [&](const CommandWords& command) {
    for (const OptionWords& option : command.options) {
      if (option.positional || option.value.empty()) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : option.names)
        patterns.push_back("\"" + command.path + " " + name + "\"");
      cases += "    " + joined(patterns, " | ") + ")\n      ";
      cases += option.choices.empty() ? "COMPREPLY=($(compgen -f -- \"$word\"))"
                                      : "COMPREPLY=($(compgen -W " +
                                            quoted(joined(option.choices, " ")) + " -- \"$word\"))";
      cases += "\n      return\n      ;;\n";
    }
  });
  return cases;
}

/// The values of positional arguments that are no files.
std::vector<std::string> positional_choices(const CommandWords& command) {
  std::vector<std::string> choices;
  for (const OptionWords& option : command.options) {
    if (option.positional)
      choices.insert(choices.end(), option.choices.begin(), option.choices.end());
  }
  return choices;
}

std::string bash_words(const CommandWords& root) {
  std::string cases;
  for_each_command(root, [&](const CommandWords& command) {
    std::vector<std::string> words = command_names(command);
    const std::vector<std::string> choices = positional_choices(command);
    words.insert(words.end(), choices.begin(), choices.end());
    const bool takes_files = words.empty();
    for (const OptionWords& option : command.options)
      words.insert(words.end(), option.names.begin(), option.names.end());
    cases += "    \"" + command.path + "\") words=" + quoted(joined(words, " ")) +
             (takes_files ? " files=yes" : "") + " ;;\n";
  });
  return cases;
}

std::string bash_paths(const CommandWords& root) {
  std::vector<std::string> paths;
  for_each_command(root, [&](const CommandWords& command) {
    if (&command != &root) paths.push_back("\"" + command.path + "\"");
  });
  return joined(paths, " | ");
}

std::string bash_completion(const CommandWords& root) {
  const std::string name = function_name(root);
  return "# bash completion for " + root.name + "\n" + name +
         "() {\n"
         "  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD - 1]}\"\n"
         "  local path=" +
         root.name +
         " words= files= i\n"
         "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
         "    case \"$path ${COMP_WORDS[i]}\" in\n"
         "      " +
         bash_paths(root) +
         ") path+=\" ${COMP_WORDS[i]}\" ;;\n"
         "    esac\n"
         "  done\n"
         "  COMPREPLY=()\n"
         "  case \"$path $before\" in\n" +
         bash_values(root) +
         "  esac\n"
         "  case \"$path\" in\n" +
         bash_words(root) +
         "  esac\n"
         "  if [[ -n $files && $word != -* ]]; then\n"
         "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F " +
         name + " " + root.name + "\n";
}

// ---- zsh ----------------------------------------------------------------------------------------

/// A description between the brackets of an _arguments specification.
std::string zsh_description(const std::string& text) {
  std::string out;
  for (const char c : first_line(text)) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_value(const OptionWords& option) {
  if (option.value.empty()) return {};
  return ":" + zsh_description(option.value) + ":" +
         (option.choices.empty() ? "_files" : "(" + joined(option.choices, " ") + ")");
}

std::string zsh_arguments(const CommandWords& command) {
  std::string lines;
  for (const OptionWords& option : command.options) {
    if (option.positional) continue;
    const std::string others = "(" + joined(option.names, " ") + ")";
    for (const std::string& name : option.names)
      lines += " \\\n    " + quoted(others + name + "[" + zsh_description(option.description) +
                                    "]" + zsh_value(option));
  }
  return lines;
}

std::string zsh_function(const CommandWords& command) {
  std::string text = function_name(command) + "() {\n";
  if (command.commands.empty())
    return text + "  _arguments -s" + zsh_arguments(command) + " \\\n    '*:file:_files'\n}\n";
  text += "  local context state line\n  _arguments -C -s" + zsh_arguments(command) +
          " \\\n    '1: :->command' '*:: :->rest'\n  case $state in\n    command)\n"
          "      local -a commands=(";
  for (const CommandWords& each : command.commands)
    text += "\n        " + quoted(each.name + ":" + zsh_description(each.description));
  text += ")\n      _describe command commands\n      ;;\n    rest)\n      case $line[1] in\n";
  for (const CommandWords& each : command.commands)
    text += "        " + each.name + ") " + function_name(each) + " ;;\n";
  return text + "      esac\n      ;;\n  esac\n}\n";
}

std::string zsh_completion(const CommandWords& root) {
  std::string text = "#compdef " + root.name + "\n";
  for_each_command(root, [&](const CommandWords& command) { text += zsh_function(command); });
  return text + function_name(root) + " \"$@\"\n";
}

// ---- fish ---------------------------------------------------------------------------------------

/// The text between single quotes of fish, which knows two escapes there.
std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// The condition under which the words so far name this command and none below it.
std::string fish_condition(const std::vector<std::string>& path, const CommandWords& command) {
  std::vector<std::string> conditions;
  for (const std::string& name : path) conditions.push_back("__fish_seen_subcommand_from " + name);
  if (!command.commands.empty())
    conditions.push_back("not __fish_seen_subcommand_from " + joined(command_names(command), " "));
  return joined(conditions, "; and ");
}

std::string fish_option(const OptionWords& option, const std::string& prefix) {
  std::string line = prefix;
  for (const std::string& name : option.names)
    line += name.compare(0, 2, "--") == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.choices.empty()) {
    line += " -x -a " + fish_quoted(joined(option.choices, " "));
  } else if (!option.value.empty()) {
    line += " -r";
  }
  return line + " -d " + fish_quoted(first_line(option.description)) + "\n";
}

std::string fish_lines(const std::string& program, std::vector<std::string> path,
                       const CommandWords& command) {
  const std::string prefix =
      "complete -c " + program + " -n " + fish_quoted(fish_condition(path, command));
  std::string text;
  for (const CommandWords& each : command.commands)
    text +=
        prefix + " -f -a " + each.name + " -d " + fish_quoted(first_line(each.description)) + "\n";
  for (const OptionWords& option : command.options) {
    if (!option.positional) text += fish_option(option, prefix);
  }
  path.emplace_back();
  for (const CommandWords& each : command.commands) {
    path.back() = each.name;
    text += fish_lines(program, path, each);
  }
  return text;
}

std::string fish_completion(const CommandWords& root) {
  return "# fish completion for " + root.name + "\n" + fish_lines(root.name, {}, root);
}

}  // namespace

const std::vector<std::string>& completion_shells() {
  static const std::vector<std::string> shells = {"bash", "zsh", "fish"};
  return shells;
}

std::string completion(const CommandWords& root, const std::string& shell) {
  if (shell == "bash") return bash_completion(root);
  return shell == "zsh" ? zsh_completion(root) : fish_completion(root);
}

}  // namespace nibble
