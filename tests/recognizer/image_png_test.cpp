#include <sys/resource.h>
#include <zlib.h>

#include <cstring>

#include "recognizer/image/image_file.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

enum ColourType { kGrey = 0, kColour = 2, kPalette = 3, kGreyAlpha = 4, kColourAlpha = 6 };

PngOptions options_of(int bits, int colour_type) {
  PngOptions options;
  options.bits = bits;
  options.colour_type = colour_type;
  return options;
}

Bytes bytes_of(const std::vector<int>& values) {
  Bytes out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

Bytes with_size(const Bytes& png, std::uint32_t width, std::uint32_t height) {
  constexpr std::size_t kHeaderAt = 8;
  Bytes content(png.begin() + kHeaderAt + 8, png.begin() + kHeaderAt + 21);
  for (std::size_t i = 0; i < 4; ++i) {
    content[i] = static_cast<std::byte>(width >> (24 - 8 * i));
    content[4 + i] = static_cast<std::byte>(height >> (24 - 8 * i));
  }
  const Bytes chunk = png_chunk("IHDR", content);
  Bytes out = png;
  std::copy(chunk.begin(), chunk.end(), out.begin() + kHeaderAt);
  return out;
}

/// `megabytes` of zeros, packed.
Bytes packed_zeros(int megabytes) {
  std::vector<Bytef> zeros(1 << 20);
  std::vector<Bytef> out(1 << 16);
  Bytes packed;
  z_stream stream = {};
  if (deflateInit(&stream, 9) != Z_OK) throw std::runtime_error("zlib");
  for (int i = 0; i <= megabytes; ++i) {
    stream.next_in = zeros.data();
    stream.avail_in = i < megabytes ? static_cast<uInt>(zeros.size()) : 0;
    do {
      stream.next_out = out.data();
      stream.avail_out = static_cast<uInt>(out.size());
      deflate(&stream, i < megabytes ? Z_NO_FLUSH : Z_FINISH);
      const auto* begin = reinterpret_cast<const std::byte*>(out.data());
      packed.insert(packed.end(), begin, begin + (out.size() - stream.avail_out));
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return packed;
}

long peak_kilobytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("PNGs of 8 bits are decoded exactly", "[image]") {
  for (const Image& image : {grey_blocks(), colour_blocks()}) {
    CHECK(largest_difference(decode(make_png(image)), image) == 0);
    PngOptions interlaced = options_of(8, image.channels == 1 ? kGrey : kColour);
    interlaced.interlaced = true;
    CHECK(largest_difference(decode(make_png(image.width, image.height, image.pixels, interlaced)),
                             image) == 0);
  }
}

TEST_CASE("PNGs of 1, 2 and 4 bits of grey are spread to 8", "[image]") {
  CHECK(decode(make_png(8, 1, {0xA5}, options_of(1, kGrey))).pixels ==
        std::vector<std::uint8_t>{255, 0, 255, 0, 0, 255, 0, 255});
  CHECK(decode(make_png(4, 1, {0x1B}, options_of(2, kGrey))).pixels ==
        std::vector<std::uint8_t>{0, 85, 170, 255});
  const Image four = decode(make_png(3, 1, {0x0F, 0x70}, options_of(4, kGrey)));
  CHECK(four.channels == 1);
  CHECK(four.pixels == std::vector<std::uint8_t>{0, 255, 119});
}

TEST_CASE("PNGs of 16 bits are rounded to 8", "[image]") {
  CHECK(decode(make_png(4, 1, {0, 0, 0xFF, 0xFF, 0x80, 0x80, 0x12, 0xFF}, options_of(16, kGrey)))
            .pixels == std::vector<std::uint8_t>{0, 255, 128, 19});
  const Image colour =
      decode(make_png(1, 1, {0x10, 0x10, 0x20, 0x20, 0x30, 0x30}, options_of(16, kColour)));
  CHECK(colour.channels == 3);
  CHECK(colour.pixels == std::vector<std::uint8_t>{16, 32, 48});
}

TEST_CASE("palette PNGs become colours", "[image]") {
  PngOptions options = options_of(2, kPalette);
  options.palette = bytes_of({10, 20, 30, 40, 50, 60, 70, 80, 90, 250, 0, 5});
  CHECK(decode(make_png(4, 1, {0x1B}, options)).pixels ==
        std::vector<std::uint8_t>{10, 20, 30, 40, 50, 60, 70, 80, 90, 250, 0, 5});
  options.transparency = bytes_of({0, 255, 51});
  const Image over = decode(make_png(4, 1, {0x1B}, options));
  CHECK(over.channels == 3);
  CHECK(over.pixels ==
        std::vector<std::uint8_t>{255, 255, 255, 40, 50, 60, 218, 220, 222, 250, 0, 5});
}

TEST_CASE("alpha in a PNG is laid over white", "[image]") {
  const Image grey = decode(make_png(3, 1, {100, 255, 100, 0, 100, 51}, options_of(8, kGreyAlpha)));
  CHECK(grey.channels == 1);
  CHECK(grey.pixels == std::vector<std::uint8_t>{100, 255, 224});
  const Image colour =
      decode(make_png(2, 1, {10, 20, 30, 255, 0, 100, 255, 51}, options_of(8, kColourAlpha)));
  CHECK(colour.pixels == std::vector<std::uint8_t>{10, 20, 30, 204, 224, 255});
  CHECK(
      decode(make_png(1, 1, {0, 0, 0, 0, 0, 0, 0x33, 0x33}, options_of(16, kColourAlpha))).pixels ==
      std::vector<std::uint8_t>{204, 204, 204});
  PngOptions interlaced = options_of(8, kGreyAlpha);
  interlaced.interlaced = true;
  CHECK(decode(make_png(3, 1, {100, 255, 100, 0, 100, 51}, interlaced)).pixels ==
        std::vector<std::uint8_t>{100, 255, 224});
}

TEST_CASE("a PNG's transparent colour is white", "[image]") {
  PngOptions grey = options_of(8, kGrey);
  grey.transparency = bytes_of({0, 7});
  CHECK(decode(make_png(3, 1, {6, 7, 8}, grey)).pixels == std::vector<std::uint8_t>{6, 255, 8});
  PngOptions colour = options_of(8, kColour);
  colour.transparency = bytes_of({0, 1, 0, 2, 0, 3});
  CHECK(decode(make_png(2, 1, {1, 2, 3, 1, 2, 4}, colour)).pixels ==
        std::vector<std::uint8_t>{255, 255, 255, 1, 2, 4});
}

TEST_CASE("a PNG cut off anywhere is an error and silent", "[image]") {
  StderrCapture capture;
  PngOptions palette = options_of(2, kPalette);
  palette.palette = bytes_of({10, 20, 30, 40, 50, 60, 70, 80, 90, 250, 0, 5});
  for (const Bytes& png :
       {make_png(colour_blocks()), make_png(grey_blocks()), make_png(4, 1, {0x1B}, palette)}) {
    for (std::size_t size = 0; size < png.size(); ++size) {
      CAPTURE(size, png.size());
      CHECK(decode_error(Bytes(png.begin(), png.begin() + static_cast<std::ptrdiff_t>(size))) ==
            "decode_failed");
    }
  }
  CHECK(capture.text().empty());
}

TEST_CASE("a PNG with a changed byte in its pixels is an error", "[image]") {
  Bytes png = make_png(colour_blocks());
  png[png.size() - 30] ^= std::byte{0x10};
  CHECK(decode_error(png) == "decode_failed");
}

TEST_CASE("the size a PNG claims is checked before memory is taken", "[image]") {
  const Bytes png = make_png(grey_blocks());
  CHECK(decode_error(with_size(png, 100000, 100000)) == "too_large");
  CHECK(decode_error(with_size(png, 0xFFFFFFFF, 0xFFFFFFFF)) == "too_large");
  CHECK(decode_error(with_size(png, 1, 40001)) == "too_large");
  CHECK(decode_error(with_size(png, 0, 16)) == "decode_failed");
  CHECK(decode_error(with_size(png, 16, 0)) == "decode_failed");
  const TemporaryFolder folder;
  const std::string file = folder.write("huge.png", with_size(png, 100000, 100000));
  CHECK(error_of([&] { probe_image(file); }) == "too_large");
  CHECK(message_of([&] { load_image(file); }).find("100000 x 100000 pixels") != std::string::npos);
}

TEST_CASE("text and profiles in a PNG are not unpacked", "[image]") {
  const Image image = grey_blocks();
  Bytes text = bytes_of({'n', 0, 0});
  const Bytes zeros = packed_zeros(64);
  text.insert(text.end(), zeros.begin(), zeros.end());
  Bytes international = bytes_of({'n', 0, 1, 0, 0, 0});
  international.insert(international.end(), zeros.begin(), zeros.end());
  Bytes png = make_png(image);
  for (const Bytes& chunk : {png_chunk("zTXt", text), png_chunk("iCCP", text),
                             png_chunk("iTXt", international), png_chunk("zTXt", text)}) {
    png = insert_png_chunk(png, chunk);
  }
  const long before = peak_kilobytes();
  CHECK(largest_difference(decode(png), image) == 0);
  CHECK(peak_kilobytes() - before < 16 * 1024);
  CHECK(
      largest_difference(decode(insert_png_chunk(
                             make_png(image), png_chunk("tEXt", Bytes(9'000'000, std::byte{'x'})))),
                         image) == 0);
}
