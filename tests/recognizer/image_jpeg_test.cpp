#include "recognizer/image/image_file.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

/// Writes a size into the frame header (SOF0 or SOF2).
Bytes with_size(Bytes jpeg, int width, int height) {
  for (std::size_t i = 0; i + 8 < jpeg.size(); ++i) {
    if (jpeg[i] != std::byte{0xFF} ||
        (jpeg[i + 1] != std::byte{0xC0} && jpeg[i + 1] != std::byte{0xC2}))
      continue;
    jpeg[i + 5] = static_cast<std::byte>(height >> 8);
    jpeg[i + 6] = static_cast<std::byte>(height);
    jpeg[i + 7] = static_cast<std::byte>(width >> 8);
    jpeg[i + 8] = static_cast<std::byte>(width);
    return jpeg;
  }
  return {};
}

/// Colour blocks as inks, whose light is (255 - ink) * (255 - black) / 255.
std::vector<std::uint8_t> inks_of(const Image& image, bool inverted) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    for (std::size_t c = 0; c < 3; ++c)
      out.push_back(static_cast<std::uint8_t>(255 - image.pixels[i + c]));
    out.push_back(51);
  }
  if (inverted) {
    for (auto& value : out) value = static_cast<std::uint8_t>(255 - value);
  }
  return out;
}

Image under_black(Image image) {
  for (auto& value : image.pixels) value = static_cast<std::uint8_t>((value * 204 + 127) / 255);
  return image;
}

}  // namespace

TEST_CASE("JPEGs of grey and colour are decoded", "[image]") {
  JpegOptions progressive;
  progressive.progressive = true;
  CHECK(largest_difference(decode(make_jpeg(grey_blocks())), grey_blocks()) <= 2);
  CHECK(largest_difference(decode(make_jpeg(colour_blocks())), colour_blocks()) <= 3);
  CHECK(largest_difference(decode(make_jpeg(colour_blocks(), progressive)), colour_blocks()) <= 3);
}

TEST_CASE("JPEGs of inks are converted, those by Adobe being inverted", "[image]") {
  const Image image = colour_blocks();
  const Image wanted = under_black(image);
  for (const std::string space : {"cmyk", "ycck"}) {
    JpegOptions options;
    options.space = space;
    options.adobe = true;
    CHECK(largest_difference(
              decode(make_jpeg(image.width, image.height, inks_of(image, true), options)),
              wanted) <= 4);
  }
  JpegOptions plain;
  plain.space = "cmyk";
  CHECK(largest_difference(
            decode(make_jpeg(image.width, image.height, inks_of(image, false), plain)), wanted) <=
        4);
}

TEST_CASE("a JPEG cut off anywhere is an error and silent", "[image]") {
  StderrCapture capture;
  JpegOptions progressive;
  progressive.progressive = true;
  for (const Bytes& jpeg : {make_jpeg(colour_blocks()), make_jpeg(grey_blocks()),
                            make_jpeg(colour_blocks(), progressive)}) {
    for (std::size_t size = 0; size < jpeg.size(); ++size) {
      CAPTURE(size, jpeg.size());
      CHECK(decode_error(Bytes(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(size))) ==
            "decode_failed");
    }
  }
  CHECK(capture.text().empty());
}

TEST_CASE("a JPEG with a gap in the middle is an error", "[image]") {
  Image noise{64, 64, 1, {}};
  for (int i = 0; i < 64 * 64; ++i)
    noise.pixels.push_back(static_cast<std::uint8_t>(i * 7919 >> 3));
  Bytes jpeg = make_jpeg(noise);
  jpeg.erase(jpeg.begin() + static_cast<std::ptrdiff_t>(jpeg.size() / 2), jpeg.end() - 2);
  CHECK(decode_error(jpeg) == "decode_failed");
}

TEST_CASE("the size a JPEG claims is checked before memory is taken", "[image]") {
  const Bytes jpeg = make_jpeg(grey_blocks());
  CHECK(decode_error(with_size(jpeg, 65535, 65535)) == "too_large");
  CHECK(decode_error(with_size(jpeg, 65000, 65000)) == "too_large");
  CHECK(decode_error(with_size(jpeg, 40001, 1)) == "too_large");
  CHECK(decode_error(with_size(jpeg, 20000, 20000)) == "too_large");
  CHECK(decode_error(with_size(jpeg, 0, 16)) == "decode_failed");
  CHECK(decode_error(with_size(jpeg, 16, 0)) == "decode_failed");
}

TEST_CASE("a progressive JPEG of thousands of scans is refused", "[image]") {
  JpegOptions options;
  options.progressive = true;
  Bytes jpeg = make_jpeg(grey_blocks(), options);
  // Repeats the last scan, from its marker to the end of the picture.
  std::size_t scan = jpeg.size() - 2;
  while (!(jpeg[scan] == std::byte{0xFF} && jpeg[scan + 1] == std::byte{0xDA})) --scan;
  const Bytes last(jpeg.begin() + static_cast<std::ptrdiff_t>(scan), jpeg.end() - 2);
  for (int i = 0; i < 2000; ++i) jpeg.insert(jpeg.end() - 2, last.begin(), last.end());
  CHECK(decode_error(jpeg) == "decode_failed");
}
