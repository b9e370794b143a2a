#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "recognizer/image/image.h"
#include "recognizer/image/page_source.h"
#include "recognizer/image/picture_rows.h"

// What page_source.cpp and image_file.cpp share with the file of each format. `name` stands in
// messages and is printable already.

namespace nibble {

using ByteSpan = std::span<const std::byte>;

/// Goes through the pages of an opened file.
class PageDecoder {
 public:
  PageDecoder() = default;
  PageDecoder(const PageDecoder&) = delete;
  PageDecoder& operator=(const PageDecoder&) = delete;
  virtual ~PageDecoder() = default;

  /// Decodes the next page into `page.image`, having set `page.name`; false behind the last. Throws
  /// Error for a page that cannot be decoded; the next call goes on behind it.
  virtual bool next(SourcePage& page) = 0;
};

std::unique_ptr<PageDecoder> open_tiff(ByteSpan bytes, const std::string& name,
                                       const DecodeOptions& options);
/// Drawn by the program nibble-pdf, see pdf_reader.h.
std::unique_ptr<PageDecoder> open_pdf(ByteSpan bytes, const std::string& name,
                                      const DecodeOptions& options);

/// Upright pixels, 1 or 3 channels.
Image decode_jpeg(ByteSpan bytes, const std::string& name, const DecodeOptions& options);
Image decode_png(ByteSpan bytes, const std::string& name, const DecodeOptions& options);
Image decode_webp(ByteSpan bytes, const std::string& name, const DecodeOptions& options);
Image decode_bmp(ByteSpan bytes, const std::string& name, const DecodeOptions& options);

/// The header of a picture (of the first page of a TIFF), checked against the limits.
PictureHeader read_jpeg_header(ByteSpan bytes, const std::string& name, const DecodeLimits& limits);
PictureHeader read_png_header(ByteSpan bytes, const std::string& name, const DecodeLimits& limits);
PictureHeader read_webp_header(ByteSpan bytes, const std::string& name, const DecodeLimits& limits);
PictureHeader read_bmp_header(ByteSpan bytes, const std::string& name, const DecodeLimits& limits);
PictureHeader read_tiff_header(ByteSpan bytes, const std::string& name, const DecodeLimits& limits);

/// Throw Error(write_failed) when the library refuses the picture.
std::vector<std::byte> encode_jpeg(const Image& image, int quality, const std::string& name);
std::vector<std::byte> encode_png(const Image& image, const std::string& name);

enum class Format { jpeg, png, webp, bmp, tiff, pdf };

/// Throws Error(decode_failed), which says what the file is instead where that is known.
Format tell_format(ByteSpan bytes, const std::string& name);

/// Throws Error(decode_failed) for a picture without pixels and Error(too_large) beyond the limits.
void check_picture_size(std::uint64_t width, std::uint64_t height, const DecodeLimits& limits,
                        const std::string& name);
/// The same for the size as stored and for that of square pixels.
void check_picture_size(const PictureHeader& header, const DecodeLimits& limits,
                        const std::string& name);
[[noreturn]] void throw_decode_failed(const std::string& name, const std::string& what);

/// What messages call a page of a file with several.
std::string page_name(const std::string& file, int page);

/// The orientation in a block of EXIF (from its "II" or "MM" on); 1 where there is none or the
/// block is malformed.
int exif_orientation(ByteSpan exif);

/// One channel of a CMYK colour given as light (255 is no ink).
inline std::uint8_t multiply_light(unsigned a, unsigned b) {
  return static_cast<std::uint8_t>((a * b + 127U) / 255U);
}

}  // namespace nibble
