#pragma once

#include <tiffio.h>

#include <array>
#include <cstdarg>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "recognizer/image/codecs.h"

namespace nibble {

/// What libtiff reads from: a file in memory and a position in it.
struct TiffSource {
  ByteSpan bytes;
  std::uint64_t position = 0;
};

/// A TIFF in memory, at one of its pages. The library's messages go to `message()` and nowhere
/// else.
class TiffFile {
 public:
  /// Throws Error(decode_failed) when the header cannot be read. No page is read yet.
  TiffFile(ByteSpan bytes, const std::string& name);
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  /// Reads the directory at an offset; messages name the page so from now on. Throws
  /// Error(decode_failed).
  void go_to(std::uint64_t offset, const std::string& page_name);

  TIFF* get() const { return tiff_.get(); }
  const std::string& name() const { return name_; }

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
  std::string name_;
  std::unique_ptr<TIFF, Close> tiff_;
  bool failed_ = false;
  std::array<char, 160> message_ = {};
};

/// The directories of a TIFF, one after the other. Read here and not by libtiff, which gives up all
/// that stand behind one that it cannot read, and reads none again whenever it is asked for a page.
class TiffChain {
 public:
  explicit TiffChain(ByteSpan bytes);

  /// Whether there is another; false at the end, and where the chain leads back to itself.
  bool has_next() const { return next_ != 0 && !seen_.contains(next_); }
  /// The offset of the next one, and steps behind it. Nothing where it lies behind the end of the
  /// file, which also ends the chain.
  std::optional<std::uint64_t> take();
  std::size_t taken() const { return seen_.size(); }

 private:
  std::uint64_t number(std::uint64_t at, unsigned size) const;
  bool has(std::uint64_t at, std::uint64_t size) const {
    return at <= bytes_.size() && size <= bytes_.size() - at;
  }

  ByteSpan bytes_;
  bool big_endian_;
  bool big_tiff_;
  std::uint64_t next_ = 0;
  std::unordered_set<std::uint64_t> seen_;
};

/// Whether the page's samples are unsigned integers of 1, 2, 4, 8 or 16 bits in grey, palette, RGB
/// or CMYK, strips or tiles.
bool has_plain_samples(const TiffFile& file);

/// Decodes such a page.
Image read_plain_samples(TiffFile& file, const PictureHeader& header, bool grey);

}  // namespace nibble
