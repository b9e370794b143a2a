#include "recognizer/clip/combine_looks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "recognizer/base/bounds.h"
#include "recognizer/base/unicode.h"
#include "recognizer/base/vector.h"
#include "recognizer/clip/match_lines.h"
#include "recognizer/line/combine.h"
#include "recognizer/rules/rules.h"
#include "recognizer/rules/zone.h"

namespace nibble {
namespace {

// A text's weight is its confidence to this power: sure frames count, a hopeless one hardly.
constexpr double kPower = 2;
constexpr double kMinWeight = 1e-3;
// A line that one frame alone shows, where at least so many show its place, is no print.
constexpr std::size_t kShowing = 3;

/// A text as one look has it.
struct Part {
  const FrameLook* look = nullptr;
  std::size_t index = 0;  ///< of the look
  const FieldResult* text = nullptr;
};

double weight_of(const FieldResult& text) {
  return std::max(kMinWeight, std::pow(text.confidence, kPower));
}

/// A quad of one frame where the text stands in another.
Quad moved(const Quad& quad, const Quad& from, const Quad& to) {
  if (!quad_problem(from).empty() || !quad_problem(to).empty()) return to;
  return homography(from, to).map(quad);
}

/// The readings of one text, combined; quads are those of its surest look.
FieldResult combine_parts(const std::vector<Part>& parts, std::size_t& pivot) {
  std::vector<WeightedReading> readings;
  pivot = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    readings.push_back({&parts[i].text->reading, weight_of(*parts[i].text)});
    if (readings[i].weight > readings[pivot].weight) pivot = i;
  }
  FieldResult result = *parts[pivot].text;
  result.said.clear();
  result.ms = 0;
  for (const Part& part : parts) {
    result.said.push_back({part.look->frame, part.text->text, part.text->confidence});
    result.ms += part.text->ms;
  }
  std::sort(result.said.begin(), result.said.end(),
            [](const FrameText& a, const FrameText& b) { return a.frame < b.frame; });
  CombinedReading combined = combine_readings(readings, kRuleAlternatives);
  result.gain = combined.expected_change;  // until its confidence is known
  result.char_quads.clear();
  for (const CharSource& source : combined.sources) {
    const FieldResult& from = *parts[source.reading].text;
    result.char_quads.push_back(
        source.reading == pivot ? from.char_quads[source.character]
                                : moved(from.char_quads[source.character], from.quad, result.quad));
  }
  result.reading = std::move(combined.reading);
  result.text = result.value = result.reading.text;
  result.checks.clear();
  return result;
}

void count_support(FieldResult& text) {
  const std::u32string combined = normalize_text(text.text);
  for (const FrameText& said : text.said)
    (normalize_text(said.text) == combined ? text.agreeing : text.dissenting) += said.confidence;
}

/// Texts of all looks on their way to one.
class Combination {
 public:
  Combination(const std::vector<const FrameLook*>& looks, const CombineOptions& options,
              const Date& now)
      : looks_(looks), options_(options), now_(now) {
    for (std::size_t i = 1; i < looks_.size(); ++i) {
      if (nibble::weight_of(*looks_[i]) > nibble::weight_of(*looks_[result_.best]))
        result_.best = i;
    }
  }

  CombinedLook combine() && {
    combine_fields();
    combine_lines();
    double sum = 0;
    for (const auto* list : {&result_.fields, &result_.lines}) {
      for (const FieldResult& text : *list) sum += text.gain;
    }
    const std::size_t count = result_.fields.size() + result_.lines.size();
    if (count > 0) result_.gain = sum / static_cast<double>(count);
    return std::move(result_);
  }

 private:
  void combine_fields() {
    std::vector<std::vector<Part>> groups;
    const auto group_of = [&](const FieldResult& field) {
      return std::find_if(groups.begin(), groups.end(), [&](const std::vector<Part>& group) {
        return group[0].text->spec.name == field.spec.name;
      });
    };
    for (const std::size_t l : best_first()) {
      for (const FieldResult& field : looks_[l]->fields) {
        const auto group = group_of(field);
        if (group != groups.end()) {
          group->push_back({looks_[l], l, &field});
        } else {
          groups.push_back({{looks_[l], l, &field}});
        }
      }
    }
    judge(groups, result_.fields, result_.evidence, result_.mrz);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      for (const Part& part : groups[i]) {
        if (part.index == result_.best) stand_at(result_.fields[i], part.text->quad);
      }
    }
  }

