#include <optional>

#include "recognizer/image/image_file.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

/// One strip of packed samples.
Bytes tiff_of(
    int width, int height, int samples, int bits, int photometric,
    const std::vector<std::uint8_t>& packed,
    const std::function<void(TIFF*)>& more = [](TIFF*) {}) {
  return make_tiff([&](TIFF* tiff) {
    set_tiff_fields(tiff, width, height, samples, bits, photometric);
    more(tiff);
    write_tiff_strip(tiff, packed);
  });
}

std::function<void(TIFF*)> with_alpha(std::uint16_t kind) {
  return [kind](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind); };
}

std::vector<std::uint8_t> native16(const std::vector<std::uint16_t>& values) {
  const auto* begin = reinterpret_cast<const std::uint8_t*>(values.data());
  return {begin, begin + values.size() * 2};
}

Bytes separate_planes(const Image& image) {
  return make_tiff([&](TIFF* tiff) {
    set_tiff_fields(tiff, image.width, image.height, image.channels, 8, PHOTOMETRIC_RGB,
                    COMPRESSION_LZW);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_SEPARATE);
    for (int c = 0; c < image.channels; ++c) {
      std::vector<std::uint8_t> plane;
      for (std::size_t i = static_cast<std::size_t>(c); i < image.pixels.size(); i += 3)
        plane.push_back(image.pixels[i]);
      write_tiff_strip(tiff, plane, c);
    }
  });
}

/// Tiles of 16 x 16, which the 24 x 16 pixels do not fill.
Bytes tiled(const Image& image, bool separate, const char* mode = "w") {
  constexpr int kSide = 16;
  return make_tiff(
      [&](TIFF* tiff) {
        set_tiff_fields(tiff, image.width, image.height, image.channels, 8,
                        image.channels == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB,
                        COMPRESSION_ADOBE_DEFLATE);
        if (separate) TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_SEPARATE);
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, kSide);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, kSide);
        const int step = separate ? 1 : image.channels;
        for (int first = 0; first < image.channels; first += step) {
          for (int left = 0; left < image.width; left += kSide) {
            std::vector<std::uint8_t> tile(static_cast<std::size_t>(kSide * kSide * step), 99);
            for (int y = 0; y < kSide; ++y) {
              for (int x = 0; x < kSide && left + x < image.width; ++x) {
                for (int c = 0; c < step; ++c)
                  tile[(y * kSide + x) * step + c] =
                      image.row(y)[(left + x) * image.channels + first + c];
              }
            }
            TIFFWriteTile(tiff, tile.data(), static_cast<std::uint32_t>(left), 0, 0,
                          static_cast<std::uint16_t>(first));
          }
        }
      },
      mode);
}

}  // namespace

TEST_CASE("TIFFs of every common compression are decoded exactly", "[image]") {
  for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE,
                                COMPRESSION_DEFLATE, COMPRESSION_PACKBITS}) {
    CAPTURE(compression);
    CHECK(largest_difference(decode(make_tiff(colour_blocks(), compression)), colour_blocks()) ==
          0);
    CHECK(largest_difference(decode(make_tiff(grey_blocks(), compression)), grey_blocks()) == 0);
  }
}

TEST_CASE("TIFFs of several strips are decoded, the last being shorter", "[image]") {
  const Image image = colour_blocks();
  const Bytes bytes = make_tiff([&](TIFF* tiff) {
    set_tiff_fields(tiff, image.width, image.height, 3, 8, PHOTOMETRIC_RGB, COMPRESSION_LZW);
    TIFFSetField(tiff, TIFFTAG_PREDICTOR, 2);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 5);
    for (int y = 0; y < image.height; y += 5) {
      write_tiff_strip(
          tiff, {image.row(y), image.row(y) + std::min(5, image.height - y) * image.width * 3},
          y / 5);
    }
  });
  CHECK(largest_difference(decode(bytes), image) == 0);
}

