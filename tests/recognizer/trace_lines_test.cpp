#include "recognizer/locate/find/trace_lines.h"

#include "recognizer/locate/find/fit_line.h"
#include "recognizer/locate/find/join_cells.h"
#include "tests/catch.h"
#include "tests/recognizer/text_map.h"

using namespace nibble;

namespace {

constexpr double kPi = 3.14159265358979323846;

double far_apart(Point a, Point b) { return length(a - b); }

Print turned(double degrees, double size, double half_height) {
  const double angle = degrees * kPi / 180;
  const Point half = Point{std::cos(angle), std::sin(angle)} * (size / 2);
  return {Point{240, 240} - half, Point{240, 240} + half, half_height};
}

}  // namespace

TEST_CASE("a line is found at any angle, with its reading direction") {
  for (int degrees = 0; degrees < 360; degrees += 15) {
    for (const double half_height : {4.0, 9.0, 20.0}) {
      CAPTURE(degrees, half_height);
      const Print print = turned(degrees, 300, half_height);
      TextMap map(480, 480);
      map.draw(print);
      const auto lines = map.trace();
      REQUIRE(lines.size() == 1);
      const Print found = print_of(lines[0]);
      CHECK(far_apart(found.start, print.start) < 4);
      CHECK(far_apart(found.end, print.end) < 4);
      CHECK(std::abs(found.half_height / half_height - 1) < 0.02);
      CHECK(lines[0].upright > 0.95);
      CHECK(lines[0].score > 0.95);
    }
  }
}

TEST_CASE("a line's outline holds its print and little more") {
  TextMap map(480, 96);
  map.draw({{40, 48}, {440, 48}, 10});
  const auto lines = map.trace();
  REQUIRE(lines.size() == 1);
  const Quad& q = lines[0].quad;
  CHECK(q[0].x < 40.5);
  CHECK(q[0].x > 32);
  CHECK(q[1].x > 439.5);
  CHECK(q[1].x < 448);
  CHECK(q[0].y == Approx(48 - 10 * (1 + kRoomAbove)).margin(1));
  CHECK(q[3].y == Approx(48 + 10 * (1 + kRoomBelow)).margin(1));
}

TEST_CASE("letters that grow along a line make its outline grow") {
  TextMap map(480, 96);
  for (int i = 0; i < 20; ++i) map.draw({{40.0 + 20 * i, 48}, {60.0 + 20 * i, 48}, 8 + 0.2 * i});
  // the pieces' insets leave gaps that a line of print does not have
  for (int column = 12; column < 108; ++column) {
    for (int row = 11; row < 13; ++row) {
      float* cell = map.cell(column, row);
      if (cell[0] > 0) continue;
      std::copy_n(map.cell(column - 1, row), kTextChannels, cell);
    }
  }
  const auto lines = map.trace();
  REQUIRE(lines.size() == 1);
  const Quad& q = lines[0].quad;
  CHECK(distance(q[1], q[2]) > 1.25 * distance(q[0], q[3]));
  CHECK(distance(q[1], q[2]) < 1.7 * distance(q[0], q[3]));
}

TEST_CASE("rows that touch stay apart") {
  for (const double degrees : {0.0, 8.0, 37.0, 90.0, 181.0}) {
    CAPTURE(degrees);
    const Print middle = turned(degrees, 300, 6);
    const Point down = quarter_turn(unit(middle.end - middle.start));
    TextMap map(480, 480);
    for (const int row : {-2, -1, 0, 1, 2}) {
      const Point by = down * (13.0 * row);  // capitals 12 high
      map.draw({middle.start + by, middle.end + by, 6});
    }
    map.shake(0.1);
    CHECK(map.trace().size() == 5);
  }
}

TEST_CASE("fields of a row stay apart, widely spaced characters stay together") {
  TextMap fields(480, 96);
  fields.draw({{20, 48}, {160, 48}, 8});
  fields.draw({{200, 48}, {400, 48}, 8});  // 2.5 heights further
  CHECK(fields.trace().size() == 2);

  TextMap spaced(480, 96);
  for (int i = 0; i < 10; ++i)  // 03-12-1960, a gap of 0.75 heights after each character
    spaced.draw({{40.0 + 24 * i, 48}, {52.0 + 24 * i, 48}, 8});
  const auto lines = spaced.trace();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].quad[0].x < 43);
  CHECK(lines[0].quad[1].x > 265);
}

TEST_CASE("a small caption before its value is a line of its own, though they touch") {
  TextMap map(480, 96);
  map.draw({{20, 48}, {150, 48}, 5});
  map.draw({{140, 48}, {400, 48}, 8});
  const auto lines = map.trace();
  REQUIRE(lines.size() == 2);
  CHECK(std::abs(lines[0].half_height - 5) < 0.5);
  CHECK(std::abs(lines[1].half_height - 8) < 0.5);
}

