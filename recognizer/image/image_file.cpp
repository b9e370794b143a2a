#include "recognizer/image/image_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "nn/atomic_file.h"
#include "nn/error.h"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/text.h"
#include "recognizer/image/codecs.h"

namespace nibble {
namespace {

constexpr int kJpegQuality = 92;

/// The page of that number. A caller that wants several goes through a PageSource.
Image decode_page(PageSource source, int wanted, const std::string& name) {
  int last = 0;
  while (std::optional<SourcePage> page = source.next()) {
    if (page->error && (page->number == wanted || last == 0)) throw *page->error;
    if (page->number == wanted) return std::move(page->image);
    if (!page->error) last = page->number;
  }
  throw Error(ErrorCode::usage, printable_path(name) + ": there is no page " +
                                    std::to_string(wanted) + "; the picture has " +
                                    std::to_string(last) + (last == 1 ? " page" : " pages"));
}

int count_pages(PageSource source) {
  int pages = 0;
  while (std::optional<SourcePage> page = source.next()) {
    if (page->error && pages == 0) throw *page->error;
    pages = page->number;
  }
  return pages;
}

}  // namespace

Image decode_image(const std::byte* bytes, std::size_t size, const std::string& name, int page) {
  return decode_page(PageSource(ByteSpan(bytes, size), name), page, name);
}

Image load_image(const std::string& path, int page) {
  return decode_page(open_pages(path), page, path);
}

int count_pages(const std::byte* bytes, std::size_t size, const std::string& name) {
  return count_pages(PageSource(ByteSpan(bytes, size), name));
}

int count_pages(const std::string& path) { return count_pages(open_pages(path)); }

ImageSize probe_image(const std::string& path) {
  const std::vector<std::byte> bytes = read_file_bytes(path);
  const std::string name = printable_path(path);
  const DecodeLimits limits;
  PictureHeader header;
  switch (tell_format(bytes, name)) {
    case Format::jpeg: header = read_jpeg_header(bytes, name, limits); break;
    case Format::png: header = read_png_header(bytes, name, limits); break;
    case Format::webp: header = read_webp_header(bytes, name, limits); break;
    case Format::bmp: header = read_bmp_header(bytes, name, limits); break;
    case Format::tiff: header = read_tiff_header(bytes, name, limits); break;
    case Format::pdf: {
      const Image page = decode_page(PageSource(bytes, name), 1, path);
      return {page.width, page.height};
    }
  }
  ImageSize size{header.width, header.height};
  square_size(size.width, size.height, header.pixel_aspect);
  if (header.orientation >= 5) std::swap(size.width, size.height);
  return size;
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
  write_file(path, jpeg ? encode_jpeg(image, kJpegQuality, name) : encode_png(image, name),
             FileAccess::owner);
}

const std::vector<std::string>& image_extensions() {
  static const std::vector<std::string> extensions = {".jpg",  ".jpeg", ".png", ".tif",
                                                      ".tiff", ".webp", ".bmp", ".pdf"};
  return extensions;
}

}  // namespace nibble
