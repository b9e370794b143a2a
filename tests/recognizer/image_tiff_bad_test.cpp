#include <sys/resource.h>

#include "recognizer/image/image_file.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

/// A grey TIFF with the directory in front, of `height` rows of one strip. Later tags replace
/// earlier ones.
Bytes grey_tiff(const std::vector<std::pair<int, std::uint32_t>>& changes,
                std::size_t data_size = 64) {
  std::vector<std::pair<int, std::uint32_t>> tags = {
      {TIFFTAG_IMAGEWIDTH, 8},      {TIFFTAG_IMAGELENGTH, 8},  {TIFFTAG_BITSPERSAMPLE, 8},
      {TIFFTAG_COMPRESSION, 1},     {TIFFTAG_PHOTOMETRIC, 1},  {TIFFTAG_STRIPOFFSETS, 0},
      {TIFFTAG_SAMPLESPERPIXEL, 1}, {TIFFTAG_ROWSPERSTRIP, 8}, {TIFFTAG_STRIPBYTECOUNTS, 64}};
  for (const auto& change : changes) {
    std::erase_if(tags, [&](const auto& tag) { return tag.first == change.first; });
    tags.push_back(change);
  }
  return raw_tiff(tags, Bytes(data_size, std::byte{77}));
}

Bytes tiled_tiff(std::uint32_t tile_width, std::uint32_t tile_height) {
  return raw_tiff({{TIFFTAG_IMAGEWIDTH, 8},
                   {TIFFTAG_IMAGELENGTH, 8},
                   {TIFFTAG_BITSPERSAMPLE, 8},
                   {TIFFTAG_COMPRESSION, 1},
                   {TIFFTAG_PHOTOMETRIC, 1},
                   {TIFFTAG_SAMPLESPERPIXEL, 1},
                   {TIFFTAG_TILEWIDTH, tile_width},
                   {TIFFTAG_TILELENGTH, tile_height},
                   {TIFFTAG_TILEOFFSETS, 0},
                   {TIFFTAG_TILEBYTECOUNTS, 256}},
                  Bytes(256, std::byte{77}));
}

void check_cut_anywhere(const Bytes& tiff) {
  for (std::size_t size = 0; size < tiff.size(); ++size) {
    CAPTURE(size, tiff.size());
    CHECK(decode_error(Bytes(tiff.begin(), tiff.begin() + static_cast<std::ptrdiff_t>(size))) ==
          "decode_failed");
  }
}

}  // namespace

TEST_CASE("a TIFF cut off anywhere is an error and silent", "[image]") {
  StderrCapture capture;
  REQUIRE(decode_error(grey_tiff({})) == "none");
  check_cut_anywhere(grey_tiff({}));
  for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE,
                                COMPRESSION_PACKBITS, COMPRESSION_JPEG}) {
    CAPTURE(compression);
    check_cut_anywhere(make_tiff(colour_blocks(), compression));
  }
  CHECK(capture.text().empty());
}

TEST_CASE("a TIFF whose strip ends too early is an error, whatever the compression", "[image]") {
  StderrCapture capture;
  for (const int compression : {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS,
                                COMPRESSION_CCITTFAX4, COMPRESSION_JPEG}) {
    CAPTURE(compression);
    CHECK(decode_error(grey_tiff({{TIFFTAG_COMPRESSION,
                                   static_cast<std::uint32_t>(compression)}})) == "decode_failed");
  }
  CHECK(capture.text().empty());
}

TEST_CASE("JPEG data that ends too early inside a TIFF is an error", "[image]") {
  Image noise{64, 64, 1, {}};
  for (int i = 0; i < 64 * 64; ++i)
    noise.pixels.push_back(static_cast<std::uint8_t>(i * 7919 >> 3));
  const Bytes jpeg = make_jpeg(noise);
  const auto inside = [&](std::size_t size) {
    return raw_tiff({{TIFFTAG_IMAGEWIDTH, 64},
                     {TIFFTAG_IMAGELENGTH, 64},
                     {TIFFTAG_BITSPERSAMPLE, 8},
                     {TIFFTAG_COMPRESSION, COMPRESSION_JPEG},
                     {TIFFTAG_PHOTOMETRIC, 1},
                     {TIFFTAG_STRIPOFFSETS, 0},
                     {TIFFTAG_SAMPLESPERPIXEL, 1},
                     {TIFFTAG_ROWSPERSTRIP, 64},
                     {TIFFTAG_STRIPBYTECOUNTS, static_cast<std::uint32_t>(size)}},
                    Bytes(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(size)));
  };
  StderrCapture capture;
  CHECK(decode_error(inside(jpeg.size())) == "none");
  CHECK(decode_error(inside(jpeg.size() / 2)) == "decode_failed");
  CHECK(decode_error(inside(jpeg.size() * 3 / 4)) == "decode_failed");
  CHECK(capture.text().empty());
}

