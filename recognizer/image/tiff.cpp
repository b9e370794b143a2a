#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "nn/error.h"
#include "recognizer/image/tiff.h"

namespace nibble {
namespace {

/// Above what one strip of the largest picture takes.
constexpr tmsize_t kMaxAllocation = tmsize_t{2} << 30;
constexpr std::uint64_t kMaxSegmentBytes = std::uint64_t{1} << 30U;
constexpr std::uint16_t kMaxSamples = 16;

TiffSource& source_of(thandle_t handle) { return *static_cast<TiffSource*>(handle); }

tmsize_t read_source(thandle_t handle, void* out, tmsize_t size) {
  TiffSource& source = source_of(handle);
  if (size <= 0 || source.position >= source.bytes.size()) return 0;
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(
      static_cast<std::uint64_t>(size), source.bytes.size() - source.position));
  std::memcpy(out, source.bytes.data() + source.position, count);
  source.position += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }

toff_t seek_source(thandle_t handle, toff_t offset, int whence) {
  TiffSource& source = source_of(handle);
  if (whence == SEEK_CUR) offset += source.position;
  if (whence == SEEK_END) offset += source.bytes.size();
  source.position = offset;
  return offset;
}

int close_nothing(thandle_t) { return 0; }

toff_t source_size(thandle_t handle) { return source_of(handle).bytes.size(); }

/// A resolution is stated without a unit too, then for this alone.
double pixel_aspect(const TiffFile& file) {
  float across = 0;
  float down = 0;
  if (TIFFGetField(file.get(), TIFFTAG_XRESOLUTION, &across) == 0 ||
      TIFFGetField(file.get(), TIFFTAG_YRESOLUTION, &down) == 0)
    return 1;
  return across > 0 && down > 0 ? double{down} / double{across} : 1;
}

/// A copy of another page at fewer pixels, or the mask of one.
bool is_no_page(const TiffFile& file) {
  const std::uint32_t kind = file.field32(TIFFTAG_SUBFILETYPE, 0);
  return (kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0 ||
         file.field16(TIFFTAG_OSUBFILETYPE, 0) == OFILETYPE_REDUCEDIMAGE;
}

/// Checks, before any memory is taken, what the page claims.
PictureHeader check_header(const TiffFile& file, const DecodeLimits& limits) {
  const std::uint32_t width = file.field32(TIFFTAG_IMAGEWIDTH, 0);
  const std::uint32_t height = file.field32(TIFFTAG_IMAGELENGTH, 0);
  check_picture_size(width, height, limits, file.name());
  const std::uint16_t samples = file.field16(TIFFTAG_SAMPLESPERPIXEL, 1);
  if (samples == 0 || samples > kMaxSamples)
    file.fail("a TIFF of " + std::to_string(samples) + " samples a pixel, which is not supported");
  const bool tiled = TIFFIsTiled(file.get()) != 0;
  if (tiled) {
    const std::uint32_t tile_width = file.field32(TIFFTAG_TILEWIDTH, 0);
    const std::uint32_t tile_height = file.field32(TIFFTAG_TILELENGTH, 0);
    if (tile_width == 0 || tile_height == 0) file.fail("a damaged TIFF (tiles without pixels)");
    check_picture_size(tile_width, tile_height, limits, file.name() + " (its tiles)");
  }
  const std::uint64_t segment = tiled ? TIFFTileSize64(file.get()) : TIFFStripSize64(file.get());
  if (segment == 0) file.fail("a damaged TIFF (strips or tiles of no size)");
  if (segment > kMaxSegmentBytes)
    throw Error(ErrorCode::too_large,
                file.name() + ": strips or tiles of more than 1 GiB cannot be read");
  const std::uint16_t orientation = file.field16(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  const PictureHeader header{static_cast<int>(width), static_cast<int>(height),
                             orientation >= 1 && orientation <= 8 ? orientation : 1,
                             pixel_aspect(file)};
  check_picture_size(header, limits, file.name());
  return header;
}

void refuse_unsupported(const TiffFile& file) {
  const std::uint16_t format = file.field16(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  if (format == SAMPLEFORMAT_IEEEFP)
    file.fail("a TIFF of floating-point samples, which is not supported: convert it to 8 bits");
  if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID)
    file.fail("a TIFF of signed or complex samples: convert it to 8 bits");
}

/// Lets libtiff convert what has_plain_samples() does not cover: YCbCr with its subsampling and
/// ranges, CIE L*a*b*.
Image read_through_libtiff(const TiffFile& file, const PictureHeader& header, bool grey) {
  std::array<char, 1024> reason = {};
  if (TIFFRGBAImageOK(file.get(), reason.data()) == 0)
    file.fail(std::string("a TIFF of an unsupported kind (") + reason.data() + ")");
  const auto count =
      static_cast<std::size_t>(header.width) * static_cast<std::size_t>(header.height);
  std::vector<std::uint32_t> raster(count);
  // Asked for the orientation that it has, libtiff leaves the rows as stored.
  const int done = TIFFReadRGBAImageOriented(file.get(), static_cast<std::uint32_t>(header.width),
                                             static_cast<std::uint32_t>(header.height),
                                             raster.data(), header.orientation, 1);
  if (done == 0 || file.has_errors()) file.fail("a damaged or truncated TIFF");
  PictureRows rows(header, PixelKind::rgb, grey);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(header.width) * 3);
  for (std::size_t i = 0; i < count;) {
    for (auto out = row.begin(); out != row.end(); ++i) {
      *out++ = static_cast<std::uint8_t>(TIFFGetR(raster[i]));
      *out++ = static_cast<std::uint8_t>(TIFFGetG(raster[i]));
      *out++ = static_cast<std::uint8_t>(TIFFGetB(raster[i]));
    }
    rows.put(row.data());
  }
  return rows.take();
}

Image decode_page(TiffFile& file, const DecodeOptions& options) {
  const PictureHeader header = check_header(file, options.limits);
  refuse_unsupported(file);
  file.clear_errors();
  return has_plain_samples(file) ? read_plain_samples(file, header, options.grey)
                                 : read_through_libtiff(file, header, options.grey);
}

/// The chain is followed page by page, so that a page that cannot be read hides none behind it.
class TiffPages : public PageDecoder {
 public:
  TiffPages(ByteSpan bytes, const std::string& name, const DecodeOptions& options)
      : bytes_(bytes), name_(name), options_(options), file_(bytes, name), chain_(bytes) {}

  bool next(SourcePage& page) override {
    while (chain_.has_next()) {
      if (page.number > options_.limits.max_pages || chain_.taken() >= most_directories())
        return stop_at_limit(page);
      page.name = page.number > 1 ? page_name(name_, page.number) : name_;
      const std::optional<std::uint64_t> offset = chain_.take();
      if (page.number == 1 && chain_.has_next()) page.name = page_name(name_, 1);
      if (!offset) fail_cut_off(page);
      const bool given = std::exchange(given_, true);
      file_.go_to(*offset, page.name);
      if (is_no_page(file_) && !all_) {
        given_ = given;
        continue;
      }
      page.image = decode_page(file_, options_);
      return true;
    }
    if (given_ || chain_.taken() == 0 || all_) return false;
    // Nothing but reduced copies: a writer that marks its pages so, and they are all there is.
    all_ = true;
    chain_ = TiffChain(bytes_);
    return next(page);
  }

 private:
  std::size_t most_directories() const {
    return 2 * static_cast<std::size_t>(options_.limits.max_pages);
  }

  bool stop_at_limit(SourcePage& page) {
    chain_ = TiffChain({});
    given_ = true;
    page.name = name_;
    throw Error(ErrorCode::too_large, name_ + ": more than " +
                                          std::to_string(options_.limits.max_pages) +
                                          " pages: those behind are left out");
  }

  [[noreturn]] void fail_cut_off(const SourcePage& page) {
    given_ = true;
    if (page.number == 1) throw_decode_failed(name_, "a damaged or truncated TIFF");
    throw_decode_failed(page.name, "the file is cut off or damaged: no page can be read from here");
  }

  ByteSpan bytes_;
  std::string name_;
  DecodeOptions options_;
  TiffFile file_;
  TiffChain chain_;
  bool given_ = false;  ///< a page, or an error instead
  bool all_ = false;    ///< reduced copies too
};

}  // namespace

TiffFile::TiffFile(ByteSpan bytes, const std::string& name) : source_{bytes}, name_(name) {
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, this);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
  // m: not mapped, h: no directory is read yet.
  tiff_.reset(TIFFClientOpenExt("TIFF", "rmh", &source_, read_source, write_nothing, seek_source,
                                close_nothing, source_size, nullptr, nullptr, options.get()));
  if (tiff_ == nullptr) fail("a damaged or truncated TIFF");
}

