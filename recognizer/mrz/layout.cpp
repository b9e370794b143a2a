#include "recognizer/mrz/layout.h"

#include <array>
#include <cstddef>

namespace nibble {
namespace {

using Elements = std::vector<MrzElement>;
using Checks = std::vector<MrzCheckRule>;

constexpr int kNumberLength = 9;

/// The second line of all formats but TD1 and the French card: number, nationality, birth, sex,
/// expiry.
Elements second_line(int optional_length) {
  return {{"document_number", {1, 0, kNumberLength}, MrzClass::alphanumeric},
          {"document_number_check", {1, 9, 1}, MrzClass::check},
          {"nationality", {1, 10, 3}, MrzClass::letter},
          {"birth_date", {1, 13, 6}, MrzClass::date},
          {"birth_date_check", {1, 19, 1}, MrzClass::check},
          {"sex", {1, 20, 1}, MrzClass::sex},
          {"expiry_date", {1, 21, 6}, MrzClass::date},
          {"expiry_date_check", {1, 27, 1}, MrzClass::check},
          {"optional_data", {1, 28, optional_length}, MrzClass::alphanumeric}};
}

Elements first_line(int length) {
  return {{"document_code", {0, 0, 2}, MrzClass::name},
          {"issuer", {0, 2, 3}, MrzClass::letter},
          {"names", {0, 5, length - 5}, MrzClass::name}};
}

Checks second_line_checks() {
  return {{"document_number", {{1, 0, kNumberLength}}, 1, 9},
          {"birth_date", {{1, 13, 6}}, 1, 19},
          {"expiry_date", {{1, 21, 6}}, 1, 27}};
}

Elements operator+(Elements a, const Elements& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

MrzLayout td1() {
  MrzLayout layout{MrzFormat::td1, 3, 30, {}, {}};
  layout.elements = {{"document_code", {0, 0, 2}, MrzClass::name},
                     {"issuer", {0, 2, 3}, MrzClass::letter},
                     {"document_number", {0, 5, kNumberLength}, MrzClass::alphanumeric},
                     {"document_number_check", {0, 14, 1}, MrzClass::check},
                     {"optional_data", {0, 15, 15}, MrzClass::alphanumeric},
                     {"birth_date", {1, 0, 6}, MrzClass::date},
                     {"birth_date_check", {1, 6, 1}, MrzClass::check},
                     {"sex", {1, 7, 1}, MrzClass::sex},
                     {"expiry_date", {1, 8, 6}, MrzClass::date},
                     {"expiry_date_check", {1, 14, 1}, MrzClass::check},
                     {"nationality", {1, 15, 3}, MrzClass::letter},
                     {"optional_data_2", {1, 18, 11}, MrzClass::alphanumeric},
                     {"composite_check", {1, 29, 1}, MrzClass::check},
                     {"names", {2, 0, 30}, MrzClass::name}};
  layout.checks = {{"document_number", {{0, 5, kNumberLength}}, 0, 14},
                   {"birth_date", {{1, 0, 6}}, 1, 6},
                   {"expiry_date", {{1, 8, 6}}, 1, 14},
                   {"composite", {{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}}, 1, 29}};
  return layout;
}

MrzLayout two_lines(MrzFormat format, int length, bool composite) {
  MrzLayout layout{format, 2, length, {}, second_line_checks()};
  layout.elements = first_line(length) + second_line(length - 28 - (composite ? 1 : 0));
  if (composite) {
    layout.elements.push_back({"composite_check", {1, length - 1, 1}, MrzClass::check});
    layout.checks.push_back(
        {"composite", {{1, 0, 10}, {1, 13, 7}, {1, 21, length - 22}}, 1, length - 1});
  }
  return layout;
}

/// The Romanian card has figures in the place of the nationality in some issues.
MrzLayout romania() {
  MrzLayout layout = two_lines(MrzFormat::romania, 36, true);
  for (MrzElement& element : layout.elements) {
    if (std::string_view(element.name) == "nationality") element.cls = MrzClass::alphanumeric;
  }
  return layout;
}

MrzLayout td3() {
  MrzLayout layout = two_lines(MrzFormat::td3, 44, true);
  for (MrzElement& element : layout.elements) {
    if (std::string_view(element.name) == "optional_data") element.span.length = 14;
  }
  layout.elements.push_back({"optional_data_check", {1, 42, 1}, MrzClass::check});
  layout.checks.insert(layout.checks.end() - 1, {"optional_data", {{1, 28, 14}}, 1, 42});
  return layout;
}

MrzLayout france() {
  MrzLayout layout{MrzFormat::france, 2, 36, {}, {}};
  layout.elements = {{"document_code", {0, 0, 2}, MrzClass::name},
                     {"issuer", {0, 2, 3}, MrzClass::letter},
                     {"surname", {0, 5, 25}, MrzClass::name},
                     {"issuing_office", {0, 30, 6}, MrzClass::alphanumeric},
                     {"issue_month", {1, 0, 4}, MrzClass::digit},
                     {"department", {1, 4, 3}, MrzClass::alphanumeric},
                     {"serial_number", {1, 7, 5}, MrzClass::digit},
                     {"document_number_check", {1, 12, 1}, MrzClass::check},
                     {"given_names", {1, 13, 14}, MrzClass::name},
                     {"birth_date", {1, 27, 6}, MrzClass::date},
                     {"birth_date_check", {1, 33, 1}, MrzClass::check},
                     {"sex", {1, 34, 1}, MrzClass::sex},
                     {"composite_check", {1, 35, 1}, MrzClass::check}};
  layout.checks = {{"document_number", {{1, 0, 12}}, 1, 12},
                   {"birth_date", {{1, 27, 6}}, 1, 33},
                   {"composite", {{0, 0, 36}, {1, 0, 35}}, 1, 35}};
  return layout;
}

MrzLayout france_licence() {
  MrzLayout layout{MrzFormat::france_licence, 1, 30, {}, {}};
  layout.elements = {{"document_code", {0, 0, 2}, MrzClass::name},
                     {"issuer", {0, 2, 3}, MrzClass::letter},
                     {"document_number", {0, 5, kNumberLength}, MrzClass::alphanumeric},
                     {"document_number_check", {0, 14, 1}, MrzClass::check},
                     {"expiry_date", {0, 15, 6}, MrzClass::date},
                     {"names", {0, 21, 8}, MrzClass::name},
                     {"composite_check", {0, 29, 1}, MrzClass::check}};
  layout.checks = {{"document_number", {{0, 0, 14}}, 0, 14}, {"composite", {{0, 0, 29}}, 0, 29}};
  return layout;
}

const MrzElement* element_at(const MrzLayout& layout, int line, int position) {
  for (const MrzElement& element : layout.elements) {
    const MrzSpan& span = element.span;
    if (span.line == line && position >= span.begin && position < span.begin + span.length)
      return &element;
  }
  return nullptr;
}

}  // namespace

const char* mrz_format_name(MrzFormat format) {
  constexpr std::array<const char*, 8> kNames = {"TD1",   "TD2",    "TD3",    "MRV-A",
                                                 "MRV-B", "FRA-ID", "ROU-ID", "FRA-DL"};
  return kNames.at(static_cast<std::size_t>(format));
}

bool mrz_allows(MrzClass cls, char c) {
  const bool letter = c >= 'A' && c <= 'Z';
  const bool digit = c >= '0' && c <= '9';
  switch (cls) {
    case MrzClass::letter: return letter || c == '<';
    case MrzClass::name:
    case MrzClass::alphanumeric: return letter || digit || c == '<';
    case MrzClass::digit: return digit;
    case MrzClass::date:
    case MrzClass::check: return digit || c == '<';
    case MrzClass::sex: return c == 'M' || c == 'F' || c == 'X' || c == '<';
  }
  return false;
}

const MrzLayout& mrz_layout(MrzFormat format) {
  static const std::vector<MrzLayout> kLayouts = {td1(),
                                                  two_lines(MrzFormat::td2, 36, true),
                                                  td3(),
                                                  two_lines(MrzFormat::mrva, 44, false),
                                                  two_lines(MrzFormat::mrvb, 36, false),
                                                  france(),
                                                  romania(),
                                                  france_licence()};
  return kLayouts.at(static_cast<std::size_t>(format));
}

MrzClass mrz_class(const MrzLayout& layout, int line, int position) {
  const MrzElement* element = element_at(layout, line, position);
  if (element == nullptr) return MrzClass::alphanumeric;
  const bool first_of_code =
      element->name == std::string_view("document_code") && position == element->span.begin;
  return first_of_code ? MrzClass::letter : element->cls;
}

std::vector<MrzFormat> mrz_formats(int lines) {
  if (lines == 3) return {MrzFormat::td1};
  if (lines == 1) return {MrzFormat::france_licence};
  if (lines != 2) return {};
  return {MrzFormat::td3,  MrzFormat::td2,    MrzFormat::mrva,
          MrzFormat::mrvb, MrzFormat::france, MrzFormat::romania};
}

std::vector<MrzSpan> long_document_number(const MrzLayout& layout,
                                          const std::vector<std::string>& lines) {
  if (layout.format != MrzFormat::td1 && layout.format != MrzFormat::td2) return {};
  const MrzCheckRule& rule = layout.checks.front();
  const auto& line = lines.at(static_cast<std::size_t>(rule.line));
  const std::size_t start = layout.format == MrzFormat::td1 ? 15 : 28;
  const std::size_t end = layout.format == MrzFormat::td1 ? 30 : 35;
  if (line[static_cast<std::size_t>(rule.position)] != '<' ||
      line[static_cast<std::size_t>(rule.position) - 1] == '<')
    return {};
  std::size_t stop = start;
  while (stop < end && line[stop] != '<') ++stop;
  if (stop < start + 2) return {};
  std::vector<MrzSpan> spans = rule.data;
  spans.push_back({rule.line, static_cast<int>(start), static_cast<int>(stop - start) - 1});
  return spans;
}

std::vector<MrzCheckRule> mrz_checks(const MrzLayout& layout,
                                     const std::vector<std::string>& lines) {
  std::vector<MrzCheckRule> checks = layout.checks;
  std::vector<MrzSpan> spans = long_document_number(layout, lines);
  if (!spans.empty()) {
    checks.front().position = spans.back().begin + spans.back().length;
    checks.front().data = std::move(spans);
  }
  return checks;
}

std::string mrz_text(const std::vector<std::string>& lines, const std::vector<MrzSpan>& spans) {
  std::string text;
  for (const MrzSpan& span : spans) {
    text +=
        lines.at(static_cast<std::size_t>(span.line))
            .substr(static_cast<std::size_t>(span.begin), static_cast<std::size_t>(span.length));
  }
  return text;
}

int mrz_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 0;
}

int mrz_weight(std::size_t i) {
  constexpr std::array<int, 3> kWeights = {7, 3, 1};
  return kWeights[i % kWeights.size()];
}

int mrz_check_digit(std::string_view text) {
  int sum = 0;
  for (std::size_t i = 0; i < text.size(); ++i) sum += mrz_value(text[i]) * mrz_weight(i);
  return sum % 10;
}

}  // namespace nibble
