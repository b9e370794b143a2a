#include "data/field_labels.h"

#include <array>
#include <set>
#include <sstream>
#include <string_view>

#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

using Columns = std::array<std::size_t, 7>;
constexpr std::array<std::string_view, 7> kColumnNames = {
    "type", "frame", "field", "group", "official_value", "clean", "value"};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(separator); end != std::string::npos;
       end = text.find(separator, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

Columns find_columns(const std::vector<std::string>& header, const std::string& name) {
  Columns columns{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::size_t& column = columns[i];
    while (column < header.size() && header[column] != kColumnNames[i]) ++column;
    if (column == header.size()) {
      throw Error(ErrorCode::decode_failed, name + ": line 1: the header has no column \"" +
                                                std::string(kColumnNames[i]) + "\"");
    }
  }
  return columns;
}

bool parse_flag(const std::string& text, std::string_view column, const std::string& where) {
  if (text != "0" && text != "1")
    throw Error(ErrorCode::decode_failed,
                where + "expected 0 or 1 in column " + std::string(column));
  return text == "1";
}

FieldLabel parse_row(const std::vector<std::string>& cells, const Columns& columns,
                     const std::string& where) {
  FieldLabel label;
  label.type = cells[columns[0]];
  label.frame = cells[columns[1]];
  label.field = cells[columns[2]];
  label.group = cells[columns[3]];
  label.official = parse_flag(cells[columns[4]], kColumnNames[4], where);
  label.clean = parse_flag(cells[columns[5]], kColumnNames[5], where);
  label.value = cells[columns[6]];
  const std::size_t slash = label.frame.find('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == label.frame.size()) {
    throw Error(ErrorCode::decode_failed, where + "expected a frame like CA/CA43_01");
  }
  for (const std::size_t i : {0, 2, 3}) {
    if (cells[columns[i]].empty())
      throw Error(ErrorCode::decode_failed,
                  where + "column " + std::string(kColumnNames[i]) + " is empty");
  }
  return label;
}

}  // namespace

std::vector<FieldLabel> parse_field_labels(const std::string& text, const std::string& name) {
  std::istringstream lines(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
  std::vector<FieldLabel> labels;
  std::set<std::string> seen;
  std::vector<std::string> header;
  Columns columns{};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    const std::string where = name + ": line " + std::to_string(number) + ": ";
    if (!is_utf8(line)) throw Error(ErrorCode::decode_failed, where + "is not UTF-8");
    std::vector<std::string> cells = split(line, '\t');
    if (number == 1) {
      columns = find_columns(cells, name);
      header = std::move(cells);
      continue;
    }
    if (line.empty()) continue;
    if (cells.size() != header.size()) {
      throw Error(ErrorCode::decode_failed, where + "expected " + std::to_string(header.size()) +
                                                " tab-separated columns, found " +
                                                std::to_string(cells.size()));
    }
    FieldLabel label = parse_row(cells, columns, where);
    if (!seen.insert(label.type + '\t' + label.frame + '\t' + label.field).second) {
      throw Error(ErrorCode::decode_failed,
                  where + label.field + " of " + label.frame + " is labelled twice");
    }
    labels.push_back(std::move(label));
  }
  if (header.empty()) throw Error(ErrorCode::decode_failed, name + ": is empty, expected a header");
  return labels;
}

std::vector<FieldLabel> read_field_labels(const std::string& path) {
  return parse_field_labels(read_text_file(path), printable_path(path));
}

std::string guess_group(const std::string& value) {
  int digits = 0;
  int separations = 0;
  bool other = false;
  bool in_separator = false;
  for (const char c : value) {
    const bool separator = c == '.' || c == '-' || c == '/' || c == ' ';
    if (c == '<') return "mrz";
    if (c >= '0' && c <= '9') {
      ++digits;
    } else if (!separator) {
      other = true;
    }
    if (separator && !in_separator) ++separations;
    in_separator = separator;
  }
  if (!other && digits >= 6 && digits <= 8 && separations >= 2) return "date";
  return digits > 0 ? "docnum" : "latin";
}

}  // namespace nibble
