#include "recognizer/image/image_file.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

struct Stored {
  int orientation;
  std::vector<std::string> rows;
};

/// How "abc" over "def" is stored under each orientation, by the standard's words: where the first
/// row and the first column are seen.
const std::vector<Stored>& stored_pictures() {
  static const std::vector<Stored> all = {
      {1, {"abc", "def"}},      // top, left
      {2, {"cba", "fed"}},      // top, right
      {3, {"fed", "cba"}},      // bottom, right
      {4, {"def", "abc"}},      // bottom, left
      {5, {"ad", "be", "cf"}},  // left, top
      {6, {"cf", "be", "ad"}},  // right, top
      {7, {"fc", "eb", "da"}},  // right, bottom
      {8, {"da", "eb", "fc"}},  // left, bottom
  };
  return all;
}

Bytes jpeg_with_exif(const Bytes& exif) {
  JpegOptions options;
  options.exif = exif;
  return make_jpeg(grey_blocks(), options);
}

}  // namespace

TEST_CASE("a JPEG is turned upright by its EXIF orientation", "[image]") {
  for (const auto& [orientation, rows] : stored_pictures()) {
    for (const bool big_endian : {false, true}) {
      CAPTURE(orientation, big_endian);
      JpegOptions options;
      options.exif = exif_block(orientation, big_endian);
      CHECK(largest_difference(decode(make_jpeg(letter_blocks(rows), options)), grey_blocks()) <=
            2);
    }
  }
}

TEST_CASE("a PNG is turned upright by its eXIf chunk", "[image]") {
  for (const auto& [orientation, rows] : stored_pictures()) {
    for (const bool at_end : {false, true}) {
      CAPTURE(orientation, at_end);
      const Bytes chunk = png_chunk("eXIf", exif_block(orientation, at_end));
      CHECK(
          largest_difference(decode(insert_png_chunk(make_png(letter_blocks(rows)), chunk, at_end)),
                             grey_blocks()) == 0);
    }
  }
}

TEST_CASE("a TIFF is turned upright by its orientation", "[image]") {
  for (const auto& [orientation, rows] : stored_pictures()) {
    CAPTURE(orientation);
    CHECK(largest_difference(decode(make_tiff(letter_blocks(rows), COMPRESSION_NONE, orientation)),
                             grey_blocks()) == 0);
  }
}

TEST_CASE("colours are turned with their pixels", "[image]") {
  const Image image = colour_blocks();
  const Image turned = decode(make_tiff(image, COMPRESSION_LZW, 6));
  REQUIRE(turned.width == image.height);
  REQUIRE(turned.height == image.width);
  for (int c = 0; c < 3; ++c) CHECK(turned.row(0)[(turned.width - 1) * 3 + c] == image.row(0)[c]);
}

TEST_CASE("probe_image gives the upright size", "[image]") {
  const TemporaryFolder folder;
  for (const auto& [orientation, rows] : stored_pictures()) {
    CAPTURE(orientation);
    JpegOptions options;
    options.exif = exif_block(orientation, true);
    const Image image = letter_blocks(rows);
    for (const Bytes& bytes : {make_jpeg(image, options),
                               insert_png_chunk(make_png(image), png_chunk("eXIf", options.exif)),
                               make_tiff(image, COMPRESSION_LZW, orientation)}) {
      const ImageSize size = probe_image(folder.write("a", bytes));
      CHECK(size.width == grey_blocks().width);
      CHECK(size.height == grey_blocks().height);
    }
  }
}

TEST_CASE("probe_image does not decode the pixels", "[image]") {
  const TemporaryFolder folder;
  Bytes png = make_png(grey_blocks());
  png.resize(60);
  REQUIRE(decode_error(png) == "decode_failed");
  CHECK(probe_image(folder.write("cut.png", png)).width == grey_blocks().width);
  Bytes jpeg = make_jpeg(grey_blocks());
  jpeg.resize(jpeg.size() - 4);
  REQUIRE(decode_error(jpeg) == "decode_failed");
  CHECK(probe_image(folder.write("cut.jpg", jpeg)).height == grey_blocks().height);
}

TEST_CASE("malformed EXIF is ignored", "[image]") {
  for (const bool big_endian : {false, true}) {
    const Bytes whole = exif_block(6, big_endian);
    std::vector<Bytes> bad = {exif_block(0, big_endian), exif_block(9, big_endian),
                              exif_block(65535, big_endian)};
    constexpr std::size_t kBehindOrientation = 34;
    for (std::size_t size = 0; size < kBehindOrientation; ++size)
      bad.emplace_back(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    for (const std::size_t at : {0, 1, 2, 3, 4, 5, 6, 7, 24, 25, 26,
                                 27}) {  // byte order, magic number, offset, type and count
      bad.push_back(whole);
      bad.back()[at] ^= std::byte{0xFF};
    }
    for (const Bytes& exif : bad) {
      CAPTURE(exif.size(), big_endian);
      CHECK(largest_difference(decode(jpeg_with_exif(exif)), grey_blocks()) <= 2);
      CHECK(largest_difference(
                decode(insert_png_chunk(make_png(grey_blocks()), png_chunk("eXIf", exif))),
                grey_blocks()) == 0);
    }
  }
}
