#include "recognizer/mrz/parse.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "nn/error.h"

namespace nibble {
namespace {

std::string without_trailing_fillers(std::string text) {
  text.erase(text.find_last_not_of('<') + 1);
  return text;
}

/// Runs of fillers as one space each, none at the ends.
std::string with_spaces(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c != '<') {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

char digit_at(const std::vector<std::string>& lines, const MrzCheckRule& rule) {
  return lines.at(static_cast<std::size_t>(rule.line)).at(static_cast<std::size_t>(rule.position));
}

bool all_fillers(const std::string& text) {
  return text.find_first_not_of('<') == std::string::npos;
}

class Parser {
 public:
  Parser(const std::vector<std::string>& lines, MrzFormat format, const Date& now)
      : layout_(mrz_layout(format)), now_(now) {
    mrz_.format = format;
    mrz_.lines = lines;
  }

  Mrz parse() {
    for (const MrzElement& element : layout_.elements) add_element(element);
    if (layout_.format == MrzFormat::france) add("document_number", mrz_.lines[1].substr(0, 12));
    if (layout_.format == MrzFormat::romania) add_personal_number();
    if (layout_.format == MrzFormat::td3 && mrz_.lines[0][0] != 'P')
      mrz_.problems.push_back("document_code: that of a passport begins with P");
    add_checks();
    mrz_.valid = mrz_.checks_ok && mrz_.problems.empty();
    return std::move(mrz_);
  }

 private:
  void add(const std::string& name, std::string value) {
    mrz_.fields.push_back({name, std::move(value)});
  }

  void add_element(const MrzElement& element) {
    const std::string name = element.name;
    const std::string text = mrz_text(mrz_.lines, {element.span});
    check_characters(element, text);
    if (name.ends_with("_check")) return;
    if (name == "names") {
      add_names(text);
    } else if (element.cls == MrzClass::date) {
      add_date(name, text);
    } else if (name == "issue_month") {
      const auto date = mrz_date(text + "<<", Century::past, now_);
      if (!date) mrz_.problems.push_back("issue_month: " + text + " is no month");
      add("issue_date", date.value_or(""));
    } else if (name == "document_number") {
      const std::vector<MrzSpan> spans = long_document_number(layout_, mrz_.lines);
      add(name, spans.empty() ? without_trailing_fillers(text) : mrz_text(mrz_.lines, spans));
    } else if (name == "optional_data") {
      add(name, with_spaces(text.substr(used_by_number())));
    } else {
      add(name, with_spaces(text));
    }
  }

  /// Characters of the optional data that belong to the document number and its check digit.
  std::size_t used_by_number() const {
    const std::vector<MrzSpan> spans = long_document_number(layout_, mrz_.lines);
    return spans.empty() ? 0 : static_cast<std::size_t>(spans.back().length) + 1;
  }

  void check_characters(const MrzElement& element, const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const int position = element.span.begin + static_cast<int>(i);
      if (mrz_allows(mrz_class(layout_, element.span.line, position), text[i])) continue;
      mrz_.problems.push_back(std::string(element.name) + ": '" + text[i] +
                              "' cannot stand in line " + std::to_string(element.span.line + 1) +
                              " at " + std::to_string(position + 1));
    }
  }

  void add_names(const std::string& text) {
    const std::size_t split = text.find("<<");
    add("surname", with_spaces(text.substr(0, split)));
    add("given_names", split == std::string::npos ? "" : with_spaces(text.substr(split)));
  }

  void add_date(const std::string& name, const std::string& text) {
    const auto date =
        mrz_date(text, name == "expiry_date" ? Century::nearest : Century::past, now_);
    if (!date && !all_fillers(text)) mrz_.problems.push_back(name + ": " + text + " is no date");
    add(name, date.value_or(""));
  }

  /// The personal code (CNP) of a Romanian holder: its first digit and its last six are optional
  /// data, between them is the date of birth.
  void add_personal_number() {
    const std::string optional = mrz_.lines[1].substr(28, 7);
    if (optional.find_first_not_of("0123456789") == std::string::npos)
      add("personal_number", optional[0] + mrz_.lines[1].substr(13, 6) + optional.substr(1));
  }

  void add_checks() {
    mrz_.checks_ok = true;
    for (const MrzCheckRule& rule : mrz_checks(layout_, mrz_.lines)) {
      const char expected =
          static_cast<char>('0' + mrz_check_digit(mrz_text(mrz_.lines, rule.data)));
      mrz_.checks.push_back(
          {rule.name, check_matches(mrz_.lines, rule), digit_at(mrz_.lines, rule), expected});
      mrz_.checks_ok = mrz_.checks_ok && mrz_.checks.back().ok;
    }
  }

  const MrzLayout& layout_;
  const Date& now_;
  Mrz mrz_;
};

}  // namespace

std::string Mrz::value(const std::string& name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const MrzField& field) { return field.name == name; });
  return found == fields.end() ? std::string() : found->value;
}

std::optional<MrzFormat> mrz_format(const std::vector<std::string>& lines) {
  if (lines.empty()) return std::nullopt;
  for (const std::string& line : lines) {
    if (line.size() != lines[0].size()) return std::nullopt;
  }
  const std::string& first = lines[0];
  if (lines.size() == 1 && first.size() == 30 && first[0] == 'D' && first.compare(2, 3, "FRA") == 0)
    return MrzFormat::france_licence;
  if (lines.size() == 3 && first.size() == 30) return MrzFormat::td1;
  if (lines.size() != 2) return std::nullopt;
  if (first.size() == 44) return first[0] == 'V' ? MrzFormat::mrva : MrzFormat::td3;
  if (first.size() != 36) return std::nullopt;
  if (first[0] == 'V') return MrzFormat::mrvb;
  if (first.starts_with("IDFRA")) return MrzFormat::france;
  return first.starts_with("IDROU") ? MrzFormat::romania : MrzFormat::td2;
}

Mrz parse_mrz(const std::vector<std::string>& lines, MrzFormat format, const Date& now) {
  const MrzLayout& layout = mrz_layout(format);
  bool fits = lines.size() == static_cast<std::size_t>(layout.lines);
  for (const std::string& line : lines)
    fits = fits && line.size() == static_cast<std::size_t>(layout.length);
  if (!fits) {
    throw Error(ErrorCode::usage, std::string("a zone of format ") + mrz_format_name(format) +
                                      " has " + std::to_string(layout.lines) + " lines of " +
                                      std::to_string(layout.length) + " characters");
  }
  return Parser(lines, format, now).parse();
}

bool check_matches(const std::vector<std::string>& lines, const MrzCheckRule& rule) {
  const std::string text = mrz_text(lines, rule.data);
  const char found = digit_at(lines, rule);
  if (found == '<') return all_fillers(text);
  return found == '0' + mrz_check_digit(text);
}

}  // namespace nibble
