#include "recognizer/image/tiff.h"

namespace nibble {

TiffChain::TiffChain(ByteSpan bytes)
    : bytes_(bytes),
      big_endian_(!bytes.empty() && bytes[0] == std::byte{'M'}),
      big_tiff_(has(0, 8) && number(2, 2) == 43) {
  if (has(0, big_tiff_ ? 16 : 8)) next_ = big_tiff_ ? number(8, 8) : number(4, 4);
}

std::optional<std::uint64_t> TiffChain::take() {
  const std::uint64_t offset = next_;
  seen_.insert(offset);
  next_ = 0;
  const unsigned count_size = big_tiff_ ? 8 : 2;
  if (offset == 0 || !has(offset, count_size)) return std::nullopt;
  const std::uint64_t entries = number(offset, count_size);
  const std::uint64_t entry_size = big_tiff_ ? 20 : 12;
  const std::uint64_t link_size = big_tiff_ ? 8 : 4;
  // Entries beyond the file: libtiff tells what is wrong with this directory, and no other follows.
  if (entries > bytes_.size() / entry_size) return offset;
  const std::uint64_t link = offset + count_size + entries * entry_size;
  // Where the link itself is cut off, one is missing.
  next_ = has(link, link_size) ? number(link, static_cast<unsigned>(link_size)) : UINT64_MAX;
  return offset;
}

std::uint64_t TiffChain::number(std::uint64_t at, unsigned size) const {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i) {
    const std::uint64_t from = at + (big_endian_ ? i : size - 1 - i);
    value = value << 8U | std::to_integer<std::uint64_t>(bytes_[from]);
  }
  return value;
}

}  // namespace nibble
