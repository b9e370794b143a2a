#include "recognizer/locate/find/reading_order.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "recognizer/base/vector.h"
#include "recognizer/locate/find/merge_lines.h"
#include "tests/catch.h"

using namespace nibble;

namespace {

/// A line from x to x + width with its axis at y, whose score is its number.
LineOutline line_at(int number, double x, double y, double width, double half_height = 8) {
  LineOutline line;
  line.quad = {Point{x, y - half_height}, Point{x + width, y - half_height},
               Point{x + width, y + half_height}, Point{x, y + half_height}};
  line.half_height = half_height;
  line.score = number;
  return line;
}

std::string order_of(std::vector<LineOutline> lines) {
  std::reverse(lines.begin(), lines.end());
  order_lines(lines);
  std::string order;
  for (const LineOutline& line : lines) order += static_cast<char>('0' + std::lround(line.score));
  return order;
}

void turn(std::vector<LineOutline>& lines, double degrees) {
  const double angle = degrees * 3.14159265358979323846 / 180;
  const Point along{std::cos(angle), std::sin(angle)};
  for (LineOutline& line : lines)
    for (Point& p : line.quad) p = along * p.x + quarter_turn(along) * p.y;
}

}  // namespace

TEST_CASE("lines are read row by row, from the left") {
  // a receipt: what, and its price far to the right
  std::vector<LineOutline> lines = {line_at(1, 10, 20, 100), line_at(2, 400, 22, 40),
                                    line_at(3, 10, 50, 130), line_at(4, 400, 49, 40),
                                    line_at(5, 10, 80, 60),  line_at(6, 410, 81, 30)};
  for (const double degrees : {0.0, 5.0, 90.0, 135.0, 180.0, 270.0}) {
    CAPTURE(degrees);
    std::vector<LineOutline> turned = lines;
    turn(turned, degrees);
    CHECK(order_of(turned) == "123456");
  }
}

TEST_CASE("columns of text are read one after the other, below their title") {
  std::vector<LineOutline> lines = {line_at(1, 10, 20, 430, 14)};
  for (int row = 0; row < 4; ++row) lines.push_back(line_at(2 + row, 10, 80 + 24 * row, 190));
  for (int row = 0; row < 4; ++row) lines.push_back(line_at(6 + row, 250, 80 + 24 * row, 190));
  CHECK(order_of(lines) == "123456789");
}

TEST_CASE("text of another direction stands apart") {
  std::vector<LineOutline> lines = {line_at(1, 10, 20, 300), line_at(2, 10, 60, 300)};
  std::vector<LineOutline> side = {line_at(3, 0, -400, 120)};
  turn(side, 90);
  lines.push_back(side[0]);
  CHECK(order_of(lines) == "123");
  lines[0].quad[1].x = lines[0].quad[2].x = 30;
  lines[1].quad[1].x = lines[1].quad[2].x = 30;
  CHECK(order_of(lines) == "312");
}

TEST_CASE("blocks are lines below each other, alike in height") {
  std::vector<LineOutline> lines = {line_at(1, 10, 20, 200), line_at(2, 10, 44, 200),
                                    line_at(3, 10, 150, 200), line_at(4, 10, 190, 200, 20)};
  order_lines(lines);
  CHECK(lines[0].block == lines[1].block);
  CHECK(lines[1].block != lines[2].block);
  CHECK(lines[2].block != lines[3].block);
}

TEST_CASE("thousands of lines are ordered at once") {
  std::vector<LineOutline> lines;
  for (int row = 0; row < 5000; ++row)
    lines.push_back(line_at(row, 10 + row % 7, 24.0 * ((row * 1237) % 5000), 400));
  order_lines(lines);
  REQUIRE(lines.size() == 5000);
  for (std::size_t i = 1; i < lines.size(); ++i) CHECK(lines[i - 1].quad[0].y < lines[i].quad[0].y);
}

TEST_CASE("of two looks at one line the better is kept") {
  Look coarse{0.5, {line_at(1, 10, 20, 200, 6), line_at(1, 10, 80, 200, 20)}};
  Look fine{2, {line_at(1, 12, 21, 196, 6), line_at(1, 300, 20, 60, 5)}};
  auto lines = merge_looks({coarse, fine});
  REQUIRE(lines.size() == 3);
  const auto at = [&](double x, double y) {
    return std::any_of(lines.begin(), lines.end(), [&](const LineOutline& line) {
      return line.quad[0].x == x && line.quad[0].y == y;
    });
  };
  CHECK(at(12, 15));  // small print, seen at twice its size
  CHECK(at(10, 60));
  CHECK(at(300, 15));
}

TEST_CASE("a whole line wins over its sharper half") {
  const Look coarse{0.5, {line_at(1, 10, 20, 400, 6)}};
  const Look fine{1.5, {line_at(1, 10, 20, 120, 6)}};
  const auto lines = merge_looks({coarse, fine});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].quad[1].x == 410);
}
