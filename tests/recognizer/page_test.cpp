#include "recognizer/page/page.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "tests/catch.h"
#include "tests/recognizer/synthetic.h"

using nibble::Homography;
using nibble::Image;
using nibble::Page;
using nibble::Point;
using nibble::Quad;

namespace {

// A picture in which a checkered document lies at `quad`; template positions decide its values.
Image photograph(int channels, const Quad& quad, int width, int height) {
  const Homography to_template = nibble::homography(quad, nibble::rectangle(width, height));
  return synthetic::picture(640, 480, channels, [&](Point p, int c) {
    return synthetic::soft_checkers(to_template.map(p), c);
  });
}

Image expected_page(const Page& page) {
  return synthetic::picture(
      page.image.width, page.image.height, page.image.channels, [&](Point p, int c) {
        return synthetic::soft_checkers(
            {(p.x + 0.5) / page.scale - 0.5, (p.y + 0.5) / page.scale - 0.5}, c);
      });
}

}  // namespace

// Rounding twice to whole grey levels leaves 56 dB; the warp's positions in 1/32 of a pixel and the
// cubic kernel take some more: 50 to 52 dB are measured. A shift by a tenth of a pixel would leave
// 45 to 47 dB.
TEST_CASE("rectify gives a photographed page back", "[page]") {
  const Quad quads[] = {
      {{{60, 50}, {560, 80}, {590, 400}, {40, 370}}},    // perspective
      {{{60, 50}, {560, 50}, {560, 370}, {60, 370}}},    // upright
      {{{590, 400}, {40, 370}, {60, 50}, {560, 80}}},    // upside down
      {{{500, 20}, {520, 460}, {230, 450}, {220, 40}}},  // on its side
  };
  for (const int channels : {1, 3}) {
    for (const Quad& quad : quads) {
      const Page page = nibble::rectify(photograph(channels, quad, 440, 280), quad, 440, 280);
      CAPTURE(channels, quad[0].x, page.scale);
      REQUIRE(page.image.channels == channels);
      CHECK(synthetic::psnr(page.image, expected_page(page)) > 48);
    }
  }
}

TEST_CASE("a grey page is what becomes of the coloured one", "[page]") {
  const Quad quad{{{60, 50}, {560, 80}, {590, 400}, {40, 370}}};
  const Image source = photograph(3, quad, 440, 280);
  const Page colored = nibble::rectify(source, quad, 440, 280);
  const Page grey = nibble::rectify(source, quad, 440, 280, nibble::PageColor::grey);
  REQUIRE(grey.image.channels == 1);
  REQUIRE(grey.image.width == colored.image.width);
  int greatest = 0;
  for (std::size_t i = 0; i < grey.image.pixels.size(); ++i) {
    const std::uint8_t* rgb = colored.image.pixels.data() + 3 * i;
    const double expected = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
    greatest = std::max(greatest, static_cast<int>(std::abs(grey.image.pixels[i] - expected)));
  }
  CHECK(greatest <= 2);  // roundings come in another order
  const Image one = photograph(1, quad, 440, 280);
  CHECK(nibble::rectify(one, quad, 440, 280, nibble::PageColor::grey).image.pixels ==
        nibble::rectify(one, quad, 440, 280).image.pixels);
}

TEST_CASE("a page has the resolution of its source", "[page]") {
  const Image source = synthetic::picture(640, 480, 1, [](Point, int) { return 100; });
  SECTION("the longer of opposite sides keeps its length") {
    const Page page =
        nibble::rectify(source, Quad{{{0, 0}, {500, 0}, {450, 300}, {50, 300}}}, 250, 100);
    CHECK(page.scale == Approx(std::hypot(50, 300) / 100));
    CHECK(page.image.width == std::lround(250 * page.scale));
    CHECK(page.image.height == std::lround(100 * page.scale));
  }
  SECTION("within bounds") {
    CHECK(nibble::rectify(source, nibble::rectangle(640, 480), 32, 24).scale == 4);
    CHECK(nibble::rectify(source, nibble::rectangle(64, 48), 640, 480).scale == 0.25);
    const Page page = nibble::rectify(source, nibble::rectangle(64, 48), 20000, 10);
    CHECK(page.image.width == 4000);
    CHECK(page.image.height == 2);
  }
}