TEST_CASE("a small caption above its value is a line of its own") {
  TextMap map(480, 96);
  map.draw({{20, 30}, {140, 30}, 4});
  map.draw({{20, 48}, {220, 48}, 9});
  CHECK(map.trace().size() == 2);
}

TEST_CASE("shaken votes move a line little") {
  const Print print = turned(20, 300, 9);
  TextMap map(480, 480);
  map.draw(print);
  map.shake(0.15);
  const auto lines = map.trace();
  REQUIRE(lines.size() == 1);
  CHECK(far_apart(print_of(lines[0]).start, print.start) < 6);
  CHECK(far_apart(print_of(lines[0]).end, print.end) < 6);
}

TEST_CASE("cells without a common axis, or a single one, are no line") {
  TextMap map(480, 480);
  std::uint32_t state = 1;
  for (int row = 0; row < map.rows; ++row) {
    for (int column = 0; column < map.columns; ++column) {
      state = state * 1664525U + 1013904223U;
      const double angle = state / 4294967296.0 * 2 * kPi;
      const Point p{column * 4 + 1.5, row * 4 + 1.5};
      const Point d = Point{std::cos(angle), std::sin(angle)} * 2.5;
      map.draw({p - d, p + d, 2.5});
    }
  }
  const auto cells = map.cells();
  REQUIRE(cells.size() > 5000);
  const auto lines = map.trace();
  CHECK(lines.size() < cells.size() / 4);
  for (const LineOutline& line : lines) CHECK(distance(line.quad[0], line.quad[1]) < 100);

  TextMap alone(48, 48);
  alone.draw({{20, 21.5}, {24, 21.5}, 3});
  REQUIRE(alone.cells().size() == 1);
  CHECK(alone.trace().empty());
}

TEST_CASE("uncertain cells are no line, nor is an empty map one") {
  TextMap map(480, 96);
  CHECK(map.trace().empty());
  map.draw({{40, 48}, {440, 48}, 10});
  for (std::size_t i = 0; i < map.values.size(); i += kTextChannels)
    if (map.values[i] > 0) map.values[i] = 0.3F;
  REQUIRE(!map.cells().empty());
  CHECK(map.trace().empty());
}

TEST_CASE("near lines outvote one that is upside down") {
  TextMap map(480, 480);
  for (int row = 0; row < 6; ++row) {
    const double y = 100 + 40.0 * row;
    map.draw({{40, y}, {440, y}, 8}, row == 2 ? -0.6 : 0.9);
  }
  const auto lines = map.trace();
  REQUIRE(lines.size() == 6);
  for (const LineOutline& line : lines) {
    CHECK(line.quad[0].x < line.quad[1].x);
    CHECK(line.upright > 0.4);
    CHECK(line.upright < 0.9);
  }
}

TEST_CASE("two documents turned against each other keep their directions") {
  TextMap map(960, 480);
  for (int row = 0; row < 5; ++row) {
    map.draw({{40, 100 + 40.0 * row}, {400, 100 + 40.0 * row}, 8});
    map.draw({{920, 100 + 40.0 * row}, {560, 100 + 40.0 * row}, 8});
  }
  const auto lines = map.trace();
  REQUIRE(lines.size() == 10);
  for (const LineOutline& line : lines)
    CHECK((line.quad[0].x < line.quad[1].x) == (line.quad[0].x < 480));
}

TEST_CASE("a direction that nothing tells is unsure") {
  TextMap map(480, 96);
  map.draw({{40, 48}, {440, 48}, 10}, 0);
  const auto lines = map.trace();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].upright < 0.01);
}

TEST_CASE("tiles of a picture give the lines of the whole") {
  TextMap map(480, 480);
  map.draw(turned(25, 380, 8));
  map.draw({{20, 100}, {200, 100}, 12});
  std::vector<TextCell> cells;
  for (const int row : {0, 60}) {
    for (const int column : {0, 60})
      append_cells(map.view(), {column, row, 60, 60, column, row}, cells);
  }
  const auto tiled = trace_lines(cells, map.columns, map.rows);
  const auto whole = map.trace();
  REQUIRE(tiled.size() == whole.size());
  for (const LineOutline& line : whole) {
    const auto same = [&](const LineOutline& other) {
      return far_apart(line.quad[0], other.quad[0]) < 1e-6 &&
             far_apart(line.quad[2], other.quad[2]) < 1e-6;
    };
    CHECK(std::any_of(tiled.begin(), tiled.end(), same));
  }
}

TEST_CASE("numbers that are none are no text") {
  TextMap map(96, 96);
  map.draw({{10, 48}, {80, 48}, 8});
  for (float& value : map.values) value = value > 0 ? std::nanf("") : value;
  CHECK(map.trace().empty());
}