void TiffFile::go_to(std::uint64_t offset, const std::string& page_name) {
  name_ = page_name;
  clear_errors();
  if (TIFFSetSubDirectory(get(), offset) == 0) fail("a damaged or truncated TIFF");
}

std::uint16_t TiffFile::field16(ttag_t tag, std::uint16_t otherwise) const {
  std::uint16_t value = 0;
  return TIFFGetFieldDefaulted(get(), tag, &value) != 0 ? value : otherwise;
}

std::uint32_t TiffFile::field32(ttag_t tag, std::uint32_t otherwise) const {
  std::uint32_t value = 0;
  return TIFFGetFieldDefaulted(get(), tag, &value) != 0 ? value : otherwise;
}

void TiffFile::clear_errors() {
  failed_ = false;
  message_.fill(0);
}

void TiffFile::fail(const std::string& what) const {
  throw_decode_failed(name_, message_[0] == 0 ? what : what + " (" + message_.data() + ")");
}

void TiffFile::note(const char* format, va_list arguments) {
  if (!failed_)
    std::vsnprintf(message_.data(), message_.size(), format,
                   arguments);  // the first is the cause of the others
  for (char& c : message_) {
    if (c != 0 && (c < ' ' || c > '~')) c = '?';  // it may quote bytes of the file
  }
  failed_ = true;
}

