#include "app/eval/eval_perturb.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

#include "nn/error.h"

namespace nibble {
namespace {

using Kind = Perturbation::Kind;

struct KindInfo {
  Kind kind;
  const char* name;
  double least;
  double most;
};

constexpr std::array<KindInfo, 4> kKinds = {{{Kind::scale, "scale", 0.5, 2},
                                             {Kind::shift_x, "shift_x", -1000, 1000},
                                             {Kind::shift_y, "shift_y", -1000, 1000},
                                             {Kind::rotate, "rotate", -180, 180}}};

Quad rotate(const Quad& quad, double degrees) {
  Point centre;
  for (const Point& p : quad) centre = {centre.x + p.x / 4, centre.y + p.y / 4};
  const double c = std::cos(degrees * std::numbers::pi / 180);
  const double s = std::sin(degrees * std::numbers::pi / 180);
  Quad turned;
  for (std::size_t i = 0; i < quad.size(); ++i) {
    const Point offset{quad[i].x - centre.x, quad[i].y - centre.y};
    turned[i] = {centre.x + c * offset.x - s * offset.y, centre.y + s * offset.x + c * offset.y};
  }
  return turned;
}

Quad move(Quad quad, const Perturbation& perturbation) {
  const double value = perturbation.value;
  switch (perturbation.kind) {
    case Kind::scale: {
      // By the height on all sides: a line's ends are cut by as much as its top, not by whole
      // letters.
      const double growth = (value - 1) / 2 * quad_height(quad);
      return widen(quad, growth, growth);
    }
    case Kind::shift_x:
      for (Point& p : quad) p.x += value;
      return quad;
    case Kind::shift_y:
      for (Point& p : quad) p.y += value;
      return quad;
    case Kind::rotate: break;
  }
  return rotate(quad, value);
}

Point to_template(const Page& page, Point p) {
  return {(p.x + 0.5) / page.scale - 0.5, (p.y + 0.5) / page.scale - 0.5};
}

}  // namespace

std::string to_string(const Perturbation& perturbation) {
  for (const KindInfo& info : kKinds) {
    if (info.kind == perturbation.kind)
      return fmt::format("{}={:g}", info.name, perturbation.value);
  }
  return {};
}

Perturbation parse_perturbation(const std::string& text) {
  const std::size_t equals = text.find('=');
  for (const KindInfo& info : kKinds) {
    if (equals == std::string::npos || text.substr(0, equals) != info.name) continue;
    Perturbation result{info.kind, 0};
    const char* end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data() + equals + 1, end, result.value);
    if (error == std::errc() && last == end && result.value >= info.least &&
        result.value <= info.most)
      return result;
  }
  throw Error(
      ErrorCode::usage,
      "--perturb " + text +
          ": expected scale=0.5..2, shift_x=PIXELS, shift_y=PIXELS (up to 1000) or rotate=DEGREES (up to 180)");
}

std::vector<Perturbation> sweep_perturbations() {
  return {{Kind::scale, 0.9},  {Kind::scale, 1.1}, {Kind::shift_x, -2}, {Kind::shift_x, 2},
          {Kind::shift_y, -2}, {Kind::shift_y, 2}, {Kind::rotate, -2},  {Kind::rotate, 2}};
}

FieldSpec perturb(const FieldSpec& field, const Page& page, const Perturbation& perturbation) {
  FieldSpec moved = field;
  for (Point& p : moved.quad) p = page.to_source.map(page.from_template(p));
  moved.quad = inverse(page.to_source).map(move(moved.quad, perturbation));
  for (Point& p : moved.quad) p = to_template(page, p);
  return moved;
}

}  // namespace nibble
