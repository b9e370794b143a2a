#pragma once

#include <tiffio.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "nn/error.h"
#include "recognizer/image/image.h"

// Pictures made by the tests of image files, through the same libraries or byte by byte.

namespace nibble::samples {

using Bytes = std::vector<std::byte>;

/// Blocks of 8 x 8 pixels of unlike colours, 3 across and 2 down, so that JPEG keeps them and no
/// turn or flip looks the same.
Image colour_blocks();
Image grey_blocks();

/// Blocks of 8 x 8 grey pixels, one a letter ('a' is the darkest).
Image letter_blocks(const std::vector<std::string>& rows);

/// Largest difference of any value; 256 when size or channels differ.
int largest_difference(const Image& a, const Image& b);

/// A block of EXIF with nothing but an orientation.
Bytes exif_block(int orientation, bool big_endian);

/// The samples of `pixels` as they are, in libjpeg's terms. `space` is what is stored: "grey",
/// "ycc", "cmyk" or "ycck".
struct JpegOptions {
  std::string space = "ycc";
  bool adobe = false;
  bool progressive = false;
  Bytes exif;
};
Bytes make_jpeg(int width, int height, const std::vector<std::uint8_t>& pixels,
                const JpegOptions& options = {});
Bytes make_jpeg(const Image& image, const JpegOptions& options = {});

/// A PNG of any bit depth and colour type (libpng's numbers); rows are packed, 16-bit samples
/// big-endian.
struct PngOptions {
  int bits = 8;
  int colour_type = 2;
  bool interlaced = false;
  Bytes palette;       ///< red, green, blue of each entry
  Bytes transparency;  ///< content of tRNS
};
Bytes make_png(int width, int height, const std::vector<std::uint8_t>& packed,
               const PngOptions& options = {});
Bytes make_png(const Image& image);
Bytes png_chunk(const std::string& type, const Bytes& content);
/// Puts a chunk right behind the header (or in front of IEND).
Bytes insert_png_chunk(const Bytes& png, const Bytes& chunk, bool at_end = false);

/// A TIFF written by libtiff into memory: `write` sets the fields and the pixels of one or more
/// pages.
Bytes make_tiff(const std::function<void(TIFF*)>& write, const char* mode = "w");
/// Sets the fields that each page needs.
void set_tiff_fields(TIFF* tiff, int width, int height, int samples, int bits, int photometric,
                     int compression = COMPRESSION_NONE);
/// Writes packed rows as one strip.
void write_tiff_strip(TIFF* tiff, std::vector<std::uint8_t> packed, int strip = 0);
Bytes make_tiff(const Image& image, int compression = COMPRESSION_NONE, int orientation = 1);

/// A little-endian TIFF of one page made byte by byte: each tag with a LONG, directory first, data
/// (for tag 273) behind.
Bytes raw_tiff(std::vector<std::pair<int, std::uint32_t>> tags, const Bytes& data);

/// The code of the Error that `call` throws, or "none".
std::string error_of(const std::function<void()>& call);
std::string message_of(const std::function<void()>& call);
Image decode(const Bytes& bytes, int page = 1);
std::string decode_error(const Bytes& bytes, int page = 1);

/// A fresh folder, removed with what is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, const Bytes& bytes) const;
  std::vector<std::string> names() const;

 private:
  std::string path_;
};

/// Collects what any library writes to stderr while it lives.
class StderrCapture {
 public:
  StderrCapture();
  StderrCapture(const StderrCapture&) = delete;
  StderrCapture& operator=(const StderrCapture&) = delete;
  ~StderrCapture();
  std::string text();

 private:
  int saved_;
  std::FILE* file_;
};

}  // namespace nibble::samples
