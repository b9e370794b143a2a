#include "tests/recognizer/image_samples.h"

#include <png.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <jpeglib.h>

#include "recognizer/image/image_file.h"

namespace nibble::samples {
namespace {

constexpr int kBlock = 8;

void append_big_endian(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::byte>(value >> shift));
}

void append_number(Bytes& out, std::uint32_t value, int size, bool big_endian) {
  for (int i = 0; i < size; ++i)
    out.push_back(static_cast<std::byte>(value >> (8 * (big_endian ? size - 1 - i : i))));
}

std::uint8_t* data_of(Bytes& bytes) { return reinterpret_cast<std::uint8_t*>(bytes.data()); }
const std::uint8_t* data_of(const Bytes& bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

}  // namespace

Image colour_blocks() {
  Image image{3 * kBlock, 2 * kBlock, 3, {}};
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const int bx = x / kBlock;
      const int by = y / kBlock;
      for (const int value : {40 + 60 * bx, 200 - 50 * by, 30 + 25 * bx + 40 * by})
        image.pixels.push_back(static_cast<std::uint8_t>(value));
    }
  }
  return image;
}

Image grey_blocks() { return letter_blocks({"abc", "def"}); }

Image letter_blocks(const std::vector<std::string>& rows) {
  Image image{
      static_cast<int>(rows[0].size()) * kBlock, static_cast<int>(rows.size()) * kBlock, 1, {}};
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x)
      image.pixels.push_back(
          static_cast<std::uint8_t>(20 + 40 * (rows[y / kBlock][x / kBlock] - 'a')));
  }
  return image;
}

int largest_difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height || a.channels != b.channels ||
      a.pixels.size() != b.pixels.size())
    return 256;
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i)
    largest = std::max(largest, std::abs(int{a.pixels[i]} - int{b.pixels[i]}));
  return largest;
}

Bytes exif_block(int orientation, bool big_endian) {
  Bytes out(2, static_cast<std::byte>(big_endian ? 'M' : 'I'));
  append_number(out, 42, 2, big_endian);
  append_number(out, 8, 4, big_endian);
  append_number(out, 2, 2, big_endian);
  for (const int tag : {0x0100, 0x0112}) {
    append_number(out, static_cast<std::uint32_t>(tag), 2, big_endian);
    append_number(out, 3, 2, big_endian);
    append_number(out, 1, 4, big_endian);
    append_number(out, static_cast<std::uint32_t>(tag == 0x0112 ? orientation : 7), 2, big_endian);
    append_number(out, 0, 2, big_endian);
  }
  append_number(out, 0, 4, big_endian);
  return out;
}

Bytes make_jpeg(int width, int height, const std::vector<std::uint8_t>& pixels,
                const JpegOptions& options) {
  jpeg_compress_struct info = {};
  jpeg_error_mgr errors = {};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &data, &size);
  const bool grey = options.space == "grey";
  const bool inks = options.space == "cmyk" || options.space == "ycck";
  info.image_width = static_cast<JDIMENSION>(width);
  info.image_height = static_cast<JDIMENSION>(height);
  info.input_components = grey ? 1 : inks ? 4 : 3;
  info.in_color_space = grey ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults(&info);
  if (options.space == "ycck") jpeg_set_colorspace(&info, JCS_YCCK);
  info.write_Adobe_marker = options.adobe ? TRUE : FALSE;
  jpeg_set_quality(&info, 100, TRUE);
  for (int c = 0; c < info.num_components; ++c)
    info.comp_info[c].h_samp_factor = info.comp_info[c].v_samp_factor = 1;
  if (options.progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  if (!options.exif.empty()) {
    Bytes marker(6);
    std::memcpy(marker.data(), "Exif\0\0", 6);
    marker.insert(marker.end(), options.exif.begin(), options.exif.end());
    jpeg_write_marker(&info, JPEG_APP0 + 1, data_of(marker), static_cast<unsigned>(marker.size()));
  }
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<JSAMPROW>(pixels.data() + std::size_t{info.next_scanline} * width *
                                                         info.input_components);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  Bytes out(begin, begin + size);
  jpeg_destroy_compress(&info);
  std::free(data);
  return out;
}

