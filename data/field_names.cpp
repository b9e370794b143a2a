#include "data/field_names.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <sstream>
#include <string_view>
#include <vector>

#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

constexpr std::array<std::string_view, 3> kColumnNames = {"type", "field", "name"};
constexpr std::size_t kMostMore = 6;  // characters beside the truth

std::vector<std::string> cells_of(std::string line) {
  if (line.ends_with('\r')) line.pop_back();
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == '\t') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

std::array<std::size_t, 3> find_columns(const std::vector<std::string>& header,
                                        const std::string& name) {
  std::array<std::size_t, 3> columns{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto at = std::find(header.begin(), header.end(), kColumnNames[i]);
    if (at == header.end())
      throw Error(ErrorCode::decode_failed, name + ": line 1: the header has no column \"" +
                                                std::string(kColumnNames[i]) + "\"");
    columns[i] = static_cast<std::size_t>(at - header.begin());
  }
  return columns;
}

std::u32string compared(const std::string& text) {
  std::u32string letters = normalize_text(text);
  std::erase_if(letters, [](char32_t c) { return c == U' ' || c == U'\t' || c == 0xA0; });
  return letters;
}

}  // namespace

FieldNames parse_field_names(const std::string& text, const std::string& name) {
  std::istringstream lines(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
  FieldNames names;
  std::vector<std::string> header;
  std::array<std::size_t, 3> columns{};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string where = name + ": line " + std::to_string(number) + ": ";
    if (!is_utf8(line)) throw Error(ErrorCode::decode_failed, where + "is not UTF-8");
    const std::vector<std::string> cells = cells_of(line);
    if (number == 1) {
      columns = find_columns(cells, name);
      header = cells;
      continue;
    }
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (cells.size() != header.size())
      throw Error(ErrorCode::decode_failed, where + "expected " + std::to_string(header.size()) +
                                                " tab-separated columns, found " +
                                                std::to_string(cells.size()));
    for (const std::size_t column : columns) {
      if (cells[column].empty())
        throw Error(ErrorCode::decode_failed, where + "column " + header[column] + " is empty");
    }
    const std::string& field = cells[columns[1]];
    if (!names.emplace(std::pair(cells[columns[0]], field), cells[columns[2]]).second)
      throw Error(ErrorCode::decode_failed,
                  where + field + " of " + cells[columns[0]] + " is named twice");
  }
  if (header.empty()) throw Error(ErrorCode::decode_failed, name + ": is empty, expected a header");
  return names;
}

FieldNames read_field_names(const std::string& path) {
  return parse_field_names(read_text_file(path), printable_path(path));
}

NameOutcome judge_named_text(const std::string& truth, const std::string& text) {
  const std::u32string wanted = compared(truth);
  const std::u32string found = compared(text);
  const bool right =
      found.find(wanted) != std::u32string::npos && found.size() <= wanted.size() + kMostMore;
  return right ? NameOutcome::right : NameOutcome::wrong;
}

void NameScore::add(NameOutcome outcome, bool is_accepted) {
  switch (outcome) {
    case NameOutcome::right: ++right; break;
    case NameOutcome::wrong: ++wrong; break;
    case NameOutcome::absent: ++absent; return;
  }
  if (!is_accepted) return;
  ++accepted;
  if (outcome == NameOutcome::wrong) ++accepted_wrong;
}

}  // namespace nibble
