#include "data/line_recall.h"

#include <algorithm>
#include <cmath>

#include "recognizer/base/unicode.h"
#include "recognizer/base/vector.h"

namespace nibble {
namespace {

constexpr int kSamples = 40;  // points of a field's middle line
constexpr double kMinCovered = 0.9;
constexpr double kMaxHeights = 3;
constexpr double kMinCosine = 0.94;

Point middle(Point a, Point b) { return (a + b) * 0.5; }

Point direction_of(const Quad& q) { return unit(middle(q[1], q[2]) - middle(q[0], q[3])); }

bool is_inside(Point p, const Quad& q) {
  for (std::size_t i = 0; i < q.size(); ++i) {
    const Point& a = q[i];
    const Point& b = q[(i + 1) % q.size()];
    if (cross(b - a, p - a) < 0) return false;
  }
  return true;
}

double covered_share(const Quad& field, const Quad& line) {
  const Point start = middle(field[0], field[3]);
  const Point end = middle(field[1], field[2]);
  int inside = 0;
  for (int i = 0; i < kSamples; ++i) {
    const double share = (i + 0.5) / kSamples;
    inside += is_inside(start + (end - start) * share, line) ? 1 : 0;
  }
  return static_cast<double>(inside) / kSamples;
}

std::u32string without_space(const std::string& text) {
  std::u32string letters = normalize_text(text);
  std::erase_if(letters, [](char32_t c) { return c == U' ' || c == U'\t' || c == 0xA0; });
  return letters;
}

}  // namespace

FieldFinding find_field(const Quad& field, const std::vector<Quad>& lines) {
  FieldFinding finding;
  for (const Quad& line : lines) {
    const double heights = quad_height(line) / std::max(1e-9, quad_height(field));
    const double cosine = dot(direction_of(field), direction_of(line));
    if (heights > kMaxHeights || heights < 1 / kMaxHeights || std::abs(cosine) < kMinCosine ||
        covered_share(field, line) < kMinCovered)
      continue;
    finding.covered = true;
    finding.directed = finding.directed || cosine > 0;
  }
  return finding;
}

bool text_is_in(const std::string& text, const std::vector<std::string>& lines) {
  const std::u32string wanted = without_space(text);
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return without_space(line).find(wanted) != std::u32string::npos;
  });
}

void FindScore::add(const FieldFinding& field) {
  ++fields;
  covered += field.covered ? 1 : 0;
  directed += field.directed ? 1 : 0;
  read += field.read ? 1 : 0;
}

void FindScore::add(const FindScore& picture) {
  pictures += picture.pictures;
  empty += picture.empty;
  fields += picture.fields;
  covered += picture.covered;
  directed += picture.directed;
  read += picture.read;
  lines_found += picture.lines_found;
  lines_read += picture.lines_read;
  find_ms += picture.find_ms;
  read_ms += picture.read_ms;
}

}  // namespace nibble
