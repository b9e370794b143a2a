#include "recognizer/image/image_file.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

using Numbers = std::vector<std::uint32_t>;

struct Bmp {
  int width = 0;
  int height = 0;  ///< negative for rows from the top
  int bits = 24;
  int compression = 0;
  Numbers masks = {};
  Numbers palette = {};  ///< 0xRRGGBB
  std::vector<std::uint8_t> pixels = {};
  int header = 40;
  std::uint32_t across = 0;
  std::uint32_t down = 0;
};

void append(Bytes& out, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

Bytes make_bmp(const Bmp& bmp) {
  Bytes info;
  append(info, static_cast<std::uint32_t>(bmp.header), 4);
  const int side = bmp.header == 12 ? 2 : 4;
  append(info, static_cast<std::uint32_t>(bmp.width), side);
  append(info, static_cast<std::uint32_t>(bmp.height), side);
  append(info, 1, 2);
  append(info, static_cast<std::uint32_t>(bmp.bits), 2);
  if (bmp.header != 12) {
    append(info, static_cast<std::uint32_t>(bmp.compression), 4);
    append(info, 0, 4);
    append(info, bmp.across, 4);
    append(info, bmp.down, 4);
    append(info, static_cast<std::uint32_t>(bmp.palette.size()), 4);
    append(info, 0, 4);
    for (const std::uint32_t mask : bmp.masks) append(info, mask, 4);
    while (static_cast<int>(info.size()) < bmp.header) info.push_back(std::byte{0});
  }
  for (const std::uint32_t colour : bmp.palette) append(info, colour, bmp.header == 12 ? 3 : 4);
  Bytes out;
  append(out, 'B' | 'M' << 8, 2);
  append(out, static_cast<std::uint32_t>(14 + info.size() + bmp.pixels.size()), 4);
  append(out, 0, 4);
  append(out, static_cast<std::uint32_t>(14 + info.size()), 4);
  out.insert(out.end(), info.begin(), info.end());
  for (const std::uint8_t value : bmp.pixels) out.push_back(std::byte{value});
  return out;
}

std::vector<std::uint8_t> pixels_of(const Bmp& bmp) { return decode(make_bmp(bmp)).pixels; }

const std::vector<std::uint8_t> kUpright = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
const std::vector<std::uint8_t> kFromBottom = {9, 8, 7, 12, 11, 10, 0, 0, 3, 2, 1, 6, 5, 4, 0, 0};
const std::vector<std::uint8_t> kFromTop = {3, 2, 1, 6, 5, 4, 0, 0, 9, 8, 7, 12, 11, 10, 0, 0};

/// Letters for indices of a palette of greys 0, 1, 2 ...
std::string indices_of(Bmp bmp) {
  bmp.palette.clear();
  for (std::uint32_t i = 0; i < 16; ++i) bmp.palette.push_back(i * 0x010101);
  const Image image = decode(make_bmp(bmp));
  std::string text;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    if (i > 0 && i % (static_cast<std::size_t>(image.width) * 3) == 0) text += '/';
    text += static_cast<char>('a' + image.pixels[i]);
  }
  return text;
}

}  // namespace

TEST_CASE("BMP pictures of 24 and 32 bits are decoded, from the bottom and from the top",
          "[image]") {
  CHECK(pixels_of({2, 2, 24, 0, {}, {}, kFromBottom}) == kUpright);
  CHECK(pixels_of({2, -2, 24, 0, {}, {}, kFromTop}) == kUpright);
  CHECK(pixels_of({2, 2, 24, 0, {}, {}, kFromBottom, 12}) == kUpright);
  CHECK(pixels_of({2, 2, 24, 0, {}, {}, kFromBottom, 124}) == kUpright);
  CHECK(pixels_of({2, 1, 32, 0, {}, {}, {3, 2, 1, 0, 6, 5, 4, 99}}) ==
        std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6});
  const TemporaryFolder folder;
  const ImageSize size =
      probe_image(folder.write("a.bmp", make_bmp({2, 1, 24, 0, {}, {}, kFromTop})));
  CHECK(std::pair(size.width, size.height) == std::pair(2, 1));
}

TEST_CASE("BMP pictures of 16 bits and of any fields are decoded", "[image]") {
  // 5 bits each: red 31, green 16, blue 0.
  CHECK(pixels_of({1, 1, 16, 0, {}, {}, {0x00, 0x7E, 0, 0}}) ==
        std::vector<std::uint8_t>{255, 132, 0});
  CHECK(pixels_of({1, 1, 16, 3, {0xF800, 0x07E0, 0x001F}, {}, {0x1F, 0x04, 0, 0}}) ==
        std::vector<std::uint8_t>{0, 130, 255});
  CHECK(pixels_of({1, 1, 32, 3, {0xFF, 0xFF00, 0xFF0000}, {}, {1, 2, 3, 0}}) ==
        std::vector<std::uint8_t>{1, 2, 3});
  // With a field for opacity, which is laid over white.
  CHECK(
      pixels_of({1, 1, 32, 3, {0xFF, 0xFF00, 0xFF0000, 0xFF000000}, {}, {0, 100, 255, 51}, 108}) ==
      std::vector<std::uint8_t>{204, 224, 255});
  CHECK(pixels_of({1, 1, 32, 6, {0xFF, 0xFF00, 0xFF0000, 0xFF000000}, {}, {0, 100, 255, 51}}) ==
        std::vector<std::uint8_t>{204, 224, 255});
}

