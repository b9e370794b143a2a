#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "recognizer/image/image.h"

// What image_file.cpp shares with the file of each format. `name` stands in messages and is
// printable already.

namespace nibble {

using ByteSpan = std::span<const std::byte>;

/// Size as stored, before orientation (an EXIF value, 1 to 8).
struct PictureHeader {
  int width = 0;
  int height = 0;
  int orientation = 1;
};

PictureHeader read_jpeg_header(ByteSpan bytes, const std::string& name);
PictureHeader read_png_header(ByteSpan bytes, const std::string& name);
PictureHeader read_tiff_header(ByteSpan bytes, const std::string& name, int page);

/// Upright pixels, 1 or 3 channels.
Image decode_jpeg(ByteSpan bytes, const std::string& name);
Image decode_png(ByteSpan bytes, const std::string& name);
Image decode_tiff(ByteSpan bytes, const std::string& name, int page);
/// Drawn by the program nibble-pdf, see pdf_reader.h.
Image decode_pdf(ByteSpan bytes, const std::string& name, int page);

int count_tiff_pages(ByteSpan bytes, const std::string& name);
int count_pdf_pages(ByteSpan bytes, const std::string& name);

/// Throw Error(write_failed) when the library refuses the picture.
std::vector<std::byte> encode_jpeg(const Image& image, int quality, const std::string& name);
std::vector<std::byte> encode_png(const Image& image, const std::string& name);

/// Throws Error(decode_failed) for a picture without pixels and Error(too_large) beyond kMaxPixels
/// or kMaxSide.
void check_picture_size(std::uint64_t width, std::uint64_t height, const std::string& name);
[[noreturn]] void throw_decode_failed(const std::string& name, const std::string& what);
[[noreturn]] void throw_no_such_page(const std::string& name, int page, int pages);

/// The orientation in a block of EXIF (from its "II" or "MM" on); 1 where there is none or the
/// block is malformed.
int exif_orientation(ByteSpan exif);

/// Turns and mirrors a picture stored with that orientation.
Image turn_upright(Image image, int orientation);

/// Lays 2 or 4 channels, the last of them opacity, over white in the same memory: 1 or 3 are left.
/// `premultiplied` says that the colours are multiplied by it already.
void lay_over_white(Image& image, bool premultiplied);

/// One channel of a CMYK colour given as light (255 is no ink).
inline std::uint8_t multiply_light(unsigned a, unsigned b) {
  return static_cast<std::uint8_t>((a * b + 127U) / 255U);
}

}  // namespace nibble