TEST_CASE("TIFFs in tiles and in planes are decoded", "[image]") {
  const Image image = colour_blocks();
  CHECK(largest_difference(decode(separate_planes(image)), image) == 0);
  CHECK(largest_difference(decode(tiled(image, false)), image) == 0);
  CHECK(largest_difference(decode(tiled(image, true)), image) == 0);
  CHECK(largest_difference(decode(tiled(grey_blocks(), false)), grey_blocks()) == 0);
}

TEST_CASE("big-endian and BigTIFF files are decoded", "[image]") {
  CHECK(largest_difference(decode(tiled(colour_blocks(), false, "wb")), colour_blocks()) == 0);
  CHECK(largest_difference(decode(tiled(colour_blocks(), false, "w8")), colour_blocks()) == 0);
}

TEST_CASE("TIFFs of 1, 2 and 4 bits of grey are spread to 8", "[image]") {
  CHECK(decode(tiff_of(8, 1, 1, 1, PHOTOMETRIC_MINISBLACK, {0xA5})).pixels ==
        std::vector<std::uint8_t>{255, 0, 255, 0, 0, 255, 0, 255});
  CHECK(decode(tiff_of(8, 1, 1, 1, PHOTOMETRIC_MINISWHITE, {0xA5})).pixels ==
        std::vector<std::uint8_t>{0, 255, 0, 255, 255, 0, 255, 0});
  CHECK(decode(tiff_of(4, 1, 1, 2, PHOTOMETRIC_MINISBLACK, {0x1B})).pixels ==
        std::vector<std::uint8_t>{0, 85, 170, 255});
  const Image four = decode(tiff_of(3, 1, 1, 4, PHOTOMETRIC_MINISBLACK, {0x0F, 0x70}));
  CHECK(four.channels == 1);
  CHECK(four.pixels == std::vector<std::uint8_t>{0, 255, 119});
}

TEST_CASE("TIFFs of 16 bits are rounded to 8, in both byte orders", "[image]") {
  for (const char* mode : {"wl", "wb"}) {
    const Bytes grey = make_tiff(
        [](TIFF* tiff) {
          set_tiff_fields(tiff, 4, 1, 1, 16, PHOTOMETRIC_MINISBLACK);
          write_tiff_strip(tiff, native16({0, 65535, 0x8080, 0x12FF}));
        },
        mode);
    CHECK(decode(grey).pixels == std::vector<std::uint8_t>{0, 255, 128, 19});
  }
  const Image colour =
      decode(tiff_of(1, 1, 3, 16, PHOTOMETRIC_RGB, native16({0x1010, 0x2020, 0x3030})));
  CHECK(colour.channels == 3);
  CHECK(colour.pixels == std::vector<std::uint8_t>{16, 32, 48});
}

TEST_CASE("palette TIFFs become colours", "[image]") {
  std::array<std::vector<std::uint16_t>, 3> map;
  for (std::uint16_t i = 0; i < 16; ++i) {
    map[0].push_back(static_cast<std::uint16_t>(i * 0x1111));
    map[1].push_back(static_cast<std::uint16_t>((15 - i) * 0x1111));
    map[2].push_back(0x2020);
  }
  const auto set_map = [&](TIFF* tiff) {
    TIFFSetField(tiff, TIFFTAG_COLORMAP, map[0].data(), map[1].data(), map[2].data());
  };
  CHECK(decode(tiff_of(2, 1, 1, 4, PHOTOMETRIC_PALETTE, {0x1F}, set_map)).pixels ==
        std::vector<std::uint8_t>{17, 238, 32, 255, 0, 32});
  for (auto& channel : map) {
    for (auto& value : channel)
      value = static_cast<std::uint16_t>(value >> 8);  // as old writers did
  }
  CHECK(decode(tiff_of(2, 1, 1, 4, PHOTOMETRIC_PALETTE, {0x1F}, set_map)).pixels ==
        std::vector<std::uint8_t>{17, 238, 32, 255, 0, 32});
}

