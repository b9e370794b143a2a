#include "recognizer/page/line_slope.h"

#include <cmath>
#include <cstdint>
#include <random>

#include "recognizer/page/page.h"
#include "tests/catch.h"

namespace {

using nibble::Image;

// Upright strokes 6 rows high and 2 columns wide, one every 7 columns, on lines `pitch` rows apart
// that slant by `slope`.
Image slanted_strokes(int width, int height, int pitch, double slope) {
  Image picture{width, height, 1, {}};
  std::mt19937 random(3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double level = y - slope * (x - (width - 1) / 2.0) - (height - 1) / 2.0;
      const double from_line = level - pitch * std::round(level / pitch);
      const bool ink = std::abs(from_line) < 3 && x % 7 < 2;
      picture.pixels.push_back(
          static_cast<std::uint8_t>((ink ? 60 : 200) + static_cast<int>(random() % 9)));
    }
  }
  return picture;
}

}  // namespace

TEST_CASE("line_slope finds the slope of long lines", "[line_slope]") {
  for (const double slope : {-0.055, -0.035, -0.01, 0.01, 0.02, 0.05}) {
    for (const int pitch : {17, 400}) {
      CAPTURE(slope, pitch);
      // Half a pixel at the ends is the step that it tries.
      CHECK(nibble::line_slope(slanted_strokes(400, 60, pitch, slope)) ==
            Approx(slope).margin(0.5 / 200 + 1e-9));
    }
  }
}

TEST_CASE("line_slope leaves level lines and pictures without lines alone", "[line_slope]") {
  CHECK(nibble::line_slope(slanted_strokes(400, 60, 400, 0)) == 0);
  CHECK(nibble::line_slope(Image{300, 40, 1, std::vector<std::uint8_t>(300 * 40, 128)}) == 0);
  CHECK(nibble::line_slope(Image{10, 2, 1, std::vector<std::uint8_t>(20, 0)}) == 0);
  Image noise{300, 40, 1, {}};
  std::mt19937 random(5);
  for (int i = 0; i < 300 * 40; ++i)
    noise.pixels.push_back(static_cast<std::uint8_t>(random() % 256));
  // Noise is as sharp at one slope as at another, but for chance.
  CHECK(std::abs(nibble::line_slope(noise)) <= nibble::kMaxLineSlope);
}

TEST_CASE("a long field is turned along its text", "[line_slope]") {
  // 420 x 20 pixels of a page whose one line slants by 2 degrees: untouched, its ends would leave
  // the crop.
  nibble::Page page;
  page.image = slanted_strokes(600, 200, 400, std::tan(2 * 3.14159265358979 / 180));
  const double y = 99.5;
  const nibble::Quad quad{{{90, y - 6}, {510, y - 6}, {510, y + 6}, {90, y + 6}}};
  const nibble::FieldCrop crop = nibble::crop_field(page, {"number", quad, "", "", ""}, 0.1);
  const nibble::Point left = crop.to_page.map(nibble::Point{0, (crop.image.height - 1) / 2.0});
  const nibble::Point right =
      crop.to_page.map(nibble::Point{crop.image.width - 1.0, (crop.image.height - 1) / 2.0});
  CHECK((right.y - left.y) / (right.x - left.x) == Approx(0.0349).margin(0.003));

  // Every column of strokes keeps its ink.
  int inked = 0;
  for (int x = 0; x < crop.image.width; ++x) {
    int dark = 0;
    for (int row = 0; row < crop.image.height; ++row) dark += crop.image.row(row)[x] < 130 ? 1 : 0;
    if (dark >= 5) ++inked;
  }
  CHECK(inked > crop.image.width / 5);
}
