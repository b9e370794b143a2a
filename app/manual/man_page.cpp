#include "app/manual/man_page.h"

#include <algorithm>

#include "include/nibble/nibble.hpp"

namespace nibble {
namespace {

/// Text that roff takes as it stands: a dot or an apostrophe that begins a line and backslashes
/// would be requests, and a minus is no hyphen.
std::string escaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool first = i == 0 || text[i - 1] == '\n';
    if (first && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string first_sentence(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  if (!line.empty() && line.back() == '.') line.pop_back();
  return line;
}

std::string option_line(const OptionWords& option) {
  std::string line;
  for (const std::string& name : option.names)
    line += (line.empty() ? "" : ", ") + ("\\fB" + escaped(name) + "\\fR");
  if (!option.value.empty())
    line += (line.empty() ? "" : " ") + ("\\fI" + escaped(option.value) + "\\fR");
  return line;
}

std::string synopsis(const CommandWords& command) {
  std::string line = "\\fB" + escaped(command.path) + "\\fR";
  const auto is_option = [](const OptionWords& option) { return !option.positional; };
  if (std::any_of(command.options.begin(), command.options.end(), is_option))
    line += " [\\fIOPTIONS\\fR]";
  for (const OptionWords& option : command.options) {
    if (option.positional)
      line += " \\fI" + escaped(option.value) + "\\fR" + (option.several ? " ..." : "");
  }
  if (!command.commands.empty())
    line += command.needs_command ? " \\fICOMMAND\\fR" : " [\\fICOMMAND\\fR]";
  return line + "\n";
}

std::string option_section(const CommandWords& command, bool positional, const char* title) {
  std::string section;
  for (const OptionWords& option : command.options) {
    if (option.positional != positional) continue;
    section += ".TP\n" + option_line(option) + "\n" + escaped(option.description) + "\n";
    if (option.choices.empty()) continue;
    for (std::size_t i = 0; i < option.choices.size(); ++i)
      section += (i == 0 ? "(one of " : ", ") + escaped(option.choices[i]);
    section += ")\n";
  }
  return section.empty() ? section : std::string(".SH ") + title + "\n" + section;
}

}  // namespace

std::string page_name(const CommandWords& command) {
  std::string name = command.path;
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string man_page(const CommandWords& command) {
  const std::string name = page_name(command);
  std::string page = ".TH " + escaped(name) + " 1 \"\" \"nibble " + version() + "\" \"Nibble\"\n";
  page += ".SH NAME\n" + escaped(name) + " \\- " + escaped(first_sentence(command.description));
  page += "\n.SH SYNOPSIS\n" + synopsis(command);
  page += ".SH DESCRIPTION\n" + escaped(command.description) + "\n";
  page += option_section(command, true, "ARGUMENTS") + option_section(command, false, "OPTIONS");
  if (!command.commands.empty()) page += ".SH COMMANDS\n";
  for (const CommandWords& each : command.commands)
    page += ".TP\n\\fB" + escaped(each.name) + "\\fR\n" + escaped(each.description) + "\n";
  if (!command.footer.empty()) page += ".SH NOTES\n.nf\n" + escaped(command.footer) + "\n.fi\n";
  std::string others;
  for (const CommandWords& each : command.commands)
    others += (others.empty() ? "" : ",\n") + (".BR " + escaped(page_name(each)) + " (1)");
  if (others.empty() && name != "nibble") others = ".BR nibble (1)";
  if (!others.empty()) page += ".SH SEE ALSO\n" + others + "\n";
  return page;
}

}  // namespace nibble
