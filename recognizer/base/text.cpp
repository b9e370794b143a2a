#include "recognizer/base/text.h"

#include <cstddef>

#include "recognizer/base/printable.h"

namespace nibble {

std::string printable_path(const std::string& path) { return printable_text(path); }

std::string lower_extension(const std::string& path) {
  const std::size_t dot = path.find_last_of("./");
  if (dot == std::string::npos || path[dot] != '.') return {};
  std::string extension = path.substr(dot);
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return extension;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace nibble
