#pragma once

#include <tiffio.h>

#include <array>
#include <cstdarg>
#include <cstdint>
#include <memory>
#include <string>

#include "recognizer/image/codecs.h"

namespace nibble {

/// What libtiff reads from: a file in memory and a position in it.
struct TiffSource {
  ByteSpan bytes;
  std::uint64_t position = 0;
};

/// A TIFF in memory at one of its pages. The library's messages go to `message()` and nowhere else.
class TiffFile {
 public:
  /// Throws Error(decode_failed) when the structure cannot be read and Error(usage) when there is
  /// no such page.
  TiffFile(ByteSpan bytes, const std::string& name, int page);
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  TIFF* get() const { return tiff_.get(); }
  const std::string& name() const { return name_; }
  int pages();

  /// A numeric field of the page, or `otherwise` where it is absent and libtiff knows no default.
  std::uint16_t field16(ttag_t tag, std::uint16_t otherwise) const;
  std::uint32_t field32(ttag_t tag, std::uint32_t otherwise) const;

  /// Whether libtiff reported an error, or a gap in embedded JPEG data, since the last
  /// clear_errors().
  bool has_errors() const { return failed_; }
  void clear_errors();
  [[noreturn]] void fail(const std::string& what) const;

 private:
  struct Close {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  };

  static int on_error(TIFF*, void* self, const char* module, const char* format, va_list arguments);
  static int on_warning(TIFF*, void* self, const char* module, const char* format,
                        va_list arguments);
  void note(const char* format, va_list arguments);

  TiffSource source_;
  const std::string& name_;
  std::unique_ptr<TIFF, Close> tiff_;
  bool failed_ = false;
  std::array<char, 160> message_ = {};
};

/// Whether the page's samples are unsigned integers of 1, 2, 4, 8 or 16 bits in grey, palette, RGB
/// or CMYK, strips or tiles.
bool has_plain_samples(const TiffFile& file);

/// Decodes such a page, as stored.
Image read_plain_samples(TiffFile& file, const PictureHeader& header);

}  // namespace nibble