  void combine_lines() {
    std::vector<const FrameLook*> ordered;
    const std::vector<std::size_t> order = best_first();
    for (const std::size_t l : order) ordered.push_back(looks_[l]);
    const LineGroups found = group_lines(ordered);
    std::vector<std::vector<Part>> groups;
    std::vector<Quad> quads;
    for (const LineGroup& group : found.groups) {
      std::vector<Part> parts;
      for (std::size_t l = 0; l < ordered.size(); ++l) {
        if (group.lines[l])
          parts.push_back({ordered[l], order[l], &ordered[l]->lines[*group.lines[l]]});
      }
      const auto first = static_cast<std::size_t>(
          std::find(ordered.begin(), ordered.end(), parts[0].look) - ordered.begin());
      const Quad quad = found.maps[first]->map(parts[0].text->quad);
      if (parts.size() == 1 && is_chance(quad, ordered, found.maps)) continue;
      groups.push_back(std::move(parts));
      quads.push_back(quad);
    }
    std::vector<Evidence> evidence;
    std::optional<MrzReading> none;
    judge(groups, result_.lines, evidence, none);
    for (std::size_t i = 0; i < quads.size(); ++i) stand_at(result_.lines[i], quads[i]);
  }

  /// Whether enough frames show the place of a line that one of them alone has.
  static bool is_chance(const Quad& quad, const std::vector<const FrameLook*>& looks,
                        const std::vector<std::optional<FrameMap>>& maps) {
    std::size_t showing = 0;
    for (std::size_t l = 0; l < looks.size(); ++l) {
      if (!maps[l]) continue;
      const Bounds frame = bounds_of(maps[l]->map(rectangle(looks[l]->width, looks[l]->height)));
      const Bounds line = bounds_of(quad);
      if (line.left >= frame.left && line.right <= frame.right && line.top >= frame.top &&
          line.bottom <= frame.bottom)
        ++showing;
    }
    return showing >= kShowing;
  }

  /// Combines the parts of each text, applies the rules to all of them together and judges each.
  void judge(const std::vector<std::vector<Part>>& groups, std::vector<FieldResult>& texts,
             std::vector<Evidence>& evidence, std::optional<MrzReading>& mrz) const {
    std::vector<std::size_t> pivots(groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i)
      texts.push_back(combine_parts(groups[i], pivots[i]));
    mrz = options_.rules ? apply_rules(texts, now_) : plain_mrz_lines(texts, now_);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      FieldResult& text = texts[i];
      const FrameLook& look = *groups[i][pivots[i]].look;
      const bool several = groups[i].size() > 1;
      if (several) count_support(text);
      evidence.push_back(evidence_of(text, look.width, look.height));
      judge_field(several ? calibration() : options_.calibration, evidence.back(), text);
      text.gain = expected_gain(text, text.gain, groups[i].size());
      text.decided = text.gain <= options_.cost;
      drop_alternatives(options_.alternatives, text.reading);
    }
  }

  const Calibration* calibration() const {
    const Calibration* single = options_.calibration;
    return single != nullptr && single->clip ? single->clip.get() : single;
  }

  /// Moves a text to where it stands in the best frame.
  static void stand_at(FieldResult& text, const Quad& quad) {
    for (Quad& c : text.char_quads) c = moved(c, text.quad, quad);
    text.quad = quad;
  }

  std::vector<std::size_t> best_first() const {
    std::vector<std::size_t> order = {result_.best};
    for (std::size_t i = 0; i < looks_.size(); ++i) {
      if (i != result_.best) order.push_back(i);
    }
    return order;
  }

  const std::vector<const FrameLook*>& looks_;
  const CombineOptions& options_;
  const Date& now_;
  CombinedLook result_;
};

}  // namespace

double weight_of(const FrameLook& look) {
  double sum = 0;
  for (const auto* list : {&look.fields, &look.lines}) {
    for (const FieldResult& text : *list) sum += text.confidence;
  }
  return sum;
}

CombinedLook combine_looks(const std::vector<const FrameLook*>& looks,
                           const CombineOptions& options, const Date& now) {
  return Combination(looks, options, now).combine();
}

double expected_gain(const FieldResult& field, double expected_change, std::size_t frames) {
  return expected_change + (1 - field.confidence) / static_cast<double>(frames + 1);
}

}  // namespace nibble
