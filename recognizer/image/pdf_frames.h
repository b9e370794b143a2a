#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "recognizer/image/codecs.h"

namespace nibble {

/// Reads what nibble-pdf prints (pdf_reader.h). It is believed in nothing: it has looked at a file
/// that may have been made to take it over.
class PdfFrames {
 public:
  /// Fills a buffer, less of it at the end.
  using Source = std::function<std::size_t(std::span<std::byte>)>;
  PdfFrames(Source source, const DecodeOptions& options)
      : source_(std::move(source)), options_(options) {}

  /// The head: the number of pages, at least 0; none where it is malformed or missing. Throws
  /// Error(decode_failed) with the reason of a file that was refused.
  std::optional<int> read_head(const std::string& name);

  /// A page; none where it is malformed or cut off. Throws Error(decode_failed | too_large) for a
  /// page that cannot be drawn, behind which the next one may be read.
  std::optional<Image> read_page(const std::string& name);

 private:
  std::optional<std::string> read_line();

  Source source_;
  DecodeOptions options_;
};

}  // namespace nibble