TEST_CASE("alpha in a TIFF is laid over white", "[image]") {
  const Image grey = decode(tiff_of(3, 1, 2, 8, PHOTOMETRIC_MINISBLACK, {100, 255, 100, 0, 100, 51},
                                    with_alpha(EXTRASAMPLE_UNASSALPHA)));
  CHECK(grey.channels == 1);
  CHECK(grey.pixels == std::vector<std::uint8_t>{100, 255, 224});
  CHECK(decode(tiff_of(1, 1, 4, 8, PHOTOMETRIC_RGB, {0, 100, 255, 51},
                       with_alpha(EXTRASAMPLE_UNASSALPHA)))
            .pixels == std::vector<std::uint8_t>{204, 224, 255});
  // Premultiplied: the same colour times 51 / 255.
  CHECK(decode(tiff_of(1, 1, 4, 8, PHOTOMETRIC_RGB, {0, 20, 51, 51},
                       with_alpha(EXTRASAMPLE_ASSOCALPHA)))
            .pixels == std::vector<std::uint8_t>{204, 224, 255});
  // A fourth sample of unknown meaning is not taken for opacity.
  CHECK(decode(tiff_of(1, 1, 4, 8, PHOTOMETRIC_RGB, {10, 20, 30, 0},
                       with_alpha(EXTRASAMPLE_UNSPECIFIED)))
            .pixels == std::vector<std::uint8_t>{10, 20, 30});
}

TEST_CASE("TIFFs of inks are converted", "[image]") {
  CHECK(decode(tiff_of(2, 1, 4, 8, PHOTOMETRIC_SEPARATED, {255, 155, 0, 0, 0, 0, 0, 51})).pixels ==
        std::vector<std::uint8_t>{0, 100, 255, 204, 204, 204});
}

TEST_CASE("inks with opacity are laid over white", "[image]") {
  const auto inks = [](const std::vector<std::uint8_t>& samples, std::uint16_t kind) {
    return tiff_of(static_cast<int>(samples.size() / 5), 1, 5, 8, PHOTOMETRIC_SEPARATED, samples,
                   with_alpha(kind));
  };
  CHECK(decode(inks({255, 0, 0, 0, 255, 255, 255, 255, 255, 0, 255, 0, 0, 51, 51},
                    EXTRASAMPLE_UNASSALPHA))
            .pixels == std::vector<std::uint8_t>{0, 255, 255, 255, 255, 255, 204, 245, 245});
  CHECK(decode(inks({51, 0, 0, 10, 51}, EXTRASAMPLE_ASSOCALPHA)).pixels ==
        std::vector<std::uint8_t>{204, 245, 245});
  const Bytes deep = tiff_of(1, 1, 4, 16, PHOTOMETRIC_SEPARATED, native16({0xFFFF, 0, 0, 0}));
  CHECK(decode(deep).pixels == std::vector<std::uint8_t>{0, 255, 255});
}

TEST_CASE("libtiff's own conversion loses what is read here", "[image]") {
  // The reason for tiff_samples.cpp: once libtiff takes these, it may go.
  StderrCapture capture;
  const TemporaryFolder folder;
  const auto convert = [&](const Bytes& bytes) -> std::optional<std::uint32_t> {
    TIFF* tiff = TIFFOpen(folder.write("one.tif", bytes).c_str(), "r");
    REQUIRE(tiff != nullptr);
    std::uint32_t pixel = 0;
    const int done = TIFFReadRGBAImage(tiff, 1, 1, &pixel, 1);
    TIFFClose(tiff);
    return done == 1 ? std::optional(pixel) : std::nullopt;
  };
  CHECK_FALSE(convert(tiff_of(1, 1, 4, 16, PHOTOMETRIC_SEPARATED, native16({0xFFFF, 0, 0, 0}))));
  const auto seen_through = convert(tiff_of(1, 1, 5, 8, PHOTOMETRIC_SEPARATED, {255, 0, 0, 0, 0},
                                            with_alpha(EXTRASAMPLE_UNASSALPHA)));
  REQUIRE(seen_through);
  CHECK(TIFFGetA(*seen_through) == 255);
}

