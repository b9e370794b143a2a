#include "recognizer/image/pdf_frames.h"

#include <charconv>
#include <string_view>

#include "recognizer/base/text.h"
#include "recognizer/image/pdf_reader.h"

namespace nibble {
namespace {

constexpr int kMaxPdfPages = 100'000'000;

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Numbers of digits alone, one blank between them, and nothing else.
template <std::size_t kCount>
std::optional<std::array<int, kCount>> parse_numbers(std::string_view text) {
  std::array<int, kCount> numbers = {};
  for (std::size_t i = 0; i < kCount; ++i) {
    if (i > 0 && !take_prefix(text, " ")) return std::nullopt;
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  if (!text.empty()) return std::nullopt;
  return numbers;
}

}  // namespace

std::optional<std::string> PdfFrames::read_line() {
  std::string line;
  while (line.size() < kPdfLine) {
    std::byte next{};
    if (source_({&next, 1}) != 1) return std::nullopt;
    if (next == std::byte{'\n'}) return line;
    line.push_back(std::to_integer<char>(next));
  }
  return std::nullopt;
}

std::optional<int> PdfFrames::read_head(const std::string& name) {
  const std::optional<std::string> line = read_line();
  if (!line) return std::nullopt;
  std::string_view text = *line;
  if (take_prefix(text, "refused ")) throw_decode_failed(name, printable_path(std::string(text)));
  if (!take_prefix(text, "pages ")) return std::nullopt;
  const auto number = parse_numbers<1>(text);
  return number && (*number)[0] <= kMaxPdfPages ? std::optional((*number)[0]) : std::nullopt;
}

std::optional<Image> PdfFrames::read_page(const std::string& name) {
  const std::optional<std::string> line = read_line();
  if (!line) return std::nullopt;
  std::string_view text = *line;
  if (take_prefix(text, "failed ")) throw_decode_failed(name, printable_path(std::string(text)));
  if (!take_prefix(text, "page ")) return std::nullopt;
  const auto size = parse_numbers<2>(text);
  if (!size) return std::nullopt;
  const auto [width, height] = *size;
  const auto w = static_cast<std::size_t>(width);
  const auto h = static_cast<std::size_t>(height);
  // It was told the limits: a page beyond them is none of its pages.
  const auto side = static_cast<std::size_t>(options_.limits.max_side);
  if (w < 1 || h < 1 || w > side || h > side || w * h > options_.limits.max_pixels)
    return std::nullopt;
  Image image{width, height, options_.grey ? 1 : 3, {}};
  image.pixels.resize(w * h * static_cast<std::size_t>(image.channels));
  if (source_(std::as_writable_bytes(std::span(image.pixels))) != image.pixels.size())
    return std::nullopt;
  return image;
}

}  // namespace nibble
