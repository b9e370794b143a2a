#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "recognizer/image/page_source.h"

// What the fuzz targets of picture formats share.

namespace nibble {

/// Whether the pages of a file come within the limits, each a picture that is whole or an error in
/// one line; aborts where not. Other formats than the one that begins with `magic` at `at` are
/// passed over: they have targets of their own.
inline void check_pages(const std::uint8_t* data, std::size_t size, std::size_t at,
                        std::string_view magic) {
  if (size < at + magic.size() || std::memcmp(data + at, magic.data(), magic.size()) != 0) return;
  for (const bool grey : {false, true}) {
    DecodeOptions options;
    options.limits = {1'000'000, 4000, 8, 1 << 20};
    options.grey = grey;
    PageSource source(std::as_bytes(std::span(data, size)), "input", options);
    int pages = 0;
    while (const auto page = source.next()) {
      if (++pages > options.limits.max_pages + 1 || page->number != pages) std::abort();
      if (page->error) {
        const std::string message = page->error->what();
        if (message.find('\n') != std::string::npos || !message.starts_with("input")) std::abort();
        if (!page->image.empty()) std::abort();
        continue;
      }
      const Image& image = page->image;
      const auto pixels = std::uint64_t(image.width) * std::uint64_t(image.height);
      if (image.width < 1 || image.height < 1 || pixels > options.limits.max_pixels) std::abort();
      if (image.channels != 1 && (grey || image.channels != 3)) std::abort();
      if (image.pixels.size() != pixels * std::uint64_t(image.channels)) std::abort();
    }
  }
}

}  // namespace nibble
