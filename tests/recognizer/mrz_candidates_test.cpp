#include "recognizer/mrz/candidates.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <vector>

#include "recognizer/base/vector.h"
#include "tests/catch.h"

using namespace nibble;

namespace {

constexpr double kHalf = 7;

/// A line of capitals from x to x + width with its axis at y.
LineOutline line_at(double x, double y, double width, double half_height = kHalf) {
  LineOutline line;
  const double top = y - 1.25 * half_height;
  const double bottom = y + 1.4 * half_height;
  line.quad = {Point{x, top}, Point{x + width, top}, Point{x + width, bottom}, Point{x, bottom}};
  line.half_height = half_height;
  return line;
}

std::vector<LineOutline> turned(std::vector<LineOutline> lines, double degrees) {
  const double angle = degrees * 3.14159265358979323846 / 180;
  const Point along{std::cos(angle), std::sin(angle)};
  for (LineOutline& line : lines)
    for (Point& p : line.quad) p = along * p.x + quarter_turn(along) * p.y;
  return lines;
}

/// A card's print and a zone of three lines below it.
std::vector<LineOutline> card() {
  return {line_at(300, 40, 200, 9), line_at(300, 80, 120, 5), line_at(300, 100, 260),
          line_at(20, 300, 540),    line_at(21, 328, 541),    line_at(19, 356, 538)};
}

}  // namespace

TEST_CASE("the lines of a zone are grouped at any angle") {
  for (int degrees = 0; degrees < 360; degrees += 15) {
    CAPTURE(degrees);
    const auto lines = turned(card(), degrees);
    const auto candidates = mrz_candidates(lines, 3, 8);
    REQUIRE(candidates.size() == 1);
    const MrzCandidate& zone = candidates[0];
    REQUIRE(zone.lines.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto expected = turned({line_at(19, 300 + 28.0 * i, 543)}, degrees)[0].quad;
      const Point middle = (expected[0] + expected[3]) * 0.5;
      const Point found = (zone.lines[i][0] + zone.lines[i][3]) * 0.5;
      CHECK(distance(found, middle) < 2);
      CHECK(std::abs(quad_height(zone.lines[i]) - 2 * kHalf) < 0.5);
      CHECK(quad_problem(zone.lines[i]).empty());
    }
    CHECK(mrz_candidates(lines, 2, 8).size() == 2);
  }
}

TEST_CASE("a line has one number in all candidates") {
  std::map<std::size_t, Point> middles;
  std::size_t seen = 0;
  for (const std::size_t count : {1, 2, 3}) {
    for (const MrzCandidate& zone : mrz_candidates(card(), count, 16)) {
      REQUIRE(zone.numbers.size() == count);
      for (std::size_t i = 0; i < count; ++i, ++seen) {
        const Point start = (zone.lines[i][0] + zone.lines[i][3]) * 0.5;
        const auto [known, is_new] = middles.emplace(zone.numbers[i], start);
        CHECK(distance(known->second, start) < 3);
      }
    }
  }
  CHECK(seen > middles.size());
}

TEST_CASE("pieces of a zone's line are put together") {
  std::vector<LineOutline> lines = {line_at(20, 300, 300), line_at(400, 301, 160),
                                    line_at(20, 328, 541)};
  const auto candidates = mrz_candidates(lines, 2, 8);
  REQUIRE(candidates.size() == 1);
  CHECK(std::abs(candidates[0].lines[0][1].x - 561) < 2);
}

TEST_CASE("zones side by side are told apart, however near they stand") {
  std::vector<LineOutline> lines;
  for (const double y : {300.0, 328.0, 356.0}) {
    lines.push_back(line_at(20, y, 540));
    lines.push_back(line_at(660, y, 541));
  }
  const auto candidates = mrz_candidates(lines, 3, 16);
  for (const double left : {20.0, 660.0}) {
    CAPTURE(left);
    const auto starts_there = [&](const MrzCandidate& zone) {
      return std::abs(zone.lines[0][0].x - left) < 2 &&
             std::abs(zone.lines[0][1].x - left - 540) < 3;
    };
    CHECK(std::count_if(candidates.begin(), candidates.end(), starts_there) == 1);
  }
}

TEST_CASE("a line that was found upside down is of its zone all the same") {
  auto lines = card();
  std::swap(lines[4].quad[0], lines[4].quad[2]);
  std::swap(lines[4].quad[1], lines[4].quad[3]);
  CHECK(mrz_candidates(lines, 3, 8).size() == 1);
}

TEST_CASE("lines far apart, of unlike height or beside each other are no zone") {
  CHECK(mrz_candidates({line_at(20, 300, 540), line_at(20, 400, 540)}, 2, 8).empty());
  CHECK(mrz_candidates({line_at(20, 300, 540), line_at(20, 328, 540, 12)}, 2, 8).empty());
  CHECK(mrz_candidates({line_at(20, 300, 540), line_at(700, 328, 540)}, 2, 8).empty());
  CHECK(mrz_candidates({line_at(20, 300, 540)}, 2, 8).empty());
  CHECK(mrz_candidates({}, 2, 8).empty());
  CHECK(mrz_candidates({line_at(20, 300, 540)}, 1, 8).size() == 1);
}

TEST_CASE(
    "two documents on one picture give two candidates, a page of text no more than asked for") {
  std::vector<LineOutline> lines = {line_at(20, 300, 540), line_at(20, 328, 540),
                                    line_at(900, 600, 540), line_at(900, 628, 540)};
  CHECK(mrz_candidates(lines, 2, 8).size() == 2);
  std::vector<LineOutline> page;
  for (int row = 0; row < 200; ++row) page.push_back(line_at(20, 20 + 28.0 * row, 540));
  CHECK(mrz_candidates(page, 3, 16).size() == 16);
}