int TiffFile::on_error(TIFF*, void* self, const char*, const char* format, va_list arguments) {
  static_cast<TiffFile*>(self)->note(format, arguments);
  return 1;
}

int TiffFile::on_warning(TIFF*, void* self, const char* module, const char* format,
                         va_list arguments) {
  // libjpeg fills what is missing with grey and only warns.
  if (module == nullptr || std::strcmp(module, "JPEGLib") != 0) return 1;
  std::array<char, 160> text = {};
  va_list copy;
  va_copy(copy, arguments);
  std::vsnprintf(text.data(), text.size(), format, copy);
  va_end(copy);
  const bool gap = std::strncmp(text.data(), "Premature end", 13) == 0 ||
                   std::strncmp(text.data(), "Corrupt JPEG data", 17) == 0;
  if (gap) static_cast<TiffFile*>(self)->note(format, arguments);
  return 1;
}

PictureHeader read_tiff_header(ByteSpan bytes, const std::string& name,
                               const DecodeLimits& limits) {
  TiffFile file(bytes, name);
  TiffChain chain(bytes);
  const std::optional<std::uint64_t> first = chain.take();
  if (!first) file.fail("a damaged or truncated TIFF");
  file.go_to(*first, name);
  return check_header(file, limits);
}

std::unique_ptr<PageDecoder> open_tiff(ByteSpan bytes, const std::string& name,
                                       const DecodeOptions& options) {
  return std::make_unique<TiffPages>(bytes, name, options);
}

}  // namespace nibble
