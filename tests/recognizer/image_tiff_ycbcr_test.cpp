#include <algorithm>
#include <cmath>

#include "recognizer/image/image_file.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

std::array<std::uint8_t, 3> to_ycbcr(const std::uint8_t* rgb) {
  const double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
  const double blue = (rgb[2] - luma) / (2 - 2 * 0.114);
  const double red = (rgb[0] - luma) / (2 - 2 * 0.299);
  return {to_byte(15 + luma * 220 / 255), to_byte(128 + blue * 112 / 127),
          to_byte(128 + red * 112 / 127)};
}

/// As a video tool writes it: PackBits, luma from 15 to 235 and chroma from 16 to 240, the chroma
/// of 2 x 2 pixels behind their luma.
Bytes subsampled_tiff(const Image& image, int rows_per_strip) {
  return make_tiff([&](TIFF* tiff) {
    set_tiff_fields(tiff, image.width, image.height, 3, 8, PHOTOMETRIC_YCBCR, COMPRESSION_PACKBITS);
    TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, 2, 2);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, rows_per_strip);
    std::array<float, 6> range = {15, 235, 128, 240, 128, 240};
    TIFFSetField(tiff, TIFFTAG_REFERENCEBLACKWHITE, range.data());
    for (int top = 0, strip = 0; top < image.height; top += rows_per_strip, ++strip) {
      std::vector<std::uint8_t> packed;
      for (int y = top; y < std::min(top + rows_per_strip, image.height); y += 2) {
        for (int x = 0; x < image.width; x += 2) {
          std::array<std::uint8_t, 3> last = {};
          for (int i = 0; i < 4; ++i) {  // pixels beyond the edge repeat it
            last = to_ycbcr(image.row(std::min(y + i / 2, image.height - 1)) +
                            std::min(x + i % 2, image.width - 1) * 3);
            packed.push_back(last[0]);
          }
          packed.insert(packed.end(), {last[1], last[2]});
        }
      }
      write_tiff_strip(tiff, packed, strip);
    }
  });
}

Image cropped(const Image& image, int width, int height) {
  Image out{width, height, 3, {}};
  for (int y = 0; y < height; ++y)
    out.pixels.insert(out.pixels.end(), image.row(y), image.row(y) + width * 3);
  return out;
}

}  // namespace

TEST_CASE("a TIFF of subsampled YCbCr has its true colours", "[image]") {
  const Image image = colour_blocks();
  for (const int rows : {2, 6, 16}) {
    CAPTURE(rows);
    CHECK(largest_difference(decode(subsampled_tiff(image, rows)), image) <= 3);
  }
}

TEST_CASE("a TIFF of subsampled YCbCr may have odd sides", "[image]") {
  const Image image = cropped(colour_blocks(), 23, 15);
  CHECK(largest_difference(decode(subsampled_tiff(image, 6)), image) <= 3);
}

TEST_CASE("a TIFF of subsampled YCbCr is turned upright", "[image]") {
  const Image image = colour_blocks();
  const Image wanted = decode(make_tiff(image, COMPRESSION_NONE, 1));
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    Bytes ycbcr = make_tiff([&](TIFF* tiff) {
      set_tiff_fields(tiff, image.width, image.height, 3, 8, PHOTOMETRIC_YCBCR);
      TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, 1, 1);
      TIFFSetField(tiff, TIFFTAG_ORIENTATION, orientation);
      std::array<float, 6> range = {15, 235, 128, 240, 128, 240};
      TIFFSetField(tiff, TIFFTAG_REFERENCEBLACKWHITE, range.data());
      std::vector<std::uint8_t> packed;
      for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
        for (const std::uint8_t value : to_ycbcr(image.pixels.data() + i)) packed.push_back(value);
      }
      write_tiff_strip(tiff, packed);
    });
    CHECK(largest_difference(decode(ycbcr),
                             decode(make_tiff(image, COMPRESSION_NONE, orientation))) <= 3);
  }
  CHECK(largest_difference(wanted, image) == 0);
}
