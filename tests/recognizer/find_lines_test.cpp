#include "recognizer/locate/find/find_lines.h"

#include "nn/error.h"
#include "recognizer/page/mat_view.h"
#include "tests/catch.h"
#include "tests/recognizer/text_map.h"

using namespace nibble;

namespace {

/// A finder that marks the picture's darkest rows: the tests' print is a black bar, of which it
/// says what the trained one would of a line of capitals, from left to right.
class BarFinder {
 public:
  TensorView<const float> operator()(TensorView<const std::uint8_t> picture) {
    runs.push_back(picture.shape);
    map_ = TextMap(picture.shape.width, picture.shape.height);
    for (int y = 0; y < picture.shape.height; ++y) {
      for (int x = 0; x < picture.shape.width; ++x)
        if (is_bar(picture, x, y) && !is_bar(picture, x - 1, y) && !is_bar(picture, x, y - 1))
          draw_bar(picture, x, y);
    }
    return map_.view();
  }
  FinderRun run() {
    return [this](TensorView<const std::uint8_t> picture) { return (*this)(picture); };
  }

  std::vector<Shape> runs;
  int least_height = 0;  ///< pixels; lower bars are not seen

 private:
  static bool is_bar(TensorView<const std::uint8_t> picture, int x, int y) {
    return x >= 0 && y >= 0 && x < picture.shape.width && y < picture.shape.height &&
           picture.at(y, x, 0) < 64;
  }
  void draw_bar(TensorView<const std::uint8_t> picture, int x, int y) {
    int right = x;
    int bottom = y;
    while (is_bar(picture, right + 1, y)) ++right;
    while (is_bar(picture, x, bottom + 1)) ++bottom;
    if (bottom - y + 1 < least_height) return;
    const double middle = (y + bottom) / 2.0;
    map_.draw({{static_cast<double>(x), middle},
               {static_cast<double>(right), middle},
               (bottom - y + 1) / 2.0});
  }
  TextMap map_{32, 32};
};

Image white(int width, int height) {
  Image image = make_image(width, height, 1);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{255});
  return image;
}

void bar(Image& image, int x, int y, int width, int height) {
  for (int row = y; row < y + height; ++row) std::fill_n(image.row(row) + x, width, 0);
}

}  // namespace

TEST_CASE("lines are found in the picture's own pixels") {
  Image image = white(1920, 1080);
  bar(image, 300, 400, 800, 32);
  BarFinder finder;
  const auto lines = find_lines(finder.run(), image);
  REQUIRE(lines.size() == 1);
  CHECK(finder.runs[0] == Shape{544, 960, 1});
  const Quad& q = lines[0].quad;
  CHECK(std::abs(q[0].x - 297) < 12);
  CHECK(std::abs(q[1].x - 1103) < 12);
  CHECK(q[0].y < 400);
  CHECK(q[3].y > 431);
  CHECK(std::abs(lines[0].half_height - 16) < 2);
}

TEST_CASE("small print is looked at again at its own size, across tiles") {
  Image image = white(4000, 3000);
  for (int y = 200; y < 2800; y += 40) bar(image, 100, y, 3800, 16);  // 4 pixels in the first look
  BarFinder finder;
  const auto lines = find_lines(finder.run(), image);
  CHECK(lines.size() == 65);
  CHECK(finder.runs.size() > 2);
  for (const Shape& shape : finder.runs) {
    CHECK(shape.width <= kMaxTile);
    CHECK(shape.height <= kMaxTile);
  }
  for (const LineOutline& line : lines)
    CHECK(std::abs(distance(line.quad[0], line.quad[1]) - 3800) < 24);
}

TEST_CASE("large print alone costs one look") {
  Image image = white(4000, 3000);
  for (int y = 200; y < 2800; y += 200) bar(image, 100, y, 3800, 100);
  BarFinder finder;
  CHECK(find_lines(finder.run(), image).size() == 13);
  CHECK(finder.runs.size() == 1);
}

TEST_CASE("a picture that seems empty is looked at closely") {
  Image image = white(6000, 4000);
  bar(image, 2700, 1900, 600, 18);
  BarFinder finder;
  finder.least_height = 8;
  const auto lines = find_lines(finder.run(), image);
  REQUIRE(lines.size() == 1);
  CHECK(std::abs(lines[0].quad[0].x - 2700) < 12);
  CHECK(finder.runs.size() <= 31);
}

TEST_CASE("a thorough search sees small print beside large") {
  Image image = white(6000, 4000);
  for (int y = 200; y < 1400; y += 300) bar(image, 100, y, 2800, 150);
  bar(image, 4700, 2900, 600, 18);
  BarFinder finder;
  finder.least_height = 8;
  CHECK(find_lines(finder.run(), image).size() == 4);
  FindOptions thorough;
  thorough.thorough = true;
  CHECK(find_lines(finder.run(), image, thorough).size() == 5);
}

TEST_CASE("pictures of odd shapes are looked at") {
  BarFinder finder;
  for (const auto& [width, height] : {std::pair{1, 1}, {40000, 1}, {1, 40000}, {7, 3}}) {
    CAPTURE(width, height);
    CHECK(find_lines(finder.run(), white(width, height)).empty());
  }
  CHECK_THROWS_AS(find_lines(finder.run(), Image{}), Error);
  for (const Shape& shape : finder.runs) {
    CHECK(shape.width % kFinderGrain == 0);
    CHECK(shape.height % kFinderGrain == 0);
  }
}

TEST_CASE("what seems to be text everywhere stays within bounds") {
  Image image = white(3840, 3840);  // a chess board
  for (int y = 0; y < 3840; y += 16)
    for (int x = y % 32; x < 3840; x += 32) bar(image, x, y, 16, 16);
  BarFinder finder;
  const auto lines = find_lines(finder.run(), image);
  CHECK(lines.size() <= 3 * kMaxLines);
  CHECK(finder.runs.size() <= 31);
}
