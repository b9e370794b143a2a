#include "recognizer/mrz/bands.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "recognizer/page/mat_view.h"
#include "tests/catch.h"

namespace nibble::test {
namespace {

constexpr int kWidth = 900;
constexpr int kHeight = 600;
constexpr double kPitch = 17;
constexpr double kTextHeight = 14;

/// Whether a point of the upright page lies on a stroke: lines of small marks, evenly spaced like
/// those of a zone.
bool is_ink(double x, double y, int lines, unsigned seed) {
  for (int line = 0; line < lines; ++line) {
    const double top = 450 + 45.0 * line;
    if (y < top || y >= top + kTextHeight || x < 60 || x >= 60 + 44 * kPitch) continue;
    const auto index = static_cast<unsigned>((x - 60) / kPitch);
    const double inside = std::fmod(x - 60, kPitch);
    std::mt19937 random(seed + index * 31 + static_cast<unsigned>(line) * 977);
    const double stroke = 1 + static_cast<double>(random() % 7);
    return inside >= stroke && inside < stroke + 3;
  }
  return false;
}

/// The page turned clockwise by an angle in degrees about its centre, on a canvas that holds it.
Image turned_page(int lines, double degrees) {
  constexpr int kSide = 1200;
  Image image = make_image(kSide, kSide, 1);
  const double angle = degrees * 3.14159265358979 / 180;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double dx = x - kSide / 2.0;
      const double dy = y - kSide / 2.0;
      const double u = std::cos(angle) * dx + std::sin(angle) * dy + kWidth / 2.0;
      const double v = -std::sin(angle) * dx + std::cos(angle) * dy + kHeight / 2.0;
      image.row(y)[x] = is_ink(u, v, lines, 5) ? 40 : 215;
    }
  }
  return image;
}

/// Where a point of the upright page is on the canvas.
Point on_canvas(Point p, double degrees) {
  const double angle = degrees * 3.14159265358979 / 180;
  const double u = p.x - kWidth / 2.0;
  const double v = p.y - kHeight / 2.0;
  return {600 + std::cos(angle) * u - std::sin(angle) * v,
          600 + std::sin(angle) * u + std::cos(angle) * v};
}

double nearest_corner(const Quad& quad, Point p) {
  double least = 1e9;
  for (const Point& corner : quad) least = std::min(least, distance(corner, p));
  return least;
}

}  // namespace

TEST_CASE("lines like those of a zone are found at any orientation") {
  for (const int lines : {2, 3}) {
    for (const double degrees : {0.0, 7.0, -7.0, 90.0, 97.0, 180.0, 270.0}) {
      const Image image = turned_page(lines, degrees);
      const std::vector<MrzBand> bands = find_mrz_bands(image, 1000, 8);
      INFO(lines << " lines turned by " << degrees);
      REQUIRE_FALSE(bands.empty());
      REQUIRE(bands[0].lines.size() == static_cast<std::size_t>(lines));
      for (int line = 0; line < lines; ++line) {
        const double top = 450 + 45.0 * line;
        double least = 1e9;
        for (const Quad& quad : bands[0].lines) {
          const double left = nearest_corner(quad, on_canvas({60, top}, degrees));
          const double right =
              nearest_corner(quad, on_canvas({60 + 44 * kPitch, top + kTextHeight}, degrees));
          least = std::min(least, std::max(left, right));
        }
        CHECK(least < 20);  // less than half way to the next line
      }
    }
  }
}

TEST_CASE("an empty page and a page of one line hold no zone") {
  Image empty = make_image(400, 300, 3);
  CHECK(find_mrz_bands(empty, 1000, 8).empty());
  CHECK(find_mrz_bands(turned_page(1, 0), 1000, 8).empty());
  CHECK(find_mrz_bands(make_image(1, 1, 1), 1000, 8).empty());
  CHECK(find_mrz_bands(make_image(1, 4000, 3), 1000, 8).empty());
}

}  // namespace nibble::test
