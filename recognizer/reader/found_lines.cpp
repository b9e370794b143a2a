#include "recognizer/reader/found_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "recognizer/base/vector.h"
#include "recognizer/line/is_text.h"
#include "recognizer/locate/find/reading_direction.h"
#include "recognizer/locate/find/reading_order.h"

namespace nibble {
namespace {

constexpr std::size_t kBatch = 32;  // lines in one call of the network
// Lines whose direction the finder is less sure of than this are tried both ways: some of them, and
// where these leave it open, all.
constexpr double kSureDirection = 0.5;
constexpr std::size_t kProbes = 12;
constexpr double kLongestProbe = 20;     // in heights: longer ones tell no more
constexpr double kMinCosine = 0.94;      // between axes of lines that vote together: 20 degrees
constexpr double kReach = 25;            // heights at which a vote counts half
constexpr double kMaxCharacters = 12;    // that count as evidence
constexpr double kEnoughEvidence = 0.7;  // e.g. 6 characters, each 1.12 times as sure one way

/// Geometric mean over the characters.
double mean_confidence(const Reading& reading) {
  if (reading.chars.empty()) return 0.05;
  return std::pow(std::max(reading.confidence, 1e-300),
                  1 / static_cast<double>(reading.chars.size()));
}

/// How much surer the first reading is than the second, over its characters (log of odds).
double evidence(const Reading& a, const Reading& b) {
  const auto count = static_cast<double>(std::max(a.chars.size(), b.chars.size()));
  return std::min(count, kMaxCharacters) * std::log(mean_confidence(a) / mean_confidence(b));
}

/// A way to read a line: as it was found, or turned.
struct Way {
  std::size_t line = 0;
  bool turned = false;
};

/// Reads the lines of a picture as often as their directions ask for.
class LineSet {
 public:
  LineSet(const Network& network, const Image& picture, const std::vector<LineOutline>& lines,
          const ReadOptions& options)
      : network_(network),
        page_(picture_page(picture)),
        lines_(lines),
        options_(options),
        once_(options),
        readings_(lines.size()) {
    once_.second_look = 0;  // only the way that is kept is worth another look
  }

  std::vector<FieldResult> read() {
    std::vector<Way> sure;
    std::vector<std::size_t> unsure;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (!quad_problem(lines_[i].quad).empty()) continue;
      if (lines_[i].upright >= kSureDirection) {
        sure.push_back({i, false});
      } else {
        unsure.push_back(i);
      }
    }
    read_ways(sure);
    read_unsure(unsure);
    return in_order();
  }

 private:
  /// The readings as a person reads them, which is known only now that all directions are.
  std::vector<FieldResult> in_order() {
    std::vector<FieldResult> read;
    std::vector<LineOutline> outlines;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      FieldResult* best = best_of(i);
      if (best == nullptr) continue;
      outlines.push_back(lines_[i]);
      outlines.back().quad = best->spec.quad;
      read.push_back(std::move(*best));
    }
    std::vector<FieldResult> results;
    for (const std::size_t i : reading_order(outlines)) results.push_back(std::move(read[i]));
    look_again(network_, page_, options_, results);
    return results;
  }

  void read_unsure(std::vector<std::size_t>& unsure) {
    std::stable_sort(unsure.begin(), unsure.end(),
                     [&](std::size_t a, std::size_t b) { return probe_value(a) > probe_value(b); });
    const std::size_t probes = std::min(kProbes, unsure.size());
    std::vector<Way> ways;
    for (std::size_t k = 0; k < probes; ++k) {
      ways.push_back({unsure[k], false});
      ways.push_back({unsure[k], true});
    }
    read_ways(ways);
    ways.clear();
    for (std::size_t k = probes; k < unsure.size(); ++k) {
      const double votes = votes_for(unsure[k], unsure, probes);
      if (votes > -kEnoughEvidence) ways.push_back({unsure[k], false});
      if (votes < kEnoughEvidence) ways.push_back({unsure[k], true});
    }
    read_ways(ways);
    std::vector<double> votes;
    for (const std::size_t i : unsure) votes.push_back(votes_for(i, unsure, probes));
    for (std::size_t k = 0; k < unsure.size(); ++k) choose(unsure[k], votes[k]);
  }