Bytes make_jpeg(const Image& image, const JpegOptions& options) {
  JpegOptions used = options;
  if (image.channels == 1) used.space = "grey";
  return make_jpeg(image.width, image.height, image.pixels, used);
}

Bytes make_png(int width, int height, const std::vector<std::uint8_t>& packed,
               const PngOptions& options) {
  Bytes out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  const auto append = [](png_structp self, png_bytep data, std::size_t size) {
    auto& target = *static_cast<Bytes*>(png_get_io_ptr(self));
    const auto* begin = reinterpret_cast<const std::byte*>(data);
    target.insert(target.end(), begin, begin + size);
  };
  png_set_write_fn(png, &out, append, [](png_structp) {});
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height),
               options.bits, options.colour_type,
               options.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> palette;
  for (std::size_t i = 0; i + 2 < options.palette.size(); i += 3) {
    const std::uint8_t* entry = data_of(options.palette) + i;
    palette.push_back({entry[0], entry[1], entry[2]});
  }
  if (!palette.empty()) png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
  png_write_info(png, info);
  if (!options.transparency.empty()) {
    png_write_chunk(png, reinterpret_cast<png_const_bytep>("tRNS"), data_of(options.transparency),
                    options.transparency.size());
  }
  const std::size_t row_bytes = packed.size() / static_cast<std::size_t>(height);
  std::vector<png_bytep> rows;
  for (int y = 0; y < height; ++y)
    rows.push_back(const_cast<png_bytep>(packed.data() + static_cast<std::size_t>(y) * row_bytes));
  png_set_interlace_handling(png);
  png_write_image(png, rows.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return out;
}

Bytes make_png(const Image& image) {
  PngOptions options;
  options.colour_type = image.channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB;
  return make_png(image.width, image.height, image.pixels, options);
}

Bytes png_chunk(const std::string& type, const Bytes& content) {
  Bytes out;
  append_big_endian(out, static_cast<std::uint32_t>(content.size()));
  for (const char c : type) out.push_back(static_cast<std::byte>(c));
  out.insert(out.end(), content.begin(), content.end());
  append_big_endian(out, static_cast<std::uint32_t>(
                             crc32(0, data_of(out) + 4, static_cast<uInt>(out.size() - 4))));
  return out;
}

Bytes insert_png_chunk(const Bytes& png, const Bytes& chunk, bool at_end) {
  constexpr std::size_t kBehindHeader = 33;
  constexpr std::size_t kTrailer = 12;
  Bytes out = png;
  const std::size_t at = at_end ? png.size() - kTrailer : kBehindHeader;
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), chunk.begin(), chunk.end());
  return out;
}

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error_code_name(error.code());
  }
  return "none";
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

Image decode(const Bytes& bytes, int page) {
  return decode_image(bytes.data(), bytes.size(), "sample", page);
}

std::string decode_error(const Bytes& bytes, int page) {
  return error_of([&] { decode(bytes, page); });
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "nibble_test_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const Bytes& bytes) const {
  std::ofstream(file(name), std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return file(name);
}

std::vector<std::string> TemporaryFolder::names() const {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

StderrCapture::StderrCapture() : saved_(::dup(2)), file_(std::tmpfile()) {
  if (saved_ < 0 || file_ == nullptr) throw std::runtime_error("stderr cannot be captured");
  std::fflush(stderr);
  ::dup2(::fileno(file_), 2);
}

StderrCapture::~StderrCapture() {
  std::fflush(stderr);
  ::dup2(saved_, 2);
  ::close(saved_);
  std::fclose(file_);
}

std::string StderrCapture::text() {
  std::fflush(stderr);
  std::string out(static_cast<std::size_t>(::lseek(::fileno(file_), 0, SEEK_END)), '\0');
  if (::pread(::fileno(file_), out.data(), out.size(), 0) != static_cast<ssize_t>(out.size()))
    throw std::runtime_error("stderr cannot be read");
  return out;
}

}  // namespace nibble::samples