TEST_CASE("what a TIFF claims is checked before memory is taken", "[image]") {
  rusage before = {};
  getrusage(RUSAGE_SELF, &before);
  StderrCapture capture;
  CHECK(decode_error(grey_tiff({{TIFFTAG_IMAGEWIDTH, 100000}, {TIFFTAG_IMAGELENGTH, 100000}})) ==
        "too_large");
  CHECK(decode_error(grey_tiff(
            {{TIFFTAG_IMAGEWIDTH, 0xFFFFFFFF}, {TIFFTAG_IMAGELENGTH, 0xFFFFFFFF}})) != "none");
  CHECK(decode_error(grey_tiff({{TIFFTAG_IMAGEWIDTH, 40001}})) == "too_large");
  CHECK(decode_error(grey_tiff({{TIFFTAG_IMAGEWIDTH, 0}})) == "decode_failed");
  CHECK(decode_error(grey_tiff({{TIFFTAG_IMAGELENGTH, 0}})) == "decode_failed");
  CHECK(decode_error(grey_tiff({{TIFFTAG_SAMPLESPERPIXEL, 0}})) == "decode_failed");
  CHECK(decode_error(grey_tiff({{TIFFTAG_SAMPLESPERPIXEL, 17}})) == "decode_failed");
  CHECK(decode_error(grey_tiff({{TIFFTAG_SAMPLESPERPIXEL, 65535}})) == "decode_failed");
  for (const std::uint32_t bits : {0, 3, 7, 12, 24, 32, 64, 65535}) {
    CAPTURE(bits);
    CHECK(decode_error(grey_tiff({{TIFFTAG_BITSPERSAMPLE, bits}})) == "decode_failed");
  }
  CHECK(decode_error(tiled_tiff(16, 16)) == "none");
  CHECK(decode_error(tiled_tiff(60000, 16)) == "too_large");
  CHECK(decode_error(tiled_tiff(40000, 40000)) == "too_large");
  CHECK(decode_error(tiled_tiff(0x7FFFFFF0, 0x7FFFFFF0)) == "too_large");
  CHECK(decode_error(tiled_tiff(0xFFFFFFFF, 0xFFFFFFFF)) != "none");
  CHECK(decode_error(tiled_tiff(0, 16)) == "decode_failed");
  CHECK(decode_error(tiled_tiff(16, 0)) == "decode_failed");
  CHECK(capture.text().empty());
  rusage after = {};
  getrusage(RUSAGE_SELF, &after);
  CHECK(after.ru_maxrss - before.ru_maxrss < 32 * 1024);
}

TEST_CASE("TIFFs of floating-point and signed samples are refused in words", "[image]") {
  CHECK(decode_error(grey_tiff(
            {{TIFFTAG_BITSPERSAMPLE, 32}, {TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP}}, 256)) ==
        "decode_failed");
  const Bytes floats =
      grey_tiff({{TIFFTAG_BITSPERSAMPLE, 32}, {TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP}}, 256);
  CHECK(message_of([&] { decode(floats); }) ==
        "sample: a TIFF of floating-point samples, which is not supported: convert it to 8 bits");
  CHECK(decode_error(grey_tiff({{TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_INT}})) == "decode_failed");
}

TEST_CASE("a TIFF whose pages lead back to the first ends", "[image]") {
  StderrCapture capture;
  Bytes bytes = grey_tiff({});
  const std::size_t link = 8 + 2 + 12 * 9;
  bytes[link] = std::byte{8};
  const TemporaryFolder folder;
  const std::string file = folder.write("loop.tif", bytes);
  CHECK(count_pages(file) == 1);
  CHECK(load_image(file).width == 8);
  CHECK(error_of([&] { load_image(file, 2); }) == "usage");
  CHECK(capture.text().empty());
}
