#include "recognizer/page/normalize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "tests/catch.h"
#include "tests/recognizer/synthetic.h"

using nibble::Image;
using nibble::kLineHeight;
using nibble::kLineMargin;
using nibble::kLinePadding;
using nibble::kMaxLineWidth;
using nibble::LineImage;
using nibble::Point;

namespace {

int pixel(const LineImage& line, int x, int y) { return line.view().at(y, x, 0); }

// Strokes of a fifth of the width on an even ground, with room above and below.
Image strokes(int width, int height, int ink, int ground) {
  return synthetic::picture(width, height, 1, [=](Point p, int) {
    const bool inside = p.y > 0.2 * height && p.y < 0.8 * height;
    return inside && static_cast<int>(p.x) % 10 < 2 ? ink : ground;
  });
}

bool has_line_shape(const LineImage& line, int content) {
  return line.width == content + 2 * kLinePadding &&
         line.pixels.size() == static_cast<std::size_t>(kLineHeight * line.width) &&
         line.view().shape == nibble::Shape{kLineHeight, line.width, 1};
}

}  // namespace

TEST_CASE("a line has a fixed height and keeps its proportions", "[normalize]") {
  CHECK(has_line_shape(nibble::normalize_line(strokes(100, 28, 20, 220)), 100));
  CHECK(has_line_shape(nibble::normalize_line(strokes(100, 14, 20, 220)), 200));
  CHECK(has_line_shape(nibble::normalize_line(strokes(300, 56, 20, 220)), 150));
}

TEST_CASE("crops of one pixel, one row or one column make lines", "[normalize]") {
  CHECK(has_line_shape(nibble::normalize_line(strokes(1, 1, 20, 220)), 28));
  CHECK(has_line_shape(nibble::normalize_line(strokes(5, 1, 20, 220)), 140));
  CHECK(has_line_shape(nibble::normalize_line(strokes(1, 5, 20, 220)), 6));
  CHECK(has_line_shape(nibble::normalize_line(strokes(1, 1000, 20, 220)), 1));
}

TEST_CASE("both ends of a line are white", "[normalize]") {
  for (const auto& [ink, ground] : {std::pair{20, 120}, std::pair{220, 60}}) {
    const LineImage line = nibble::normalize_line(strokes(100, 30, ink, ground));
    for (int y = 0; y < kLineHeight; ++y) {
      for (int x = 0; x < kLinePadding; ++x) {
        REQUIRE(pixel(line, x, y) == 255);
        REQUIRE(pixel(line, line.width - 1 - x, y) == 255);
      }
    }
  }
}

TEST_CASE("the margins above and below repeat the crop's edge", "[normalize]") {
  const LineImage line =
      nibble::normalize_line(synthetic::picture(60, 28, 1, [](Point p, int) { return 9 * p.y; }));
  for (int x = kLinePadding; x < line.width - kLinePadding; ++x) {
    for (int y = 0; y < kLineMargin; ++y) {
      REQUIRE(pixel(line, x, y) == pixel(line, x, kLineMargin));
      REQUIRE(pixel(line, x, kLineHeight - 1 - y) == pixel(line, x, kLineHeight - 1 - kLineMargin));
    }
    REQUIRE(pixel(line, x, kLineMargin) < pixel(line, x, kLineMargin + 1));
  }
}

TEST_CASE("the contrast of a line is stretched", "[normalize]") {
  const LineImage line = nibble::normalize_line(strokes(100, 28, 90, 150));
  CHECK_FALSE(line.inverted);
  CHECK(pixel(line, kLinePadding + 50, 16) == 0);
  CHECK(pixel(line, kLinePadding + 55, 16) == 255);
  CHECK(nibble::normalize_line(strokes(100, 28, 20, 240)).pixels == line.pixels);
}

TEST_CASE("a few specks don't set the contrast", "[normalize]") {
  Image crop = strokes(100, 28, 90, 150);
  crop.pixels[0] = 255;
  crop.pixels[1] = 0;
  const LineImage line = nibble::normalize_line(crop);
  CHECK(pixel(line, kLinePadding + 50, 16) == 0);
  CHECK(pixel(line, kLinePadding + 55, 16) == 255);
}

