#include "recognizer/mrz/zones.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <opencv2/core.hpp>
#include <utility>

#include "recognizer/base/vector.h"
#include "recognizer/mrz/candidates.h"
#include "recognizer/mrz/likeness.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

constexpr std::size_t kMaxCandidates = 16;  // of each number of lines
constexpr std::size_t kMaxMirrored = 4;
// Below this a line is text of another kind, or upside down.
constexpr double kMinPlausible = 0.35;
// The mean of lines read one by one, cut as their candidate was first: a zone that is read better
// otherwise has at least this.
constexpr double kMinLikely = 0.25;
// From here on there is no need to read it upside down.
constexpr double kSurelyUpright = 0.75;
// A page of code has dozens of candidates; those that are read in all cuts are the best of them.
constexpr std::size_t kMaxRetried = 10;
constexpr int kAlternatives = 10;

/// A way to cut the lines: how much room there is above and below them and at their ends, in shares
/// of their height.
struct Cut {
  double margin;
  double ends;
};
constexpr std::array<Cut, 5> kCuts = {
    {{0.12, 0.6}, {0.2, 1.2}, {0.05, 0.3}, {0.3, 0.6}, {0.12, 2.0}}};

std::vector<Quad> upside_down(const std::vector<Quad>& lines) {
  std::vector<Quad> turned;
  for (auto q = lines.rbegin(); q != lines.rend(); ++q)
    turned.push_back({(*q)[2], (*q)[3], (*q)[0], (*q)[1]});
  return turned;
}

Point centre_of(const std::vector<Quad>& lines) {
  Point sum;
  for (const Quad& q : lines) sum = sum + (q[0] + q[1] + q[2] + q[3]) * 0.25;
  return sum * (1 / static_cast<double>(lines.size()));
}

/// A zone as it was read best so far.
struct Place {
  std::vector<Quad> lines;
  FoundZone zone;
  double score = 0;
  bool valid() const { return zone.reading.mrz.valid && zone.reading.warnings.empty(); }
};

class ZoneReader {
 public:
  ZoneReader(const Network& network, Image picture, const ReadOptions& options, const Date& now)
      : network_(network), page_{std::move(picture), 1, {}}, options_(options), now_(now) {
    options_.alternatives = std::max(options_.alternatives, kAlternatives);
    options_.second_look = 0;  // other cuts are tried where check digits don't match
  }

  /// Leaves those whose lines, each read once both ways, look like lines of a zone. A line stands
  /// in many candidates, and nearly all long lines of a document are none of a zone.
  void drop_unlikely(std::vector<MrzCandidate>& candidates) {
    std::map<std::size_t, Likeness> known;
    std::erase_if(candidates, [&](const MrzCandidate& candidate) {
      Likeness all;
      for (std::size_t i = 0; i < candidate.lines.size(); ++i) {
        const auto [line, is_new] = known.try_emplace(candidate.numbers[i]);
        if (is_new) line->second = likeness_both_ways(candidate.lines[i]);
        all.plausible += line->second.plausible;
        all.fillers += line->second.fillers;
      }
      return all.fillers == 0 ||
             all.plausible < kMinLikely * static_cast<double>(candidate.lines.size());
    });
  }

  /// Reads each candidate whose zone is not known already, and the most plausible ones of those
  /// that are not right in other cuts too.
  void try_candidates(const std::vector<MrzCandidate>& candidates) {
    std::vector<Doubtful> doubtful;
    for (const MrzCandidate& candidate : candidates) {
      if (is_valid(candidate.lines)) continue;
      Doubtful tried = read_both_ways(candidate.lines);
      if (tried.plausible >= kMinPlausible && !is_valid(tried.lines))
        doubtful.push_back(std::move(tried));
    }
    std::stable_sort(doubtful.begin(), doubtful.end(), [](const Doubtful& a, const Doubtful& b) {
      return a.plausible > b.plausible;
    });
    if (doubtful.size() > kMaxRetried) doubtful.resize(kMaxRetried);
    for (const Doubtful& tried : doubtful) {
      for (std::size_t i = 1; i < kCuts.size() && !is_valid(tried.lines); ++i)
        read(tried.lines, kCuts[i]);
    }
  }

  std::vector<FoundZone> take_zones() {
    std::vector<FoundZone> zones;
    for (Place& place : places_) zones.push_back(std::move(place.zone));
    std::stable_sort(zones.begin(), zones.end(), [](const FoundZone& a, const FoundZone& b) {
      return a.lines.front().quad[0].y < b.lines.front().quad[0].y;
    });
    return zones;
  }

 private:
  /// Lines that look like a zone, the right way up, and are none by their check digits.
  struct Doubtful {
    std::vector<Quad> lines;
    double plausible = 0;
  };

  Doubtful read_both_ways(const std::vector<Quad>& lines) {
    const double upright = read(lines, kCuts[0]);
    if (upright >= kSurelyUpright || is_valid(lines)) return {lines, upright};
    const std::vector<Quad> turned = upside_down(lines);
    const double other = read(turned, kCuts[0]);
    return other > upright ? Doubtful{turned, other} : Doubtful{lines, upright};
  }

  /// The zone that stands where these lines are: no zone is nearer to another than it is high.
  Place* place_of(const std::vector<Quad>& lines) {
    const Point centre = centre_of(lines);
    for (Place& place : places_) {
      const Point along = unit(place.lines[0][1] - place.lines[0][0]);
      const Point way = centre - centre_of(place.lines);
      const double height = quad_height(place.lines[0]);
      const double size = distance(place.lines[0][0], place.lines[0][1]);
      if (std::abs(cross(along, way)) < 5 * height && std::abs(dot(along, way)) < 0.7 * size)
        return &place;
    }
    return nullptr;
  }

