#include "app/eval_perturb.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
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

constexpr std::array<KindInfo, 4> kKinds = {{{Kind::scale, "scale", 0.1, 10},
                                             {Kind::shift_x, "shift_x", -1000, 1000},
                                             {Kind::shift_y, "shift_y", -1000, 1000},
                                             {Kind::rotate, "rotate", -180, 180}}};

Point move_point(Point p, Point centre, const Perturbation& perturbation) {
  const Point offset{p.x - centre.x, p.y - centre.y};
  const double value = perturbation.value;
  switch (perturbation.kind) {
    case Kind::scale: return {centre.x + offset.x * value, centre.y + offset.y * value};
    case Kind::shift_x: return {p.x + value, p.y};
    case Kind::shift_y: return {p.x, p.y + value};
    case Kind::rotate: break;
  }
  const double angle = value * std::numbers::pi / 180;
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  return {centre.x + c * offset.x - s * offset.y, centre.y + s * offset.x + c * offset.y};
}

Point to_template(const Page& page, Point p) { return {(p.x + 0.5) / page.scale - 0.5, (p.y + 0.5) / page.scale - 0.5}; }

}  // namespace

std::string to_string(const Perturbation& perturbation) {
  for (const KindInfo& info : kKinds) {
    if (info.kind != perturbation.kind) continue;
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "%g", perturbation.value);
    return std::string(info.name) + "=" + number.data();
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
    if (error == std::errc() && last == end && result.value >= info.least && result.value <= info.most) return result;
  }
  throw Error(ErrorCode::usage,
              "--perturb " + text + ": expected scale=0.1..10, shift_x=PIXELS, shift_y=PIXELS (up to 1000) or rotate=DEGREES (up to 180)");
}

std::vector<Perturbation> sweep_perturbations() {
  return {{Kind::scale, 0.9},  {Kind::scale, 1.1}, {Kind::shift_x, -2}, {Kind::shift_x, 2},
          {Kind::shift_y, -2}, {Kind::shift_y, 2}, {Kind::rotate, -2},  {Kind::rotate, 2}};
}

FieldSpec perturb(const FieldSpec& field, const Page& page, const Perturbation& perturbation) {
  Quad quad;
  Point centre;
  for (std::size_t i = 0; i < quad.size(); ++i) {
    quad[i] = page.to_source.map(page.from_template(field.quad[i]));
    centre.x += quad[i].x / 4;
    centre.y += quad[i].y / 4;
  }
  const Homography to_page = inverse(page.to_source);
  FieldSpec moved = field;
  for (std::size_t i = 0; i < quad.size(); ++i) moved.quad[i] = to_template(page, to_page.map(move_point(quad[i], centre, perturbation)));
  return moved;
}

}  // namespace nibble
