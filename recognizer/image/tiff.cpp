#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

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

/// Checks, before any memory is taken, what the page claims.
PictureHeader check_header(TiffFile& file) {
  const std::uint32_t width = file.field32(TIFFTAG_IMAGEWIDTH, 0);
  const std::uint32_t height = file.field32(TIFFTAG_IMAGELENGTH, 0);
  check_picture_size(width, height, file.name());
  const std::uint16_t samples = file.field16(TIFFTAG_SAMPLESPERPIXEL, 1);
  if (samples == 0 || samples > kMaxSamples)
    file.fail("a TIFF of " + std::to_string(samples) + " samples a pixel, which is not supported");
  const bool tiled = TIFFIsTiled(file.get()) != 0;
  if (tiled) {
    const std::uint32_t tile_width = file.field32(TIFFTAG_TILEWIDTH, 0);
    const std::uint32_t tile_height = file.field32(TIFFTAG_TILELENGTH, 0);
    if (tile_width == 0 || tile_height == 0) file.fail("a damaged TIFF (tiles without pixels)");
    check_picture_size(tile_width, tile_height, file.name() + " (its tiles)");
  }
  const std::uint64_t segment = tiled ? TIFFTileSize64(file.get()) : TIFFStripSize64(file.get());
  if (segment == 0) file.fail("a damaged TIFF (strips or tiles of no size)");
  if (segment > kMaxSegmentBytes)
    throw Error(ErrorCode::too_large,
                file.name() + ": strips or tiles of more than 1 GiB cannot be read");
  const std::uint16_t orientation = file.field16(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  return {static_cast<int>(width), static_cast<int>(height),
          orientation >= 1 && orientation <= 8 ? orientation : 1};
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
Image read_through_libtiff(TiffFile& file, const PictureHeader& header) {
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
  Image image{header.width, header.height, 3, std::vector<std::uint8_t>(count * 3)};
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t pixel = raster[i];
    image.pixels[3 * i] = static_cast<std::uint8_t>(TIFFGetR(pixel));
    image.pixels[3 * i + 1] = static_cast<std::uint8_t>(TIFFGetG(pixel));
    image.pixels[3 * i + 2] = static_cast<std::uint8_t>(TIFFGetB(pixel));
  }
  return image;
}

}  // namespace

TiffFile::TiffFile(ByteSpan bytes, const std::string& name, int page)
    : source_{bytes}, name_(name) {
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, this);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
  tiff_.reset(TIFFClientOpenExt("TIFF", "rm", &source_, read_source, write_nothing, seek_source,
                                close_nothing, source_size, nullptr, nullptr, options.get()));
  if (tiff_ == nullptr) fail("a damaged or truncated TIFF");
  if (page == 1) return;
  const int count = pages();
  if (page < 1 || page > count) throw_no_such_page(name_, page, count);
  clear_errors();
  if (TIFFSetDirectory(get(), static_cast<tdir_t>(page - 1)) == 0)
    fail("a damaged or truncated TIFF");
}

int TiffFile::pages() { return static_cast<int>(TIFFNumberOfDirectories(get())); }

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

PictureHeader read_tiff_header(ByteSpan bytes, const std::string& name, int page) {
  TiffFile file(bytes, name, page);
  return check_header(file);
}

Image decode_tiff(ByteSpan bytes, const std::string& name, int page) {
  TiffFile file(bytes, name, page);
  const PictureHeader header = check_header(file);
  refuse_unsupported(file);
  file.clear_errors();
  return turn_upright(has_plain_samples(file) ? read_plain_samples(file, header)
                                              : read_through_libtiff(file, header),
                      header.orientation);
}

int count_tiff_pages(ByteSpan bytes, const std::string& name) {
  return TiffFile(bytes, name, 1).pages();
}

}  // namespace nibble