  bool is_valid(const std::vector<Quad>& lines) {
    const Place* place = place_of(lines);
    return place != nullptr && place->valid();
  }

  /// Of the way in which it looks more like a line of a zone.
  Likeness likeness_both_ways(const Quad& quad) {
    Likeness best;
    for (const Quad& way : {quad, upside_down({quad})[0]}) {
      for (const FieldResult& line : read_lines({way}, kCuts[0])) {
        const Likeness own = likeness(line.reading);
        if (own.plausible * (1 + own.fillers) >= best.plausible * (1 + best.fillers)) best = own;
      }
    }
    return best;
  }

  /// Nothing where a line cannot be cut out.
  std::vector<FieldResult> read_lines(const std::vector<Quad>& quads, const Cut& cut) {
    std::vector<FieldSpec> fields;
    for (const Quad& quad : quads) {
      FieldSpec field;
      field.name = "mrz" + std::to_string(fields.size() + 1);
      field.kind = "mrz";
      field.quad = widen(quad, std::max(0.0, cut.ends - cut.margin) * quad_height(quad), 0);
      if (!quad_problem(field.quad).empty()) return {};
      fields.push_back(std::move(field));
    }
    options_.margin = cut.margin;
    options_.part = cut.margin;
    return read_fields(network_, page_, fields, options_);
  }

  double read(const std::vector<Quad>& quads, const Cut& cut) {
    std::vector<FieldResult> lines = read_lines(quads, cut);
    const double plausible = plausibility(lines);
    if (plausible >= kMinPlausible) consider(quads, std::move(lines), plausible);
    return plausible;
  }

  void consider(const std::vector<Quad>& quads, std::vector<FieldResult> lines, double plausible) {
    std::vector<Reading> readings;
    for (const FieldResult& line : lines) readings.push_back(line.reading);
    auto reading = correct_mrz(readings, now_);
    if (!reading) return;
    int matching = 0;
    for (const MrzCheck& check : reading->mrz.checks) matching += check.ok ? 1 : 0;
    const double share = static_cast<double>(matching) /
                         std::max<double>(1, static_cast<double>(reading->mrz.checks.size()));
    const double score = (reading->mrz.valid ? 10 : 0) + (reading->mrz.checks_ok ? 3 : 0) +
                         2 * share + plausible - 0.01 * reading->cost;
    Place* known = place_of(quads);
    if (known == nullptr) {
      places_.push_back({quads, {}, score});
      known = &places_.back();
    } else if (score <= known->score) {
      return;
    }
    *known = {quads, {std::move(*reading), std::move(lines)}, score};
  }

  const Network& network_;
  Page page_;
  ReadOptions options_;
  const Date& now_;
  std::vector<Place> places_;
};

std::vector<MrzCandidate> all_candidates(const std::vector<LineOutline>& lines) {
  std::vector<MrzCandidate> candidates;
  for (const std::size_t count : {std::size_t{3}, std::size_t{2}, std::size_t{1}}) {
    if (mrz_formats(static_cast<int>(count)).empty()) continue;
    const auto found = mrz_candidates(lines, count, kMaxCandidates);
    candidates.insert(candidates.end(), found.begin(), found.end());
  }
  // Three lines hold two pairs, which fit no worse; longer zones are likelier than chance
  // neighbours, and a line alone is mostly another text.
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const MrzCandidate& a, const MrzCandidate& b) {
                     const auto value = [](const MrzCandidate& c) {
                       constexpr std::array<double, 4> kFactors = {0, 0.3, 1, 1.1};
                       return c.score * kFactors.at(c.lines.size());
                     };
                     return value(a) > value(b);
                   });
  return candidates;
}

/// The picture as in a mirror, and where its lines are there.
Image mirrored(Image grey, std::vector<MrzCandidate>& candidates) {
  cv::Mat pixels = mat_view(grey);
  cv::flip(pixels, pixels, 1);
  for (MrzCandidate& candidate : candidates) {
    for (Quad& q : candidate.lines) {
      for (Point& p : q) p.x = grey.width - 1 - p.x;
      q = {q[1], q[0], q[3], q[2]};
    }
  }
  return grey;
}

}  // namespace

FoundZones find_zones(const Network& network, const Image& image,
                      const std::vector<LineOutline>& lines, const ReadOptions& options,
                      const Date& now) {
  std::vector<MrzCandidate> candidates = all_candidates(lines);
  if (candidates.empty()) return {};
  FoundZones found;
  ZoneReader reader(network, picture_page(image).image, options, now);
  std::vector<MrzCandidate> likely = candidates;
  reader.drop_unlikely(likely);
  reader.try_candidates(likely);
  found.zones = reader.take_zones();
  const auto is_proved = [](const FoundZone& zone) { return zone.reading.mrz.checks_ok; };
  if (std::any_of(found.zones.begin(), found.zones.end(), is_proved)) return found;
  if (candidates.size() > kMaxMirrored) candidates.resize(kMaxMirrored);
  ZoneReader mirror(network, mirrored(picture_page(image).image, candidates), options, now);
  mirror.try_candidates(candidates);
  const std::vector<FoundZone> seen = mirror.take_zones();
  // A mirrored zone may look like one whose check digits are all wrong.
  found.mirrored =
      found.zones.empty() ? !seen.empty() : std::any_of(seen.begin(), seen.end(), is_proved);
  if (found.mirrored) found.zones.clear();
  return found;
}

}  // namespace nibble
