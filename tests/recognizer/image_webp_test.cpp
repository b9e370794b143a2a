#include <webp/encode.h>

#include "recognizer/image/image_file.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

Bytes take(std::uint8_t* data, std::size_t size) {
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  Bytes out(begin, begin + size);
  WebPFree(data);
  return out;
}

Bytes make_webp(const Image& image, bool lossless) {
  std::uint8_t* data = nullptr;
  const int stride = image.width * 3;
  const std::size_t size =
      lossless
          ? WebPEncodeLosslessRGB(image.pixels.data(), image.width, image.height, stride, &data)
          : WebPEncodeRGB(image.pixels.data(), image.width, image.height, stride, 90, &data);
  return take(data, size);
}

Bytes make_webp_alpha(int width, int height, const std::vector<std::uint8_t>& rgba) {
  std::uint8_t* data = nullptr;
  WebPConfig config;
  WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, 100);
  config.lossless = 1;
  config.exact = 1;
  WebPPicture picture;
  WebPPictureInit(&picture);
  picture.use_argb = 1;
  picture.width = width;
  picture.height = height;
  WebPPictureImportRGBA(&picture, rgba.data(), width * 4);
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  REQUIRE(WebPEncode(&config, &picture) != 0);
  WebPPictureFree(&picture);
  data = writer.mem;
  return take(data, writer.size);
}

void append(Bytes& out, const std::string& text) {
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
}

void append_number(Bytes& out, std::size_t value, int size) {
  for (int i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

/// The picture in a file that may have more chunks, with a block of EXIF behind it.
Bytes with_exif(const Bytes& webp, const Image& image, const Bytes& exif) {
  constexpr std::uint32_t kHasExif = 8;
  Bytes chunks;
  append(chunks, "WEBPVP8X");
  append_number(chunks, 10, 4);
  append_number(chunks, kHasExif, 4);
  append_number(chunks, static_cast<std::size_t>(image.width - 1), 3);
  append_number(chunks, static_cast<std::size_t>(image.height - 1), 3);
  chunks.insert(chunks.end(), webp.begin() + 12, webp.end());
  append(chunks, "EXIF");
  append_number(chunks, exif.size(), 4);
  chunks.insert(chunks.end(), exif.begin(), exif.end());
  if (exif.size() % 2 == 1) chunks.push_back(std::byte{0});
  Bytes out;
  append(out, "RIFF");
  append_number(out, chunks.size(), 4);
  out.insert(out.end(), chunks.begin(), chunks.end());
  return out;
}

}  // namespace

TEST_CASE("WebP pictures are decoded, with and without loss", "[image]") {
  CHECK(largest_difference(decode(make_webp(colour_blocks(), true)), colour_blocks()) == 0);
  const Image lossy = decode(make_webp(colour_blocks(), false));
  CHECK(lossy.width == 24);
  // Colours are kept at half the resolution.
  CHECK(std::abs(int{lossy.row(4)[4 * 3]} - int{colour_blocks().row(4)[4 * 3]}) < 12);
  const TemporaryFolder folder;
  CHECK(probe_image(folder.write("a.webp", make_webp(colour_blocks(), true))).width == 24);
}

TEST_CASE("opacity in a WebP is laid over white, and white that stands on nothing over black",
          "[image]") {
  CHECK(decode(make_webp_alpha(2, 1, {0, 100, 255, 51, 9, 9, 9, 255})).pixels ==
        std::vector<std::uint8_t>{204, 224, 255, 9, 9, 9});
  CHECK(decode(make_webp_alpha(2, 1, {255, 255, 255, 255, 255, 255, 255, 0})).pixels ==
        std::vector<std::uint8_t>{255, 255, 255, 0, 0, 0});
}

TEST_CASE("a WebP is turned as its EXIF says", "[image]") {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const Image image = colour_blocks();
    const Image turned = decode(make_tiff(image, COMPRESSION_NONE, orientation));
    const Bytes webp = make_webp(image, true);
    CHECK(largest_difference(decode(with_exif(webp, image, exif_block(orientation, true))),
                             turned) == 0);
    Bytes block;
    append(block, std::string("Exif\0\0", 6));
    const Bytes exif = exif_block(orientation, false);
    block.insert(block.end(), exif.begin(), exif.end());
    CHECK(largest_difference(decode(with_exif(webp, image, block)), turned) == 0);
  }
}

TEST_CASE("a WebP cut off anywhere is an error and silent", "[image]") {
  StderrCapture capture;
  for (const bool lossless : {true, false}) {
    const Bytes whole = make_webp(colour_blocks(), lossless);
    for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
      CAPTURE(size, whole.size());
      CHECK(decode_error(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))) ==
            "decode_failed");
    }
  }
  CHECK(capture.text().empty());
}

TEST_CASE("an animated WebP is refused in words", "[image]") {
  Bytes bytes;
  append(bytes, "RIFF");
  append_number(bytes, 22, 4);
  append(bytes, "WEBPVP8X");
  append_number(bytes, 10, 4);
  append_number(bytes, 2, 4);
  append_number(bytes, 23, 3);
  append_number(bytes, 15, 3);
  CHECK(message_of([&] { decode(bytes); }) ==
        "sample: an animated WebP: save one of its pictures as PNG");
}
