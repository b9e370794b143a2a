#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <optional>
#include <utility>

#include "nn/error.h"
#include "recognizer/image/codecs.h"

// BMP is read by hand: the format is a header and rows, and no library in Debian reads it without a
// dozen other formats.

namespace nibble {
namespace {

constexpr std::size_t kFileHeader = 14;

enum Compression : std::uint32_t {
  kPlain = 0,
  kRle8 = 1,
  kRle4 = 2,
  kFields = 3,
  kAlphaFields = 6
};

/// Where the bits of a colour stand in a pixel of 16 or 32 bits.
struct Channel {
  std::uint32_t mask = 0;

  std::uint8_t of(std::uint32_t pixel) const {
    if (mask == 0) return 0;
    const int shift = std::countr_zero(mask);
    const std::uint64_t most = mask >> shift;
    return static_cast<std::uint8_t>((((pixel & mask) >> shift) * std::uint64_t{255} + most / 2) /
                                     most);
  }
};

struct BmpHeader {
  PictureHeader picture;
  bool top_down = false;
  unsigned bits = 0;
  std::uint32_t compression = kPlain;
  std::array<Channel, 4> channels = {};  ///< red, green, blue, opacity
  std::size_t palette_at = 0;
  std::size_t palette_entry = 4;
  std::size_t palette_size = 0;
  std::size_t pixels_at = 0;

  bool has_alpha() const { return channels[3].mask != 0; }
};

/// Numbers of a file, little-endian; beyond its end is an error.
class BmpBytes {
 public:
  BmpBytes(ByteSpan bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  std::uint32_t number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at)
      throw_decode_failed(name_, "a truncated BMP");
    std::uint32_t value = 0;
    for (std::size_t i = size; i-- > 0;)
      value = value << 8U | std::to_integer<std::uint32_t>(bytes_[at + i]);
    return value;
  }
  std::uint8_t byte(std::size_t at) const { return static_cast<std::uint8_t>(number(at, 1)); }
  std::size_t size() const { return bytes_.size(); }
  const std::string& name() const { return name_; }
  [[noreturn]] void refuse(const std::string& what) const { throw_decode_failed(name_, what); }

 private:
  ByteSpan bytes_;
  const std::string& name_;
};

void read_masks(const BmpBytes& bytes, std::size_t header_size, BmpHeader& header) {
  if (header.compression == kFields || header.compression == kAlphaFields) {
    // Behind a header of 40 bytes, or in it where it is longer: the same place.
    const bool alpha = header.compression == kAlphaFields || header_size >= 56;
    for (std::size_t c = 0; c < (alpha ? 4U : 3U); ++c)
      header.channels[c].mask = bytes.number(kFileHeader + 40 + 4 * c, 4);
  } else if (header.bits == 16) {
    header.channels = {Channel{0x7C00}, Channel{0x03E0}, Channel{0x001F}, Channel{0}};
  } else if (header.bits == 32) {
    header.channels = {Channel{0xFF0000}, Channel{0xFF00}, Channel{0xFF}, Channel{0}};
  }
}

void check_kind(const BmpBytes& bytes, const BmpHeader& header) {
  const unsigned bits = header.bits;
  const std::uint32_t kind = header.compression;
  const bool known =
      bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
  const bool fits = kind == kPlain || (kind == kRle8 && bits == 8) ||
                    (kind == kRle4 && bits == 4) ||
                    ((kind == kFields || kind == kAlphaFields) && (bits == 16 || bits == 32));
  if (!known || !fits)
    bytes.refuse("a BMP of " + std::to_string(bits) + " bits and compression " +
                 std::to_string(kind) + ", which is not supported: save it as PNG");
  if (header.top_down && (kind == kRle8 || kind == kRle4))
    bytes.refuse("a damaged BMP (packed from the top)");
}

/// As they are written: of a picture from the top the height is negative.
struct WrittenSize {
  std::int64_t width = 0;
  std::int64_t height = 0;
};

/// Reads a header of `size` bytes up to its masks. The palette has as many colours as it says.
WrittenSize read_start(const BmpBytes& bytes, std::size_t size, BmpHeader& header) {
  if (size == 12) {  // OS/2
    header.bits = bytes.number(24, 2);
    header.palette_entry = 3;
    return {bytes.number(18, 2), bytes.number(20, 2)};
  }
  if (size < 40 || size > 1024)
    bytes.refuse("a damaged BMP (a header of " + std::to_string(size) + " bytes)");
  header.bits = bytes.number(28, 2);
  header.compression = bytes.number(30, 4);
  header.palette_size = bytes.number(46, 4);
  const double across = bytes.number(38, 4);
  const double down = bytes.number(42, 4);
  if (across > 0 && down > 0) header.picture.pixel_aspect = down / across;
  return {static_cast<std::int32_t>(bytes.number(18, 4)),
          static_cast<std::int32_t>(bytes.number(22, 4))};
}

/// Where the palette lies, and how many colours it can have.
void place_palette(std::size_t size, BmpHeader& header) {
  const bool masks_behind = size == 40 && header.compression != kPlain && header.bits > 8;
  header.palette_at =
      kFileHeader + size + (masks_behind ? (header.compression == kAlphaFields ? 16U : 12U) : 0U);
  const std::size_t most = header.bits <= 8 ? std::size_t{1} << header.bits : 0;
  if (header.palette_size == 0 || header.palette_size > most) header.palette_size = most;
}

BmpHeader read_header(const BmpBytes& bytes, const DecodeLimits& limits) {
  BmpHeader header;
  header.pixels_at = bytes.number(10, 4);
  const std::size_t size = bytes.number(kFileHeader, 4);
  const auto [width, written_height] = read_start(bytes, size, header);
  header.top_down = written_height < 0;
  const std::int64_t height = std::abs(written_height);
  if (width < 0) bytes.refuse("a damaged BMP (its width is negative)");
  check_picture_size(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height), limits,
                     bytes.name());
  header.picture.width = static_cast<int>(width);
  header.picture.height = static_cast<int>(height);
  // Rows stand from the bottom: as an orientation, mirrored from top to bottom.
  header.picture.orientation = header.top_down ? 1 : 4;
  check_picture_size(header.picture, limits, bytes.name());
  check_kind(bytes, header);
  read_masks(bytes, size, header);
  place_palette(size, header);
  return header;
}