  double probe_value(std::size_t i) const {
    const Quad& q = lines_[i].quad;
    const double heights = distance(q[0], q[1]) / (2 * lines_[i].half_height);
    return std::min(heights, kLongestProbe) * lines_[i].score;
  }

  /// What the lines that were read both ways say of the direction of line `i`: above 0 as found.
  double votes_for(std::size_t i, const std::vector<std::size_t>& unsure,
                   std::size_t probes) const {
    const Point along = direction(i);
    double votes = 0;
    for (std::size_t k = 0; k < probes; ++k) {
      const auto& [found, turned] = readings_[unsure[k]];
      if (found.spec.kind.empty() || turned.spec.kind.empty()) continue;
      const double cosine = dot(along, direction(unsure[k]));
      if (std::abs(cosine) < kMinCosine) continue;
      const double reach = kReach * 2 * lines_[unsure[k]].half_height;
      const Point way = centre(unsure[k]) - centre(i);
      const double nearness = 1 / (1 + dot(way, way) / (reach * reach));
      votes += (cosine > 0 ? 1 : -1) * nearness * evidence(found.reading, turned.reading);
    }
    return votes;
  }

  /// Drops the way that is not the line's.
  void choose(std::size_t i, double votes) {
    auto& [found, turned] = readings_[i];
    if (found.spec.kind.empty() || turned.spec.kind.empty()) return;
    const double own = evidence(found.reading, turned.reading);
    const bool as_found = (std::abs(votes) >= kEnoughEvidence ? votes : own) >= 0;
    const double ms = found.ms + turned.ms;
    if (!as_found) found = std::move(turned);
    found.ms = ms;
    turned = {};
  }

  FieldResult* best_of(std::size_t i) {
    for (FieldResult& reading : readings_[i]) {
      if (!reading.spec.kind.empty()) return &reading;
    }
    return nullptr;
  }

  Point direction(std::size_t i) const {
    const Quad& q = lines_[i].quad;
    return unit(q[1] + q[2] - q[0] - q[3]);
  }
  Point centre(std::size_t i) const {
    const Quad& q = lines_[i].quad;
    return (q[0] + q[1] + q[2] + q[3]) * 0.25;
  }

  void read_ways(const std::vector<Way>& ways) {
    for (std::size_t start = 0; start < ways.size(); start += kBatch) {
      const std::size_t end = std::min(start + kBatch, ways.size());
      std::vector<FieldSpec> fields;
      for (std::size_t k = start; k < end; ++k) {
        FieldSpec field;
        const Quad& quad = lines_[ways[k].line].quad;
        field.quad = ways[k].turned ? upside_down(quad) : quad;
        field.kind = "text";
        fields.push_back(std::move(field));
      }
      std::vector<FieldResult> read = read_fields(network_, page_, fields, once_);
      for (std::size_t k = start; k < end; ++k)
        readings_[ways[k].line][ways[k].turned ? 1 : 0] = std::move(read[k - start]);
    }
  }

  const Network& network_;
  Page page_;
  const std::vector<LineOutline>& lines_;
  const ReadOptions& options_;
  ReadOptions once_;
  std::vector<std::array<FieldResult, 2>> readings_;  // as found, turned; kind is empty if not read
};

std::string line_name(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "line" + std::string(digits.size() < 2 ? 1 : 0, '0') + digits;
}

}  // namespace

std::vector<FieldResult> read_found_lines(const Network& network, const Image& picture,
                                          const std::vector<LineOutline>& lines,
                                          const ReadOptions& options) {
  std::vector<FieldResult> results = LineSet(network, picture, lines, options).read();
  std::erase_if(results, [](const FieldResult& line) { return !is_text(line); });
  for (std::size_t i = 0; i < results.size(); ++i) results[i].spec.name = line_name(i + 1);
  return results;
}

}  // namespace nibble