TEST_CASE("noise is not stretched to ink", "[normalize]") {
  const LineImage line = nibble::normalize_line(strokes(100, 28, 146, 150));
  CHECK(*std::min_element(line.pixels.begin(), line.pixels.end()) > 200);
}

TEST_CASE("an even crop gives an even line", "[normalize]") {
  for (const int level : {0, 128, 255}) {
    const LineImage line =
        nibble::normalize_line(synthetic::picture(40, 20, 1, [=](Point, int) { return level; }));
    CAPTURE(level);
    CHECK(std::all_of(line.pixels.begin(), line.pixels.end(),
                      [](std::uint8_t v) { return v == 255; }));
  }
}

TEST_CASE("light text on dark ground is turned dark on light", "[normalize]") {
  const LineImage dark = nibble::normalize_line(strokes(100, 28, 55, 215));
  const LineImage light = nibble::normalize_line(strokes(100, 28, 200, 40));
  CHECK_FALSE(dark.inverted);
  CHECK(light.inverted);
  CHECK(light.pixels == dark.pixels);
}

TEST_CASE("a colour crop is read as its grey", "[normalize]") {
  const Image colour = synthetic::picture(
      100, 20, 3, [](Point p, int c) { return std::fmod(37 * p.x + 11 * p.y + 50 * c, 256); });
  const Image grey = synthetic::picture(100, 20, 1, [&](Point p, int) {
    const std::uint8_t* rgb = colour.row(static_cast<int>(p.y)) + 3 * static_cast<int>(p.x);
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
  });
  const LineImage a = nibble::normalize_line(colour);
  const LineImage b = nibble::normalize_line(grey);
  REQUIRE(a.width == b.width);
  int most = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i)
    most = std::max(most, std::abs(a.pixels[i] - b.pixels[i]));
  CHECK(most <= 3);
}

TEST_CASE("a very wide crop is squeezed", "[normalize]") {
  const LineImage line = nibble::normalize_line(strokes(10000, 14, 20, 220));
  CHECK(line.width == kMaxLineWidth);
  CHECK(line.scale_y == 2);
  CHECK(line.to_crop(Point{static_cast<double>(kMaxLineWidth - kLinePadding), 0}).x ==
        Approx(10000));
}

TEST_CASE("positions in a line lead back to the crop", "[normalize]") {
  const LineImage line = nibble::normalize_line(strokes(150, 48, 20, 220));
  const Point start = line.to_crop(Point{kLinePadding, kLineMargin});
  CHECK(start == Point{0, 0});
  const Point end = line.to_crop(
      Point{static_cast<double>(line.width - kLinePadding), kLineHeight - kLineMargin});
  CHECK(end.x == Approx(150));
  CHECK(end.y == Approx(48));

  // A single dark column comes back where it was.
  const Image bar =
      synthetic::picture(150, 48, 1, [](Point p, int) { return p.x >= 90 && p.x < 96 ? 0 : 255; });
  const LineImage found = nibble::normalize_line(bar);
  int first = 0;
  while (pixel(found, first, 16) > 127) ++first;
  int last = first;
  while (pixel(found, last, 16) <= 127) ++last;
  CHECK(found.to_crop(Point{static_cast<double>(first), 0}).x == Approx(90).margin(1));
  CHECK(found.to_crop(Point{static_cast<double>(last), 0}).x == Approx(96).margin(1));
}

TEST_CASE("a line needs pixels and a known number of channels", "[normalize]") {
  const std::string message =
      "usage: a line to normalise needs at least one pixel and 1 or 3 channels";
  CHECK(synthetic::error_of([] { nibble::normalize_line(Image{}); }) == message);
  CHECK(synthetic::error_of([] { nibble::normalize_line(Image{1, 0, 1, {}}); }) == message);
  CHECK(synthetic::error_of([] { nibble::normalize_line(Image{1, 1, 2, {0, 0}}); }) == message);
}