/// The colours of a palette; entries that the file lacks are black.
std::array<std::uint8_t, 256 * 3> read_palette(const BmpBytes& bytes, const BmpHeader& header) {
  std::array<std::uint8_t, 256 * 3> palette = {};
  for (std::size_t i = 0; i < header.palette_size; ++i) {
    const std::size_t at = header.palette_at + i * header.palette_entry;
    for (std::size_t c = 0; c < 3; ++c) palette[3 * i + c] = bytes.byte(at + 2 - c);
  }
  return palette;
}

/// Runs of equal pixels (RLE8 and RLE4), a row at a time. What the runs leave out has index 0.
class RunReader {
 public:
  RunReader(const BmpBytes& bytes, const BmpHeader& header)
      : bytes_(bytes), nibbles_(header.compression == kRle4), at_(header.pixels_at) {}

  void read_row(std::vector<std::uint8_t>& indices) {
    std::fill(indices.begin(), indices.end(), std::uint8_t{0});
    if (over_) return;
    if (skipped_rows_ > 0) {
      --skipped_rows_;
      if (skipped_rows_ > 0) return;
    }
    // Behind a skip the row begins where that led to.
    std::size_t x = std::exchange(start_, 0);
    while (true) {
      const unsigned count = bytes_.byte(at_);
      const unsigned value = bytes_.byte(at_ + 1);
      at_ += 2;
      if (count > 0) {
        for (unsigned i = 0; i < count; ++i) put(indices, x, index(value, i));
      } else if (value == 0) {
        return;
      } else if (value == 1) {
        over_ = true;
        return;
      } else if (value == 2) {
        const std::size_t right = bytes_.byte(at_);
        skipped_rows_ = bytes_.byte(at_ + 1);
        at_ += 2;
        if (skipped_rows_ > 0) {
          start_ = x + right;
          return;
        }
        x += right;
      } else {
        read_literal(indices, x, value);
      }
    }
  }

 private:
  std::uint8_t index(unsigned value, unsigned i) const {
    if (!nibbles_) return static_cast<std::uint8_t>(value);
    return static_cast<std::uint8_t>(i % 2 == 0 ? value >> 4U : value & 15U);
  }

  void put(std::vector<std::uint8_t>& indices, std::size_t& x, std::uint8_t value) const {
    if (x >= indices.size()) bytes_.refuse("a damaged BMP (a run beyond its row)");
    indices[x++] = value;
  }