TEST_CASE("white that stands on nothing is laid over black", "[image]") {
  CHECK(decode(tiff_of(3, 1, 2, 8, PHOTOMETRIC_MINISBLACK, {255, 255, 255, 0, 250, 128},
                       with_alpha(EXTRASAMPLE_UNASSALPHA)))
            .pixels == std::vector<std::uint8_t>{255, 0, 125});
  PngOptions alpha;
  alpha.colour_type = 6;
  CHECK(decode(make_png(2, 1, {255, 255, 255, 255, 255, 255, 255, 0}, alpha)).pixels ==
        std::vector<std::uint8_t>{255, 255, 255, 0, 0, 0});
  // One darker pixel can be seen on white, and a picture that is opaque stays as it is.
  CHECK(decode(make_png(2, 1, {255, 255, 255, 255, 255, 255, 255, 255}, alpha)).pixels ==
        std::vector<std::uint8_t>(6, 255));
  CHECK(decode(make_png(2, 1, {255, 255, 255, 255, 99, 99, 99, 128}, alpha)).pixels ==
        std::vector<std::uint8_t>{255, 255, 255, 177, 177, 177});
}

TEST_CASE("bilevel TIFFs of CCITT compression are decoded", "[image]") {
  std::vector<std::uint8_t> packed;
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 3; ++x)
      packed.push_back(static_cast<std::uint8_t>(y < 8 ? 0xF0 >> x : x == 1 ? 0xFF : 0x18));
  }
  for (const int compression :
       {COMPRESSION_CCITTFAX4, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTRLE}) {
    CAPTURE(compression);
    const Image image = decode(make_tiff([&](TIFF* tiff) {
      set_tiff_fields(tiff, 24, 16, 1, 1, PHOTOMETRIC_MINISWHITE, compression);
      write_tiff_strip(tiff, packed);
    }));
    REQUIRE(image.channels == 1);
    REQUIRE(image.pixels.size() == 24 * 16);
    for (int i = 0; i < 24 * 16; ++i) {
      const bool ink = (packed[i / 8] >> (7 - i % 8) & 1) != 0;
      CHECK(image.pixels[i] == (ink ? 0 : 255));
    }
  }
}

TEST_CASE("JPEG inside TIFF is decoded, grey and colour", "[image]") {
  const Image image = colour_blocks();
  const auto jpeg_tiff = [&](int photometric) {
    return make_tiff([&](TIFF* tiff) {
      set_tiff_fields(tiff, image.width, image.height, 3, 8, photometric, COMPRESSION_JPEG);
      TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, 100);
      if (photometric == PHOTOMETRIC_YCBCR) {
        TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, 1, 1);
        TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
      }
      write_tiff_strip(tiff, image.pixels);
    });
  };
  CHECK(largest_difference(decode(jpeg_tiff(PHOTOMETRIC_YCBCR)), image) <= 3);
  CHECK(largest_difference(decode(jpeg_tiff(PHOTOMETRIC_RGB)), image) <= 3);
  CHECK(largest_difference(decode(make_tiff(grey_blocks(), COMPRESSION_JPEG)), grey_blocks()) <=
        12);
}

TEST_CASE("pages of a TIFF are counted and chosen", "[image]") {
  const TemporaryFolder folder;
  const std::vector<Image> pages = {colour_blocks(), grey_blocks(), letter_blocks({"a"})};
  const Bytes bytes = make_tiff([&](TIFF* tiff) {
    for (const Image& image : pages) {
      set_tiff_fields(tiff, image.width, image.height, image.channels, 8,
                      image.channels == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
      write_tiff_strip(tiff, image.pixels);
      TIFFWriteDirectory(tiff);
    }
  });
  const std::string file = folder.write("pages.tif", bytes);
  CHECK(count_pages(file) == 3);
  for (int page = 1; page <= 3; ++page)
    CHECK(largest_difference(load_image(file, page), pages[page - 1]) == 0);
  for (const int page : {-1, 0, 4, 1000000})
    CHECK(error_of([&] { load_image(file, page); }) == "usage");
  CHECK(message_of([&] { load_image(file, 4); }) ==
        file + ": there is no page 4; the picture has 3 pages");
}