TEST_CASE("a page knows the way back to its source", "[page]") {
  const Quad quad{{{60, 50}, {560, 80}, {590, 400}, {40, 370}}};
  const Page page = nibble::rectify(photograph(1, quad, 441, 279), quad, 441, 279);
  const Quad corners = nibble::rectangle(441, 279);
  for (std::size_t i = 0; i < 4; ++i) {
    const Point p = page.to_source.map(page.from_template(corners[i]));
    CHECK(std::hypot(p.x - quad[i].x, p.y - quad[i].y) < 1e-6);
  }
}

TEST_CASE("shrinking much is anti-aliased and stays in place", "[page]") {
  // Twelve source pixels a template pixel, four page pixels: one page pixel is three by three
  // source pixels.
  const Image stripes = synthetic::picture(
      600, 360, 1, [](Point p, int) { return static_cast<int>(p.x) % 2 == 0 ? 0 : 240; });
  const Page grey = nibble::rectify(stripes, nibble::rectangle(600, 360), 50, 30);
  REQUIRE(grey.image.width == 200);
  for (int x = 2; x < 198; ++x) REQUIRE(std::abs(grey.image.row(60)[x] - 120) <= 45);

  const Image soft = synthetic::picture(600, 360, 1, [](Point p, int) {
    return synthetic::soft_checkers({p.x / 3, p.y / 3}, 0);
  });
  const Page page = nibble::rectify(soft, nibble::rectangle(600, 360), 50, 30);
  const Image expected = synthetic::picture(200, 120, 1, [](Point p, int) {
    return synthetic::soft_checkers({p.x + 1.0 / 3, p.y + 1.0 / 3}, 0);
  });
  CHECK(synthetic::psnr(page.image, expected) > 40);
}

TEST_CASE("what lies outside the picture is flat and between its dark and light", "[page]") {
  const Image source = synthetic::picture(200, 100, 3, [](Point p, int c) {
    return static_cast<int>(p.x / 5) % 2 == 0 ? 40 : 180 + 20 * c;
  });
  const Page page =
      nibble::rectify(source, Quad{{{100, -100}, {300, -100}, {300, 100}, {100, 100}}}, 200, 200);
  REQUIRE(page.image.width == 200);
  const std::uint8_t* corner = page.image.row(0);
  for (int c = 0; c < 3; ++c) {
    CHECK(corner[c] > 90);
    CHECK(corner[c] < 140);
    for (int y = 0; y < 96; ++y) REQUIRE(page.image.row(y)[3 * 50 + c] == corner[c]);
    for (int x = 104; x < 200; ++x) REQUIRE(page.image.row(150)[3 * x + c] == corner[c]);
  }
  CHECK(page.image.row(150)[3 * 2] == 40);
}

TEST_CASE("a page cannot be made of anything", "[page]") {
  const Image source = synthetic::picture(100, 100, 1, [](Point, int) { return 0; });
  const Quad good = nibble::rectangle(50, 50);
  const auto error = [&](const Image& image, const Quad& quad, int width, int height) {
    return synthetic::error_of([&] { nibble::rectify(image, quad, width, height); });
  };
  CHECK(error(source, good, 50, 50) == "no error");
  CHECK(error(source, Quad{{{0, 0}, {50, 50}, {50, 0}, {0, 50}}}, 50, 50) ==
        "bad_quad: the quad crosses itself");
  CHECK(error(source, Quad{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}, 50, 50) ==
        "bad_quad: the quad covers fewer than 16 pixels");
  CHECK(error(source, Quad{{{200, 0}, {300, 0}, {300, 50}, {200, 50}}}, 50, 50) ==
        "bad_quad: the quad lies wholly outside the picture");
  CHECK(error(source, good, 0, 50) == "usage: a page needs a positive width and height");
  CHECK(error(source, good, 50, -1) == "usage: a page needs a positive width and height");
  CHECK(error(Image{}, good, 50, 50) ==
        "usage: a picture to rectify needs at least one pixel and 1 or 3 channels");
  CHECK(error(Image{1, 1, 4, {0, 0, 0, 0}}, good, 50, 50) ==
        "usage: a picture to rectify needs at least one pixel and 1 or 3 channels");
}

TEST_CASE("the smallest picture can be rectified", "[page]") {
  const Page page =
      nibble::rectify(Image{1, 1, 1, {77}}, Quad{{{-3, -3}, {3, -3}, {3, 3}, {-3, 3}}}, 6, 6);
  CHECK(std::all_of(page.image.pixels.begin(), page.image.pixels.end(),
                    [](std::uint8_t v) { return v == 77; }));
}