  void read_literal(std::vector<std::uint8_t>& indices, std::size_t& x, unsigned count) {
    const std::size_t stored = nibbles_ ? (count + 1) / 2 : count;
    for (unsigned i = 0; i < count; ++i)
      put(indices, x, index(bytes_.byte(at_ + (nibbles_ ? i / 2 : i)), i));
    at_ += stored + stored % 2;
  }

  const BmpBytes& bytes_;
  bool nibbles_;
  std::size_t at_;
  std::size_t skipped_rows_ = 0;
  std::size_t start_ = 0;
  bool over_ = false;
};

/// Reads rows as they stand in the file, to grey or RGB of 8 bits, with opacity where there is any.
class BmpRows {
 public:
  BmpRows(const BmpBytes& bytes, const BmpHeader& header)
      : bytes_(bytes), header_(header), width_(static_cast<std::size_t>(header.picture.width)) {
    if (header.bits <= 8) palette_ = read_palette(bytes, header);
    if (header.compression == kRle8 || header.compression == kRle4) runs_.emplace(bytes, header);
    stride_ = (width_ * header.bits + 31) / 32 * 4;
    // The last row may lack the bytes that fill it up to four.
    const std::size_t rows = static_cast<std::size_t>(header.picture.height);
    const std::size_t needed = stride_ * (rows - 1) + (width_ * header.bits + 7) / 8;
    if (!runs_ && (header.pixels_at > bytes.size() || needed > bytes.size() - header.pixels_at))
      bytes.refuse("a truncated BMP");
    indices_.resize(header.bits <= 8 ? width_ : 0);
    row_.resize(width_ * static_cast<std::size_t>(channels_of(kind())));
  }

  PixelKind kind() const { return header_.has_alpha() ? PixelKind::rgb_alpha : PixelKind::rgb; }

  const std::uint8_t* read(std::size_t y) {
    const std::size_t at = header_.pixels_at + y * stride_;
    if (header_.bits > 8) {
      read_colours(at);
      return row_.data();
    }
    if (runs_) {
      runs_->read_row(indices_);
    } else {
      read_indices(at);
    }
    for (std::size_t x = 0; x < width_; ++x) {
      for (std::size_t c = 0; c < 3; ++c) row_[3 * x + c] = palette_[3 * indices_[x] + c];
    }
    return row_.data();
  }

 private:
  void read_indices(std::size_t at) {
    const unsigned bits = header_.bits;
    const unsigned most = (1U << bits) - 1U;
    for (std::size_t x = 0; x < width_; ++x) {
      const std::size_t bit = x * bits;
      const unsigned shift = 8U - bits - static_cast<unsigned>(bit % 8);
      indices_[x] = static_cast<std::uint8_t>(bytes_.byte(at + bit / 8) >> shift & most);
    }
  }

  void read_colours(std::size_t at) {
    const std::size_t size = header_.bits / 8;
    std::uint8_t* out = row_.data();
    for (std::size_t x = 0; x < width_; ++x, at += size) {
      const std::uint32_t pixel = bytes_.number(at, size);
      if (size == 3) {
        for (const unsigned shift : {16U, 8U, 0U})
          *out++ = static_cast<std::uint8_t>(pixel >> shift);
      } else {
        for (std::size_t c = 0; c < (header_.has_alpha() ? 4U : 3U); ++c)
          *out++ = header_.channels[c].of(pixel);
      }
    }
  }

  const BmpBytes& bytes_;
  const BmpHeader& header_;
  std::size_t width_;
  std::size_t stride_ = 0;
  std::array<std::uint8_t, 256 * 3> palette_ = {};
  std::optional<RunReader> runs_;
  std::vector<std::uint8_t> indices_;
  std::vector<std::uint8_t> row_;
};

}  // namespace

PictureHeader read_bmp_header(ByteSpan bytes, const std::string& name, const DecodeLimits& limits) {
  return read_header(BmpBytes(bytes, name), limits).picture;
}

Image decode_bmp(ByteSpan bytes, const std::string& name, const DecodeOptions& options) {
  const BmpBytes file(bytes, name);
  const BmpHeader header = read_header(file, options.limits);
  return over_ground([&](Ground ground) {
    BmpRows reader(file, header);
    PictureRows rows(header.picture, reader.kind(), options.grey, ground);
    for (int y = 0; y < header.picture.height; ++y)
      rows.put(reader.read(static_cast<std::size_t>(y)));
    return rows;
  });
}

}  // namespace nibble
