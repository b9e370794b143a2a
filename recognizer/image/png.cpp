#include <png.h>

#include <array>
#include <csetjmp>
#include <cstring>
#include <new>

#include "nn/error.h"
#include "recognizer/image/codecs.h"

namespace nibble {
namespace {

constexpr std::size_t kSignatureSize = 8;
constexpr std::size_t kChunkFrame = 12;  // length, type and checksum
constexpr png_alloc_size_t kMaxChunkBytes = 8'000'000;

struct PngErrors {
  std::jmp_buf escape = {};
  std::array<char, 128> message = {};
};

/// What the callback reads from; `used` stays within `bytes`.
struct PngSource {
  ByteSpan bytes;
  std::size_t used = 0;
};

extern "C" {

[[noreturn]] static void leave_png(png_structp png, png_const_charp message) {
  auto* errors = static_cast<PngErrors*>(png_get_error_ptr(png));
  std::strncpy(errors->message.data(), message, errors->message.size() - 1);
  std::longjmp(errors->escape, 1);
}

static void drop_png_warning(png_structp, png_const_charp) {}

static void read_png_bytes(png_structp png, png_bytep out, std::size_t size) {
  auto* source = static_cast<PngSource*>(png_get_io_ptr(png));
  if (size > source->bytes.size() - source->used) png_error(png, "the file ends too early");
  std::memcpy(out, source->bytes.data() + source->used, size);
  source->used += size;
}

static void write_png_bytes(png_structp png, png_bytep data, std::size_t size) {
  auto* out = static_cast<std::vector<std::byte>*>(png_get_io_ptr(png));
  bool stored = true;
  try {  // an exception must not cross the library's C code
    const auto* begin = reinterpret_cast<const std::byte*>(data);
    out->insert(out->end(), begin, begin + size);
  } catch (const std::bad_alloc&) {
    stored = false;
  }
  if (!stored) png_error(png, "not enough memory");
}

static void flush_nothing(png_structp) {}

}  // extern "C"

/// Runs calls of libpng; false when one of them gave up. The jump leaves `step` without
/// destructors, so it may own nothing.
template <typename Step>
bool run_guarded(PngErrors& errors, const Step& step) {
  if (setjmp(errors.escape) != 0) return false;
  step();
  return true;
}

std::uint32_t big_endian(ByteSpan bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8U | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

bool is_chunk(ByteSpan bytes, std::size_t at, const char* type) {
  return std::memcmp(bytes.data() + at + 4, type, 4) == 0;
}

/// Walks the chunks for what tells how the picture stands: eXIf, which may stand before or after
/// the pixels, and pHYs (pixels per unit across and down).
void find_placement(ByteSpan bytes, PictureHeader& header) {
  std::size_t at = kSignatureSize;
  while (bytes.size() - at >= kChunkFrame) {
    const std::size_t length = big_endian(bytes, at);
    if (length > bytes.size() - at - kChunkFrame || is_chunk(bytes, at, "IEND")) break;
    if (is_chunk(bytes, at, "eXIf"))
      header.orientation = exif_orientation(bytes.subspan(at + 8, length));
    if (is_chunk(bytes, at, "pHYs") && length == 9) {
      const double across = big_endian(bytes, at + 8);
      const double down = big_endian(bytes, at + 12);
      if (across > 0 && down > 0) header.pixel_aspect = down / across;
    }
    at += kChunkFrame + length;
  }
}

/// The colours of a palette, 3 channels or 4 with their opacity.
struct Palette {
  std::array<std::uint8_t, 256 * std::size_t{4}> colours = {};
  std::size_t channels = 3;

  void look_up(const std::uint8_t* indices, std::size_t count, std::uint8_t* out) const noexcept {
    for (std::size_t x = 0; x < count; ++x, out += channels)
      std::memcpy(out, colours.data() + 4 * std::size_t{indices[x]}, channels);
  }
};

class PngReader {
 public:
  explicit PngReader(ByteSpan bytes) : source_{bytes} {}
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  /// Opens the picture and asks for samples of 8 bits, with alpha where there is transparency, or
  /// for one index a byte.
  bool begin() {
    const auto open = [&] {
      png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &errors_, leave_png, drop_png_warning);
      if (png_ == nullptr) return;
      info_ = png_create_info_struct(png_);
      if (info_ == nullptr) png_error(png_, "not enough memory");
      png_set_read_fn(png_, &source_, read_png_bytes);
      png_set_chunk_malloc_max(png_, kMaxChunkBytes);
      // Text and profiles are not even unpacked.
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
      png_read_info(png_, info_);
      const int colour = png_get_color_type(png_, info_);
      indexed_ = colour == PNG_COLOR_TYPE_PALETTE;
      png_set_scale_16(png_);
      if (indexed_) png_set_packing(png_);
      if (colour == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png_);
      if (!indexed_ && png_get_valid(png_, info_, PNG_INFO_tRNS) != 0) png_set_tRNS_to_alpha(png_);
      passes_ = png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
      if (indexed_) take_palette();
    };
    return run_guarded(errors_, open) && png_ != nullptr;
  }

  PixelKind kind() const {
    if (indexed_) return palette_.channels == 4 ? PixelKind::rgb_alpha : PixelKind::rgb;
    static constexpr std::array<PixelKind, 4> kKinds = {PixelKind::grey, PixelKind::grey_alpha,
                                                        PixelKind::rgb, PixelKind::rgb_alpha};
    return kKinds[static_cast<std::size_t>(png_get_channels(png_, info_) - 1)];
  }

  /// Decodes into `rows`. An interlaced picture must be whole before its first row is.
  bool read_rows(int height, PictureRows& rows) {
    const std::size_t row_bytes = png_get_rowbytes(png_, info_);
    const std::size_t width = png_get_image_width(png_, info_);
    const bool whole = passes_ > 1;
    std::vector<std::uint8_t> samples(row_bytes * (whole ? static_cast<std::size_t>(height) : 1));
    std::vector<std::uint8_t> colours(indexed_ ? width * palette_.channels : 0);
    return run_guarded(errors_, [&] {
      for (int pass = 0; pass < passes_; ++pass) {
        for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
          std::uint8_t* row = samples.data() + (whole ? y * row_bytes : 0);
          png_read_row(png_, row, nullptr);
          if (pass + 1 < passes_) continue;
          if (indexed_) palette_.look_up(row, width, colours.data());
          rows.put(indexed_ ? colours.data() : row);
        }
      }
      png_read_end(png_, nullptr);
    });
  }

