#include "app/commands/line_set.h"

#include <sstream>

#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/base/unicode.h"

namespace nibble {

std::vector<LabelledLine> read_line_set(const std::string& folder) {
  const std::string path = folder + "/labels.tsv";
  return parse_line_set(read_text_file(path), folder);
}

std::vector<LabelledLine> parse_line_set(const std::string& text, const std::string& folder) {
  const std::string path = folder + "/labels.tsv";
  std::istringstream table(text);
  std::vector<LabelledLine> lines;
  std::string line;
  for (int number = 1; std::getline(table, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const std::size_t tab = line.find('\t');
    if (tab == 0 || tab == std::string::npos || tab + 1 == line.size() || !is_utf8(line)) {
      throw Error(ErrorCode::decode_failed, printable_path(path) + ": line " +
                                                std::to_string(number) +
                                                " is not a file name, a tab and the text");
    }
    lines.push_back({folder + "/" + line.substr(0, tab), line.substr(tab + 1)});
  }
  if (lines.empty()) throw Error(ErrorCode::decode_failed, printable_path(path) + ": has no lines");
  return lines;
}

}  // namespace nibble
