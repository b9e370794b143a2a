#include "recognizer/image/image_file.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <new>
#include <utility>

#include "nn/error.h"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/text.h"
#include "recognizer/image/codecs.h"

namespace nibble {
namespace {

constexpr int kJpegQuality = 92;

enum class Format { jpeg, png, tiff, pdf };

bool starts_with(ByteSpan bytes, std::initializer_list<unsigned> magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(), [](unsigned want, std::byte got) {
           return std::to_integer<unsigned>(got) == want;
         });
}

Format tell_format(ByteSpan bytes, const std::string& name) {
  if (bytes.empty()) throw_decode_failed(name, "an empty file");
  if (starts_with(bytes, {0xFF, 0xD8, 0xFF})) return Format::jpeg;
  if (starts_with(bytes, {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A})) return Format::png;
  const bool classic =
      starts_with(bytes, {'I', 'I', 42, 0}) || starts_with(bytes, {'M', 'M', 0, 42});
  const bool big = starts_with(bytes, {'I', 'I', 43, 0}) || starts_with(bytes, {'M', 'M', 0, 43});
  if (classic || big) return Format::tiff;
  if (starts_with(bytes, {'%', 'P', 'D', 'F', '-'})) return Format::pdf;
  throw_decode_failed(name, "not a JPEG, PNG or TIFF picture, nor a PDF");
}

Image decode_bytes(ByteSpan bytes, const std::string& name, int page) {
  const Format format = tell_format(bytes, name);
  if (format != Format::tiff && format != Format::pdf && page != 1)
    throw_no_such_page(name, page, 1);
  switch (format) {
    case Format::jpeg: return decode_jpeg(bytes, name);
    case Format::png: return decode_png(bytes, name);
    case Format::pdf: return decode_pdf(bytes, name, page);
    case Format::tiff: break;
  }
  return decode_tiff(bytes, name, page);
}

}  // namespace

void throw_decode_failed(const std::string& name, const std::string& what) {
  throw Error(ErrorCode::decode_failed, name + ": " + what);
}

void throw_no_such_page(const std::string& name, int page, int pages) {
  throw Error(ErrorCode::usage, name + ": there is no page " + std::to_string(page) +
                                    "; the picture has " + std::to_string(pages) +
                                    (pages == 1 ? " page" : " pages"));
}

void check_picture_size(std::uint64_t width, std::uint64_t height, const std::string& name) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (width == 0 || height == 0)
    throw_decode_failed(name, "a picture without pixels (" + size + ")");
  constexpr auto kSide = static_cast<std::uint64_t>(kMaxSide);
  if (width > kSide || height > kSide || width * height > static_cast<std::uint64_t>(kMaxPixels)) {
    throw Error(ErrorCode::too_large,
                name + ": " + size + " are more than can be read; the most is " +
                    std::to_string(kMaxPixels / 1000000) + " million pixels and " +
                    std::to_string(kMaxSide) + " a side: scale it down");
  }
}

Image decode_image(const std::byte* bytes, std::size_t size, const std::string& name, int page) {
  const std::string printable = printable_path(name);
  try {
    return decode_bytes(ByteSpan(bytes, size), printable, page);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::too_large, printable + ": not enough memory to decode it");
  }
}

Image load_image(const std::string& path, int page) {
  const std::vector<std::byte> bytes = read_file_bytes(path);
  return decode_image(bytes.data(), bytes.size(), path, page);
}

int count_pages(const std::byte* bytes, std::size_t size, const std::string& name) {
  const std::string printable = printable_path(name);
  const ByteSpan span(bytes, size);
  switch (tell_format(span, printable)) {
    case Format::tiff: return count_tiff_pages(span, printable);
    case Format::pdf: return count_pdf_pages(span, printable);
    case Format::jpeg:
    case Format::png: break;
  }
  return 1;
}

int count_pages(const std::string& path) {
  const std::vector<std::byte> bytes = read_file_bytes(path);
  return count_pages(bytes.data(), bytes.size(), path);
}

ImageSize probe_image(const std::string& path) {
  const std::vector<std::byte> bytes = read_file_bytes(path);
  const std::string name = printable_path(path);
  PictureHeader header;
  switch (tell_format(bytes, name)) {
    case Format::jpeg: header = read_jpeg_header(bytes, name); break;
    case Format::png: header = read_png_header(bytes, name); break;
    case Format::tiff: header = read_tiff_header(bytes, name, 1); break;
    case Format::pdf: {
      const Image page = decode_pdf(bytes, name, 1);
      return {page.width, page.height};
    }
  }
  const bool turned = header.orientation >= 5;
  return {turned ? header.height : header.width, turned ? header.width : header.height};
}

void save_image(const Image& image, const std::string& path) {
  const std::string name = printable_path(path);
  const std::string extension = lower_extension(path);
  const bool jpeg = extension == ".jpg" || extension == ".jpeg";
  if (!jpeg && extension != ".png")
    throw Error(ErrorCode::usage,
                name + ": pictures are written as .png or .jpg; give such a name");
  const bool whole =
      image.width > 0 && image.height > 0 && (image.channels == 1 || image.channels == 3) &&
      image.pixels.size() == static_cast<std::size_t>(image.width) * image.height * image.channels;
  if (!whole) throw Error(ErrorCode::usage, name + ": a picture without pixels cannot be written");
  write_file_bytes(path, jpeg ? encode_jpeg(image, kJpegQuality, name) : encode_png(image, name));
}

const std::vector<std::string>& image_extensions() {
  static const std::vector<std::string> extensions = {".jpg", ".jpeg", ".png",
                                                      ".tif", ".tiff", ".pdf"};
  return extensions;
}

}  // namespace nibble
