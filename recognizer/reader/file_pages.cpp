#include "recognizer/reader/file_pages.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "recognizer/base/file_bytes.h"
#include "recognizer/base/text.h"
#include "recognizer/image/view.h"

namespace nibble {
DecodeOptions decode_options(const Limits& limits) {
  DecodeOptions options;
  options.limits.max_pixels =
      static_cast<std::uint64_t>(std::max<std::int64_t>(limits.max_pixels, 0));
  options.limits.max_side = limits.max_side;
  options.limits.max_pages = limits.max_pages;
  options.limits.max_bytes =
      static_cast<std::uint64_t>(std::max<std::int64_t>(limits.max_bytes, 0));
  return options;
}

std::string file_name(const FileSource& file) {
  return file.path == "-" ? "standard input" : file.path;
}

PageSource open_pages(const FileSource& file, const Limits& limits, bool grey) {
  DecodeOptions options = decode_options(limits);
  options.grey = grey;
  const std::string name = file_name(file);
  if (!file.bytes.empty()) return {std::as_bytes(std::span(file.bytes)), name, options};
  return {file.path == "-" ? read_standard_input() : read_file_bytes(file.path), name, options};
}

SourcePage take_page(PageSource& source, const std::string& name, int number) {
  SourcePage last;
  last.number = 0;
  while (std::optional<SourcePage> page = source.next()) {
    last = std::move(*page);
    if (last.number == number) return last;
    last.image = {};
  }
  const bool cut_off = last.error.has_value();  // tells more than that the page is missing
  if (!cut_off) {
    last.name = printable_path(name);
    last.error = Error(ErrorCode::usage, last.name + ": has no page " + std::to_string(number) +
                                             ", its last is " + std::to_string(last.number));
  }
  last.number = number;
  return last;
}

Picture load_picture(const FileSource& file, int page, const Limits& limits) {
  PageSource source = open_pages(file, limits, false);
  SourcePage found = take_page(source, file_name(file), page);
  if (found.error) throw *found.error;
  return to_picture(std::move(found.image));
}

}  // namespace nibble