  std::string message() const { return errors_.message.data(); }

 private:
  void take_palette() noexcept {
    png_colorp colours = nullptr;
    int count = 0;
    png_get_PLTE(png_, info_, &colours, &count);
    png_bytep opacities = nullptr;
    int opacity_count = 0;
    if (png_get_valid(png_, info_, PNG_INFO_tRNS) != 0) {
      png_get_tRNS(png_, info_, &opacities, &opacity_count, nullptr);
      palette_.channels = 4;
    }
    for (int i = 0; i < 256; ++i) {
      std::uint8_t* entry = palette_.colours.data() + 4 * static_cast<std::size_t>(i);
      if (i < count) {
        entry[0] = colours[i].red;
        entry[1] = colours[i].green;
        entry[2] = colours[i].blue;
      }
      entry[3] = i < opacity_count ? opacities[i] : 255;
    }
  }

  PngErrors errors_;
  PngSource source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int passes_ = 1;
  bool indexed_ = false;
  Palette palette_;
};

struct PngWriter {
  PngErrors errors;
  png_structp png = nullptr;
  png_infop info = nullptr;

  PngWriter() = default;
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;
  ~PngWriter() { png_destroy_write_struct(&png, &info); }
};

}  // namespace

PictureHeader read_png_header(ByteSpan bytes, const std::string& name, const DecodeLimits& limits) {
  constexpr std::size_t kHeaderSize = 13;
  if (bytes.size() < kSignatureSize + kChunkFrame + kHeaderSize)
    throw_decode_failed(name, "a truncated PNG");
  if (big_endian(bytes, kSignatureSize) != kHeaderSize ||
      !is_chunk(bytes, kSignatureSize, "IHDR")) {
    throw_decode_failed(name, "a damaged PNG (it does not begin with a header)");
  }
  const std::uint32_t width = big_endian(bytes, kSignatureSize + 8);
  const std::uint32_t height = big_endian(bytes, kSignatureSize + 12);
  check_picture_size(width, height, limits, name);
  PictureHeader header{static_cast<int>(width), static_cast<int>(height), 1, 1};
  find_placement(bytes, header);
  check_picture_size(header, limits, name);
  return header;
}

Image decode_png(ByteSpan bytes, const std::string& name, const DecodeOptions& options) {
  const PictureHeader header = read_png_header(bytes, name, options.limits);
  return over_ground([&](Ground ground) {
    PngReader reader(bytes);
    if (!reader.begin())
      throw_decode_failed(name,
                          "a damaged, truncated or unsupported PNG (" + reader.message() + ")");
    PictureRows rows(header, reader.kind(), options.grey, ground);
    if (!reader.read_rows(header.height, rows))
      throw_decode_failed(name, "a damaged or truncated PNG (" + reader.message() + ")");
    return rows;
  });
}

std::vector<std::byte> encode_png(const Image& image, const std::string& name) {
  std::vector<std::byte> out;
  PngWriter writer;
  const bool done = run_guarded(writer.errors, [&] {
    writer.png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer.errors, leave_png, drop_png_warning);
    if (writer.png == nullptr) return;
    writer.info = png_create_info_struct(writer.png);
    if (writer.info == nullptr) png_error(writer.png, "not enough memory");
    png_set_write_fn(writer.png, &out, write_png_bytes, flush_nothing);
    png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(image.width),
                 static_cast<png_uint_32>(image.height), 8,
                 image.channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(writer.png, writer.info);
    for (int y = 0; y < image.height; ++y) png_write_row(writer.png, image.row(y));
    png_write_end(writer.png, writer.info);
  });
  if (!done || writer.png == nullptr) {
    throw Error(ErrorCode::write_failed,
                name + ": cannot be written as PNG (" + writer.errors.message.data() + ")");
  }
  return out;
}

}  // namespace nibble
