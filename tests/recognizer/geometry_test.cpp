#include "recognizer/base/geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <string>

#include "nn/error.h"
#include "tests/catch.h"
#include "tests/recognizer/synthetic.h"

using nibble::Homography;
using nibble::Point;
using nibble::Quad;

namespace {

double distance(const Quad& a, const Quad& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, nibble::distance(a[i], b[i]));
  return most;
}

}  // namespace

TEST_CASE("a homography takes corners to corners and its inverse takes them back", "[geometry]") {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> share(0, 1);
  for (int i = 0; i < 2000; ++i) {
    const Quad from = synthetic::random_quad(random);
    const Quad to = synthetic::random_quad(random);
    const Homography h = nibble::homography(from, to);
    const Homography back = nibble::inverse(h);
    CAPTURE(i);
    REQUIRE(distance(h.map(from), to) < 1e-6);
    REQUIRE(distance(back.map(to), from) < 1e-6);
    const double u = share(random);
    const double v = share(random);
    const Point inside{
        (1 - u) * ((1 - v) * from[0].x + v * from[3].x) + u * ((1 - v) * from[1].x + v * from[2].x),
        (1 - u) * ((1 - v) * from[0].y + v * from[3].y) +
            u * ((1 - v) * from[1].y + v * from[2].y)};
    REQUIRE(distance(back.map(h.map(inside)), inside) < 1e-6);
  }
}

TEST_CASE("a homography keeps straight lines straight, also where it is no affine map",
          "[geometry]") {
  const Homography h = nibble::homography(nibble::rectangle(100, 100),
                                          Quad{{{0, 0}, {100, 20}, {100, 60}, {0, 100}}});
  const Point a = h.map(Point{10, 20});
  const Point b = h.map(Point{40, 50});
  const Point c = h.map(Point{70, 80});
  CHECK(std::abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) < 1e-8);
  CHECK(std::abs(distance(a, b) - distance(b, c)) > 1);
}

TEST_CASE("compose maps through the second, then the first", "[geometry]") {
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    const Quad a = synthetic::random_quad(random);
    const Quad b = synthetic::random_quad(random);
    const Quad c = synthetic::random_quad(random);
    const Homography first = nibble::homography(b, c);
    const Homography second = nibble::homography(a, b);
    const Quad direct = first.map(second.map(a));
    REQUIRE(distance(nibble::compose(first, second).map(a), direct) < 1e-6);
    REQUIRE(distance(nibble::compose(first, second).map(a), c) < 1e-6);
  }
}

TEST_CASE("a homography may be between quads of any size and way round", "[geometry]") {
  const Quad small = nibble::rectangle(1, 1);
  const Quad mirrored{{{1, 0}, {0, 0}, {0, 1}, {1, 1}}};
  CHECK(distance(nibble::homography(small, mirrored).map(small), mirrored) < 1e-12);
}

TEST_CASE("a rectangle's corners are the outer corners of its pixels", "[geometry]") {
  CHECK(nibble::rectangle(10, 4) == Quad{{{-0.5, -0.5}, {9.5, -0.5}, {9.5, 3.5}, {-0.5, 3.5}}});
}

TEST_CASE("good quads have no problem", "[geometry]") {
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    const Quad quad = synthetic::random_quad(random);
    CAPTURE(i);
    REQUIRE(nibble::quad_problem(quad).empty());
  }
  CHECK(nibble::quad_problem(Quad{{{-50, -20}, {900, 10}, {1100, 700}, {-80, 650}}}).empty());
  CHECK(nibble::quad_problem(nibble::rectangle(4, 4)).empty());
  // A document upside down in the picture still runs clockwise.
  CHECK(nibble::quad_problem(Quad{{{100, 60}, {0, 60}, {0, 0}, {100, 0}}}).empty());
}

TEST_CASE("bad quads are named for what is wrong with them", "[geometry]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  struct Case {
    Quad quad;
    std::string problem;
  };
  const Case cases[] = {
      {{{{0, 0}, {100, 100}, {100, 0}, {0, 100}}}, "crosses itself"},
      {{{{0, 0}, {100, 0}, {0, 100}, {100, 100}}}, "crosses itself"},
      {{{{0, 0}, {100, 0}, {20, 20}, {0, 100}}}, "is not convex"},
      {{{{0, 0}, {100, 0}, {100, 100}, {50, 0}}}, "has three corners on one line"},
      {{{{0, 0}, {0, 0}, {100, 100}, {0, 100}}}, "has three corners on one line"},
      {{{{0, 0}, {100, 0}, {200, 0}, {300, 0}}}, "has no area"},
      {{{{5, 5}, {5, 5}, {5, 5}, {5, 5}}}, "has no area"},
      {{{{0, 0}, {100, 0}, {0, 0}, {100, 0}}}, "has no area"},
      {{{{0, 0}, {3, 0}, {3, 5}, {0, 5}}}, "covers fewer than 16 pixels"},
      {{{{0, 0}, {0, 100}, {100, 100}, {100, 0}}}, "is mirrored"},
      {{{{100, 0}, {0, 0}, {0, 100}, {100, 100}}}, "is mirrored"},
      {{{{0, 0}, {nan, 0}, {100, 100}, {0, 100}}}, "not a finite number"},
      {{{{0, 0}, {100, 0}, {100, infinity}, {0, 100}}}, "not a finite number"},
      {{{{0, 0}, {100, 0}, {100, 1e7}, {0, 100}}}, "beyond 100000 pixels"},
      {{{{-1e300, 0}, {100, 0}, {100, 100}, {0, 100}}}, "beyond 100000 pixels"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.problem);
    CHECK_THAT(nibble::quad_problem(c.quad), Catch::Matchers::Contains(c.problem));
  }
}

TEST_CASE("maps that cannot be are refused", "[geometry]") {
  const Quad square = nibble::rectangle(10, 10);
  const Quad line{{{0, 0}, {1, 1}, {2, 2}, {3, 3}}};
  const Quad crossed{{{0, 0}, {9, 9}, {9, 0}, {0, 9}}};
  CHECK(synthetic::error_of([&] { nibble::homography(line, square); }) ==
        "bad_quad: a quadrilateral has no area");
  CHECK(synthetic::error_of([&] { nibble::homography(square, line); }) ==
        "bad_quad: a quadrilateral has no area");
  CHECK(synthetic::error_of([&] { nibble::homography(square, crossed); }) ==
        "bad_quad: a quadrilateral crosses itself");
  CHECK(synthetic::error_of([&] {
          nibble::inverse(Homography{{0, 0, 0, 0, 0, 0, 0, 0, 0}});
        }) == "bad_quad: a projective map is singular");
  CHECK(synthetic::error_of([&] {
          nibble::inverse(Homography{{1, 2, 3, 2, 4, 6, 0, 0, 1}});
        }) == "bad_quad: a projective map is singular");
}

TEST_CASE("widen moves the sides outwards by their own distances", "[geometry]") {
  const Quad wide = nibble::widen(Quad{{{10, 20}, {50, 20}, {50, 40}, {10, 40}}}, 3, 5);
  CHECK(wide == Quad{{{7, 15}, {53, 15}, {53, 45}, {7, 45}}});
  CHECK(nibble::quad_height(wide) == Approx(30));
  // Turned by 90 degrees: the top side is on the right.
  CHECK(nibble::widen(Quad{{{40, 10}, {40, 50}, {20, 50}, {20, 10}}}, 3, 5) ==
        Quad{{{45, 7}, {45, 53}, {15, 53}, {15, 7}}});
}
