#include "recognizer/clip/match_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "recognizer/base/alignment.h"
#include "recognizer/base/unicode.h"
#include "recognizer/base/vector.h"

namespace nibble {
namespace {

// Of texts: two fifths of a line may be misread, and a fifth where its place does not tell.
constexpr double kAlike = 0.6;
constexpr double kSurelyAlike = 0.8;
// What being at the other end of the reading order takes from a likeness.
constexpr double kOrder = 0.15;
// How far, in heights, the middles of one print's lines may lie apart once frames lie over each
// other; lines of print stand one height apart and more.
constexpr double kNear = 0.6;
// Pairs that must tell how frames lie over each other: fewer may be chance.
constexpr std::size_t kMinPairs = 2;

Point centre(const Quad& q) { return (q[0] + q[1] + q[2] + q[3]) * 0.25; }

struct Candidate {
  LinePair pair;
  double score = 0;
};

/// A text as it is compared, and how often it has each character (by its lowest bits), which bounds
/// an edit distance from below at a small part of its cost.
struct ComparedText {
  explicit ComparedText(const std::string& utf8) : text(normalize_text(utf8)) {
    for (const char32_t c : text) ++counts[c % counts.size()];
  }
  std::u32string text;
  std::array<int, 32> counts{};
};

int least_distance(const ComparedText& a, const ComparedText& b) {
  int more = 0;
  int fewer = 0;
  for (std::size_t i = 0; i < a.counts.size(); ++i) {
    const int difference = a.counts[i] - b.counts[i];
    (difference > 0 ? more : fewer) += std::abs(difference);
  }
  return std::max(more, fewer);
}

double likeness_of(const ComparedText& a, const ComparedText& b, double least) {
  const auto longer = static_cast<double>(std::max(a.text.size(), b.text.size()));
  if (longer == 0) return 1;
  const double bound = 1 - least_distance(a, b) / longer;
  return bound < least ? bound : 1 - edit_distance(a.text, b.text) / longer;
}

std::vector<ComparedText> compared(const std::vector<FieldResult>& lines) {
  std::vector<ComparedText> texts;
  for (const FieldResult& line : lines) texts.emplace_back(line.text);
  return texts;
}

std::vector<Candidate> alike(const std::vector<FieldResult>& a, const std::vector<FieldResult>& b) {
  const std::vector<ComparedText> first = compared(a);
  const std::vector<ComparedText> second = compared(b);
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < b.size(); ++k) {
      const double likeness = likeness_of(first[i], second[k], kAlike);
      if (likeness < kAlike) continue;
      const double apart = std::abs((static_cast<double>(i) + 0.5) / static_cast<double>(a.size()) -
                                    (static_cast<double>(k) + 0.5) / static_cast<double>(b.size()));
      candidates.push_back({{i, k}, likeness - kOrder * apart});
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& x, const Candidate& y) { return x.score > y.score; });
  return candidates;
}

/// Pairs that take each line once, best first.
class Pairing {
 public:
  Pairing(std::size_t a, std::size_t b) : a_(a), b_(b) {}

  bool take(const LinePair& pair) {
    if (a_[pair.a] || b_[pair.b]) return false;
    a_[pair.a] = b_[pair.b] = true;
    pairs_.push_back(pair);
    return true;
  }
  bool is_free(const LinePair& pair) const { return !a_[pair.a] && !b_[pair.b]; }

  std::vector<LinePair> sorted() && {
    std::sort(pairs_.begin(), pairs_.end(),
              [](const LinePair& x, const LinePair& y) { return x.a < y.a; });
    return std::move(pairs_);
  }

 private:
  std::vector<bool> a_;
  std::vector<bool> b_;
  std::vector<LinePair> pairs_;
};

std::optional<FrameMap> map_of(const std::vector<Candidate>& pairs,
                               const std::vector<FieldResult>& a,
                               const std::vector<FieldResult>& b) {
  if (pairs.size() < kMinPairs) return std::nullopt;
  std::vector<Quad> from;
  std::vector<Quad> to;
  for (const Candidate& candidate : pairs) {
    from.push_back(b[candidate.pair.b].quad);
    to.push_back(a[candidate.pair.a].quad);
  }
  return fit_frame_map(from, to);
}

bool at_one_place(const Quad& a, const Quad& b) {
  const double height = std::min(quad_height(a), quad_height(b));
  const Point along = unit(a[1] - a[0]);
  const Point way = centre(b) - centre(a);
  const double length = std::min(distance(a[0], a[1]), distance(b[0], b[1]));
  return std::abs(cross(along, way)) < kNear * height &&
         std::abs(dot(along, way)) < std::max(kNear * height, length / 2);
}

}  // namespace

double text_likeness(const std::string& a, const std::string& b) {
  return likeness_of(ComparedText(a), ComparedText(b), 0);
}

