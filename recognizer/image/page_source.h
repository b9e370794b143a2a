#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nn/error.h"
#include "recognizer/image/image.h"

namespace nibble {

/// What is refused before memory is taken for it.
struct DecodeLimits {
  std::uint64_t max_pixels = 200'000'000;             ///< of a page
  int max_side = 40'000;                              ///< pixels, of a page
  int max_pages = 10'000;                             ///< of a file; those behind are left out
  std::uint64_t max_bytes = std::uint64_t{1} << 31U;  ///< of a file
};

struct DecodeOptions {
  DecodeLimits limits;
  /// One channel, also for pictures of colour: a third of the memory.
  bool grey = false;
};

/// A page of a file, or why it could not be decoded.
struct SourcePage {
  int number = 1;    ///< 1 is the first
  std::string name;  ///< of the page in messages: the file's, and its number where there are more
  Image image;       ///< upright, 1 (grey) or 3 channels (RGB) of 8 bits; empty with an error
  std::optional<Error> error;
};

class PageDecoder;

/// The pages of a file, one after the other, each decoded when it is asked for.
///
/// JPEG, PNG, WebP and BMP have one page, TIFF and PDF any number; the content tells the format,
/// not the name. 16 bits, palettes, opacity (laid over white), CMYK and YCbCr become 8 bits of grey
/// or RGB; EXIF and TIFF orientation are applied, pixels that are not square (by the resolutions
/// that a TIFF, PNG or BMP states) are made so by enlarging the shorter side; a PDF's page is drawn
/// at 300 pixels an inch, a very large one at fewer. Reduced copies and masks in a TIFF are no
/// pages.
class PageSource {
 public:
  /// The bytes must outlive the source; `name` stands in messages. Never fails: what is wrong with
  /// the file is the error of its first page.
  PageSource(std::span<const std::byte> bytes, const std::string& name,
             const DecodeOptions& options = {});
  /// The same, and keeps the bytes.
  PageSource(std::vector<std::byte>&& bytes, const std::string& name,
             const DecodeOptions& options = {});
  PageSource(PageSource&&) noexcept;
  PageSource& operator=(PageSource&&) noexcept;
  ~PageSource();

  /// The next page; none behind the last. A page that cannot be decoded has an error (decode_failed
  /// or too_large), and those behind it still come. Where a file is cut off or has more pages than
  /// the limit, the last page is the error that says so. Throws nothing but std::bad_alloc.
  std::optional<SourcePage> next();

 private:
  std::vector<std::byte> kept_;
  std::string name_;
  std::unique_ptr<PageDecoder> reader_;
  std::optional<SourcePage> failure_;  ///< of the file as a whole, not given yet
  int last_ = 0;                       ///< number of the page given last
};

/// Opens a file. Throws Error(file_not_found | decode_failed | too_large) when it cannot be read
/// from the disk or is larger than the limit.
PageSource open_pages(const std::string& path, const DecodeOptions& options = {});

}  // namespace nibble
