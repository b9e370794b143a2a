#include <cstddef>
#include <cstdint>
#include <string>

#include "app/commands/line_set.h"
#include "data/field_labels.h"
#include "data/field_names.h"
#include "recognizer/base/unicode.h"
#include "tests/fuzz/checks.h"

namespace {

void check_lines(const std::string& text) {
  const auto lines = nibble::parse_line_set(text, "folder");
  require(!lines.empty());
  for (const nibble::LabelledLine& line : lines) {
    require(line.path.starts_with("folder/") && line.path.size() > 7);
    require(!line.text.empty() && nibble::is_utf8(line.text));
  }
}

void check_fields(const std::string& text) {
  for (const nibble::FieldLabel& label : nibble::parse_field_labels(text, "input")) {
    require(!label.type.empty() && !label.field.empty() && !label.group.empty());
    require(label.frame.find('/') != std::string::npos);
    require(nibble::is_utf8(label.value) && label.value.find('\t') == std::string::npos);
    nibble::guess_group(label.value);
  }
}

void check_names(const std::string& text) {
  for (const auto& [field, name] : nibble::parse_field_names(text, "input")) {
    require(!field.first.empty() && !field.second.empty() && !name.empty());
    require(nibble::is_utf8(name) && name.find('\t') == std::string::npos);
  }
}

}  // namespace

// A table of labelled fields, of their names or of labelled lines is either refused in one line, or
// holds what it promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  refuse_or_pass([&] { check_lines(text); });
  refuse_or_pass([&] { check_fields(text); });
  refuse_or_pass([&] { check_names(text); });
  return 0;
}