Quad FrameMap::map(const Quad& quad) const {
  return {map(quad[0]), map(quad[1]), map(quad[2]), map(quad[3])};
}

std::optional<FrameMap> fit_frame_map(const std::vector<Quad>& from, const std::vector<Quad>& to) {
  if (from.empty()) return std::nullopt;
  // Around the middles, so that the equations of the two directions are 2 x 2.
  Point middle{};
  Point target{};
  const double count = 4 * static_cast<double>(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    for (std::size_t k = 0; k < 4; ++k) {
      middle = middle + from[i][k] * (1 / count);
      target = target + to[i][k] * (1 / count);
    }
  }
  double xx = 0, xy = 0, yy = 0;
  Point x_to{};
  Point y_to{};
  for (std::size_t i = 0; i < from.size(); ++i) {
    for (std::size_t k = 0; k < 4; ++k) {
      const Point p = from[i][k] - middle;
      const Point q = to[i][k] - target;
      xx += p.x * p.x;
      xy += p.x * p.y;
      yy += p.y * p.y;
      x_to = x_to + q * p.x;
      y_to = y_to + q * p.y;
    }
  }
  const double determinant = xx * yy - xy * xy;
  if (!(determinant > 1e-9 * xx * yy)) return std::nullopt;
  FrameMap map;
  map.xx = (yy * x_to.x - xy * y_to.x) / determinant;
  map.xy = (xx * y_to.x - xy * x_to.x) / determinant;
  map.yx = (yy * x_to.y - xy * y_to.y) / determinant;
  map.yy = (xx * y_to.y - xy * x_to.y) / determinant;
  map.x = target.x - map.xx * middle.x - map.xy * middle.y;
  map.y = target.y - map.yx * middle.x - map.yy * middle.y;
  return map;
}

std::vector<LinePair> match_lines(const std::vector<FieldResult>& a,
                                  const std::vector<FieldResult>& b) {
  const std::vector<Candidate> candidates = alike(a, b);
  Pairing sure(a.size(), b.size());
  std::vector<Candidate> anchors;
  for (const Candidate& candidate : candidates) {
    if (candidate.score >= kSurelyAlike && sure.take(candidate.pair)) anchors.push_back(candidate);
  }
  const auto map = map_of(anchors, a, b);
  Pairing pairing(a.size(), b.size());
  const auto fits = [&](const LinePair& pair) {
    return !map || at_one_place(a[pair.a].quad, map->map(b[pair.b].quad));
  };
  for (const Candidate& candidate : candidates) {
    if (fits(candidate.pair)) pairing.take(candidate.pair);
  }
  for (std::size_t i = 0; map && i < a.size(); ++i) {
    for (std::size_t k = 0; k < b.size(); ++k) {
      if (pairing.is_free({i, k}) && fits({i, k})) pairing.take({i, k});
    }
  }
  return std::move(pairing).sorted();
}

LineGroups group_lines(const std::vector<const FrameLook*>& looks) {
  LineGroups result;
  std::vector<FieldResult> shown;  // one a group, with its quad in the first look's pixels
  for (std::size_t l = 0; l < looks.size(); ++l) {
    const std::vector<FieldResult>& lines = looks[l]->lines;
    const std::vector<LinePair> pairs = match_lines(shown, lines);
    std::vector<Quad> from;
    std::vector<Quad> to;
    std::vector<std::optional<std::size_t>> group_of(lines.size());
    for (const LinePair& pair : pairs) {
      from.push_back(lines[pair.b].quad);
      to.push_back(shown[pair.a].quad);
      group_of[pair.b] = pair.a;
      result.groups[pair.a].lines[l] = pair.b;
    }
    const auto map = l == 0 ? FrameMap{} : fit_frame_map(from, to);
    result.maps.push_back(map);
    // New lines go behind the one that they follow; from the last to the first, so that the
    // positions before them stay.
    for (std::size_t i = lines.size(); i-- > 0;) {
      if (group_of[i] || !map) continue;
      std::size_t before = i;
      while (before > 0 && !group_of[before - 1]) --before;
      const std::size_t at = before > 0 ? *group_of[before - 1] + 1 : l == 0 ? 0 : shown.size();
      LineGroup group{std::vector<std::optional<std::size_t>>(looks.size())};
      group.lines[l] = i;
      FieldResult line = lines[i];
      line.quad = map->map(line.quad);
      result.groups.insert(result.groups.begin() + static_cast<std::ptrdiff_t>(at),
                           std::move(group));
      shown.insert(shown.begin() + static_cast<std::ptrdiff_t>(at), std::move(line));
      for (auto& other : group_of) {
        if (other && *other >= at) ++*other;
      }
    }
  }
  return result;
}

}  // namespace nibble
