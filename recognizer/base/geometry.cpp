// The map between two quads is solved here, not by cv::getPerspectiveTransform: that takes corners
// as floats, which moves the map of a picture of 12 megapixels by up to 0.0003 pixels, and gives a
// map of zeros where corners fix none.

#include "recognizer/base/geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "nn/error.h"

namespace nibble {
namespace {

// No camera picture is this large; double arithmetic would go on working beyond it, but the input
// is a mistake.
constexpr double kLargestCoordinate = 100000;
// A document of 4 x 4 pixels shows nothing.
constexpr double kMinArea = 16;
// Sine of the angle at a corner below which three corners count as lying on one line.
constexpr double kMinSine = 1e-3;
// Pivots of the conditioned system below this come from corners that do not fix a map.
constexpr double kMinPivot = 1e-12;

using Equation = std::array<double, 9>;  // eight coefficients and the right side
using System = std::array<Equation, 8>;

Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
double cross(Point a, Point b) { return a.x * b.y - a.y * b.x; }
double length(Point a) { return std::hypot(a.x, a.y); }

std::string coordinate_problem(const Quad& quad) {
  for (const Point& p : quad) {
    if (!std::isfinite(p.x) || !std::isfinite(p.y))
      return "has a coordinate that is not a finite number";
    if (std::abs(p.x) > kLargestCoordinate || std::abs(p.y) > kLargestCoordinate)
      return "has a coordinate beyond 100000 pixels";
  }
  return {};
}

struct Turns {
  int right = 0;  ///< clockwise on the screen, as y points down
  int left = 0;
};

Turns count_turns(const Quad& quad) {
  Turns turns;
  for (std::size_t i = 0; i < 4; ++i) {
    const Point a = quad[(i + 1) % 4] - quad[i];
    const Point b = quad[(i + 2) % 4] - quad[(i + 1) % 4];
    const double turn = cross(a, b);
    const double least = kMinSine * length(a) * length(b);
    if (turn > least) ++turns.right;
    if (turn < -least) ++turns.left;
  }
  return turns;
}

double area(const Quad& quad) {
  return 0.5 * std::abs(cross(quad[2] - quad[0], quad[3] - quad[1]));
}

// A map between quads exists whatever their size and whichever way round they run, but only between
// convex ones is it free of a horizon inside.
std::string shape_problem(const Quad& quad) {
  if (std::string problem = coordinate_problem(quad); !problem.empty()) return problem;
  const Turns turns = count_turns(quad);
  if (turns.right == 2 && turns.left == 2) return "crosses itself";
  if (turns.right == 4 || turns.left == 4) return {};
  if (turns.right + turns.left < 2) return "has no area";
  if (turns.right + turns.left < 4) return "has three corners on one line";
  return "is not convex";
}

// Moves the corners' mean to the origin and makes their mean distance from it 1, so that pivots can
// be judged by size.
Homography conditioning(const Quad& quad) {
  Point mean;
  for (const Point& p : quad) mean = {mean.x + p.x / 4, mean.y + p.y / 4};
  double distance = 0;
  for (const Point& p : quad) distance += length(p - mean) / 4;
  const double scale = 1 / distance;
  return {{scale, 0, -scale * mean.x, 0, scale, -scale * mean.y, 0, 0, 1}};
}

System equations(const Quad& from, const Quad& to) {
  System system{};
  for (std::size_t i = 0; i < 4; ++i) {
    const Point p = from[i];
    const Point q = to[i];
    system[2 * i] = {p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y, q.x};
    system[2 * i + 1] = {0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y, q.y};
  }
  return system;
}

// Gauss-Jordan elimination with partial pivoting; false when the system is singular.
bool solve(System& system) {
  for (std::size_t column = 0; column < system.size(); ++column) {
    std::size_t pivot = column;
    for (std::size_t row = column + 1; row < system.size(); ++row) {
      if (std::abs(system[row][column]) > std::abs(system[pivot][column])) pivot = row;
    }
    if (!(std::abs(system[pivot][column]) > kMinPivot)) return false;
    std::swap(system[pivot], system[column]);
    for (std::size_t row = 0; row < system.size(); ++row) {
      if (row == column) continue;
      const double factor = system[row][column] / system[column][column];
      for (std::size_t k = column; k < system[row].size(); ++k)
        system[row][k] -= factor * system[column][k];
    }
  }
  for (std::size_t row = 0; row < system.size(); ++row) system[row][8] /= system[row][row];
  return true;
}

// Divides by the largest element, so that chains of maps neither overflow nor underflow.
Homography scaled(Homography h) {
  double largest = 0;
  for (const double value : h.m) largest = std::max(largest, std::abs(value));
  if (!(largest > 0) || !std::isfinite(largest))
    throw Error(ErrorCode::bad_quad, "a projective map is singular");
  for (double& value : h.m) value /= largest;
  return h;
}

}  // namespace

double distance(Point a, Point b) { return length(a - b); }

double quad_height(const Quad& quad) {
  return (distance(quad[0], quad[3]) + distance(quad[1], quad[2])) / 2;
}

Quad widen(const Quad& quad, double x, double y) {
  const auto direction = [](Point from, Point to) {
    const double size = distance(from, to);
    return Point{(to.x - from.x) / size, (to.y - from.y) / size};
  };
  Quad wide;
  for (std::size_t i = 0; i < 4; ++i) {
    const Point along = direction(quad[i ^ 1U], quad[i]);
    const Point across = direction(quad[3 - i], quad[i]);
    wide[i] = {quad[i].x + x * along.x + y * across.x, quad[i].y + x * along.y + y * across.y};
  }
  return wide;
}

Point Homography::map(Point p) const {
  const double w = m[6] * p.x + m[7] * p.y + m[8];
  return {(m[0] * p.x + m[1] * p.y + m[2]) / w, (m[3] * p.x + m[4] * p.y + m[5]) / w};
}

Quad Homography::map(const Quad& q) const { return {map(q[0]), map(q[1]), map(q[2]), map(q[3])}; }

std::string quad_problem(const Quad& quad) {
  if (std::string problem = shape_problem(quad); !problem.empty()) return problem;
  if (area(quad) < kMinArea) return "covers fewer than 16 pixels";
  if (count_turns(quad).left == 4) {
    return "is mirrored: its corners run counter-clockwise instead of top-left, top-right, bottom-right, bottom-left";
  }
  return {};
}

Quad rectangle(double width, double height) {
  const double right = width - 0.5;
  const double bottom = height - 0.5;
  return {{{-0.5, -0.5}, {right, -0.5}, {right, bottom}, {-0.5, bottom}}};
}

Homography homography(const Quad& from, const Quad& to) {
  for (const Quad* quad : {&from, &to}) {
    if (const std::string problem = shape_problem(*quad); !problem.empty()) {
      throw Error(ErrorCode::bad_quad, "a quadrilateral " + problem);
    }
  }
  const Homography before = conditioning(from);
  const Homography after = conditioning(to);
  System system = equations(before.map(from), after.map(to));
  if (!solve(system)) throw Error(ErrorCode::bad_quad, "a quadrilateral has no area");
  Homography between;
  for (std::size_t i = 0; i < system.size(); ++i) between.m[i] = system[i][8];
  return compose(inverse(after), compose(between, before));
}

Homography inverse(const Homography& h) {
  const auto m = scaled(h).m;
  const Homography adjoint{
      {m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
       m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
       m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]}};
  const double determinant = m[0] * adjoint.m[0] + m[1] * adjoint.m[3] + m[2] * adjoint.m[6];
  double bound = 1;
  for (std::size_t row = 0; row < 3; ++row)
    bound *= std::hypot(m[3 * row], m[3 * row + 1], m[3 * row + 2]);
  // Of a singular map only rounding is left, relative to Hadamard's bound of the determinant.
  if (!(std::abs(determinant) > 1e-15 * bound))
    throw Error(ErrorCode::bad_quad, "a projective map is singular");
  return scaled(adjoint);
}

Homography compose(const Homography& first, const Homography& second) {
  Homography product;
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) sum += first.m[3 * row + k] * second.m[3 * k + column];
      product.m[3 * row + column] = sum;
    }
  }
  return scaled(product);
}

}  // namespace nibble