TEST_CASE("BMP pictures with a palette are decoded", "[image]") {
  const Numbers palette = {0x0A0B0C, 0xFFEEDD};
  CHECK(pixels_of({3, 1, 1, 0, {}, palette, {0x40, 0, 0, 0}}) ==
        std::vector<std::uint8_t>{10, 11, 12, 255, 238, 221, 10, 11, 12});
  CHECK(pixels_of({2, 1, 8, 0, {}, palette, {1, 0, 0, 0}}) ==
        std::vector<std::uint8_t>{255, 238, 221, 10, 11, 12});
  CHECK(pixels_of({2, 1, 4, 0, {}, palette, {0x10, 0, 0, 0}}) ==
        std::vector<std::uint8_t>{255, 238, 221, 10, 11, 12});
  // An index that the palette lacks is black.
  CHECK(pixels_of({1, 1, 8, 0, {}, palette, {200, 0, 0, 0}}) == std::vector<std::uint8_t>{0, 0, 0});
  CHECK(indices_of({5, 2, 4, 0, {}, {}, {0x12, 0x34, 0x50, 0, 0x67, 0x89, 0xA0, 0}}) ==
        "ghijk/bcdef");
}

TEST_CASE("BMP pictures in runs are decoded", "[image]") {
  // A run, a literal of three with its filling byte, the end of a row; a run; the end.
  CHECK(indices_of({5, 2, 8, 1, {}, {}, {2, 1, 0, 3, 2, 3, 4, 0, 0, 0, 5, 6, 0, 0, 0, 1}}) ==
        "ggggg/bbcde");
  CHECK(indices_of({5, 2, 4, 2, {}, {}, {5, 0x12, 0, 0, 0, 5, 0x34, 0x56, 0x70, 0, 0, 1}}) ==
        "defgh/bcbcb");
  // A step of two to the right and one up, and what is left out.
  CHECK(indices_of({4, 3, 8, 1, {}, {}, {1, 1, 0, 2, 2, 1, 1, 2, 0, 1}}) == "aaaa/aaac/baaa");
  CHECK(indices_of({2, 3, 8, 1, {}, {}, {1, 1, 0, 2, 0, 2, 1, 2, 0, 1}}) == "ac/aa/ba");
}

TEST_CASE("bad BMP pictures are errors", "[image]") {
  const auto code = [](const Bmp& bmp) { return decode_error(make_bmp(bmp)); };
  CHECK(code({0, 1, 24}) == "decode_failed");
  CHECK(code({-2, 1, 24, 0, {}, {}, kFromTop}) == "decode_failed");
  CHECK(code({100000, 100000, 24}) == "too_large");
  CHECK(code({40000, 40000, 24}) == "too_large");
  CHECK(code({2, INT32_MIN, 24}) == "too_large");
  CHECK(code({2, 2, 24, 4, {}, {}, kFromTop}) == "decode_failed");
  CHECK(code({2, 2, 23, 0, {}, {}, kFromTop}) == "decode_failed");
  CHECK(code({2, 2, 24, 1, {}, {}, kFromTop}) == "decode_failed");
  CHECK(code({2, -2, 8, 1, {}, {}, {2, 1, 0, 1}}) == "decode_failed");
  CHECK(code({2, 1, 8, 1, {}, {}, {3, 1, 0, 1}}) == "decode_failed");  // a run beyond the row
  CHECK(code({2, 1, 8, 1, {}, {}, {0, 2, 200, 0, 1, 1, 0, 1}}) == "decode_failed");
  CHECK(code({2, 1, 8, 1, {}, {}, {1, 1}}) == "decode_failed");
  CHECK(code({2, 1, 16, 3, {0xF800, 0x07E0}, {}, {}}) == "decode_failed");
  const Bytes whole = make_bmp({2, 2, 24, 0, {}, {}, kFromBottom});
  // The two bytes that fill up the last row may be missing.
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(decode_error(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))) ==
          "decode_failed");
  }
}

TEST_CASE("BMP pixels that are not square are made so", "[image]") {
  Bmp bmp{2, 2, 24, 0, {}, {}, kFromBottom};
  bmp.across = 2000;
  bmp.down = 1000;
  const Image image = decode(make_bmp(bmp));
  CHECK(std::pair(image.width, image.height) == std::pair(2, 4));
}
