#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "nn/error.h"
#include "recognizer/image/pdf_frames.h"

// Whatever the process that draws pages prints, it becomes pages within the limits, errors in one
// line, or nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  nibble::DecodeOptions options;
  options.limits.max_pixels = 10'000;
  options.limits.max_side = 1000;
  options.grey = size % 2 == 0;
  std::size_t used = 0;
  const auto source = [&](std::span<std::byte> out) {
    const std::size_t count = std::min(out.size(), size - used);
    if (count > 0) std::memcpy(out.data(), data + used, count);
    used += count;
    return count;
  };
  nibble::PdfFrames frames(source, options);
  const auto one_line = [](const nibble::Error& error) {
    const std::string message = error.what();
    if (message.find('\n') != std::string::npos || !message.starts_with("input: ")) std::abort();
  };
  try {
    const auto pages = frames.read_head("input");
    if (pages && *pages < 0) std::abort();
  } catch (const nibble::Error& error) {
    one_line(error);
  }
  while (used < size) {
    try {
      const auto image = frames.read_page("input");
      if (!image) break;
      const auto pixels = std::uint64_t(image->width) * std::uint64_t(image->height);
      if (pixels < 1 || pixels > options.limits.max_pixels ||
          image->pixels.size() != pixels * std::uint64_t(image->channels))
        std::abort();
    } catch (const nibble::Error& error) {
      one_line(error);
    }
  }
  return 0;
}
