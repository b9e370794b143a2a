#include "recognizer/result/named_text.h"

#include <fmt/format.h>

#include "recognizer/base/text.h"

namespace nibble {

std::vector<NamedText> named_texts(const Document& document) {
  std::vector<NamedText> texts;
  for (const Field& field : document.fields) texts.push_back({field.name, field.kind, &field});
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    const FoundLine& line = document.lines[i];
    if (line.field.empty()) texts.push_back({line_name(i), "text", &line});
  }
  return texts;
}

std::string line_name(std::size_t index) { return fmt::format("line{:02}", index + 1); }

std::string text_heading(const Document& document, bool first) {
  std::string line = first ? "" : "\n";
  line += printable_path(document.path);
  if (document.page > 1) line.append(", page ").append(std::to_string(document.page));
  return line + ":\n";
}

}  // namespace nibble
