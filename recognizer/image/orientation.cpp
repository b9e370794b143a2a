#include "recognizer/image/codecs.h"

namespace nibble {
namespace {

/// Reads a TIFF structure in memory; beyond the end it reads as nothing.
class ExifReader {
 public:
  explicit ExifReader(ByteSpan bytes)
      : bytes_(bytes), big_endian_(!bytes.empty() && bytes[0] == std::byte{'M'}) {}

  bool has(std::size_t at, std::size_t size) const {
    return at <= bytes_.size() && size <= bytes_.size() - at;
  }

  std::uint32_t number(std::size_t at, std::size_t size) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value = value << 8U |
              std::to_integer<std::uint32_t>(bytes_[at + (big_endian_ ? i : size - 1 - i)]);
    }
    return value;
  }

 private:
  ByteSpan bytes_;
  bool big_endian_;
};

}  // namespace

int exif_orientation(ByteSpan exif) {
  constexpr std::uint32_t kOrientationTag = 0x0112;
  constexpr std::uint32_t kTypeShort = 3;
  constexpr std::uint32_t kTypeLong = 4;
  const ExifReader reader(exif);
  if (!reader.has(0, 8) || exif[0] != exif[1] ||
      (exif[0] != std::byte{'I'} && exif[0] != std::byte{'M'}))
    return 1;
  if (reader.number(2, 2) != 42) return 1;
  const std::size_t directory = reader.number(4, 4);
  if (!reader.has(directory, 2)) return 1;
  const std::size_t entries = reader.number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (!reader.has(entry, 12)) return 1;
    if (reader.number(entry, 2) != kOrientationTag) continue;
    const std::uint32_t type = reader.number(entry + 2, 2);
    if ((type != kTypeShort && type != kTypeLong) || reader.number(entry + 4, 4) != 1) return 1;
    const std::uint32_t value = reader.number(entry + 8, type == kTypeShort ? 2 : 4);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace nibble
