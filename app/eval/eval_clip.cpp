#include "app/eval/eval_clip.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <tuple>
#include <utility>

#include "app/support/batch.h"
#include "app/support/interrupts.h"
#include "data/correlation.h"
#include "nn/error.h"
#include "recognizer/base/date.h"
#include "recognizer/base/text.h"
#include "recognizer/base/unicode.h"
#include "recognizer/clip/combine_looks.h"
#include "recognizer/clip/quality.h"
#include "recognizer/image/image_file.h"
#include "recognizer/page/page.h"
#include "recognizer/rules/rules.h"

namespace nibble {
namespace {

constexpr std::size_t kCounts[] = {1, 2, 3, 5, 10, 20};
constexpr std::size_t kMostStarts = 10;

FrameLook read_look(const EvalFrame& frame, const Image& picture, const Quad& quad,
                    const LineReader& reader) {
  const Page page =
      rectify(picture, quad, frame.template_width, frame.template_height, PageColor::grey);
  std::vector<FieldSpec> specs;
  for (const EvalField& field : frame.fields) specs.push_back(field.spec);
  FrameLook look;
  look.kind = frame.type;
  look.width = picture.width;
  look.height = picture.height;
  look.fields = read_page(reader, page, specs, picture.width, picture.height).fields;
  for (std::size_t i = 0; i < specs.size(); ++i) look.fields[i].spec = specs[i];
  return look;
}

CombineOptions combine_options(const LineReader& reader, double cost) {
  CombineOptions options;
  options.rules = reader.rules;
  options.calibration = reader.calibration;
  options.cost = cost;
  return options;
}

/// The looks at frames in a window that goes around the clip's end.
std::vector<const FrameLook*> looks_in(const ClipLooks& looks, std::size_t frames,
                                       std::size_t first, std::size_t count) {
  std::vector<const FrameLook*> found;
  for (const FrameLook& look : looks.looks) {
    const std::size_t at = (static_cast<std::size_t>(look.frame) + frames - first) % frames;
    if (at < count) found.push_back(&look);
  }
  return found;
}

/// The fields that count in a window, with their truth: one of its frames has them clean.
std::vector<const EvalField*> fields_in(const EvalClip& clip, std::size_t first,
                                        std::size_t count) {
  std::vector<const EvalField*> fields;
  for (std::size_t k = 0; k < count; ++k) {
    for (const EvalField& field : clip.frames[(first + k) % clip.frames.size()]->fields) {
      const auto same = [&](const EvalField* f) { return f->spec.name == field.spec.name; };
      if (field.clean && std::none_of(fields.begin(), fields.end(), same)) fields.push_back(&field);
    }
  }
  std::sort(fields.begin(), fields.end(),
            [](const EvalField* a, const EvalField* b) { return a->spec.name < b->spec.name; });
  return fields;
}

Prediction prediction_of(const EvalClip& clip, const EvalField& field) {
  const EvalFrame& frame = *clip.frames[0];
  Prediction prediction;
  prediction.type = frame.type;
  prediction.frame = clip.name;
  prediction.condition = frame.frame.condition;
  prediction.clip = clip.name;
  prediction.field = field.spec.name;
  prediction.group = field.group;
  prediction.truth = field.truth;
  prediction.missing = true;
  return prediction;
}

/// A clip in one precision.
class ClipScorer {
 public:
  ClipScorer(const EvalClip& clip, const ClipLooks& looks, const LineReader& reader,
             const StopRule& stop, ClipPrecision& sums)
      : clip_(clip), looks_(looks), reader_(reader), stop_(stop), sums_(sums) {}

  void score() {
    const std::size_t size = clip_.frames.size();
    for (const std::size_t count : kCounts) {
      for (std::size_t first = 0; first + count <= size; first += count) {
        for (const ClipField& field : window(first, count, false)) sums_.curve[count].add(field);
      }
    }
    for (ClipField& field : window(0, size, false)) {
      sums_.whole.add(field);
      sums_.predictions.push_back(std::move(field.prediction));
    }
    const std::size_t starts = std::min(size, kMostStarts);
    for (std::size_t i = 0; i < starts; ++i) stop_from(i * size / starts);
  }

 private:
  std::vector<ClipField> window(std::size_t first, std::size_t count, bool whole) const {
    return score_window(clip_, looks_, reader_, first, count, whole);
  }

  void stop_from(std::size_t first) {
    const std::size_t size = clip_.frames.size();
    std::size_t count = 1;
    while (count < size && !is_enough(first, count)) ++count;
    for (const ClipField& field : window(first, count, true)) sums_.stopping.score.add(field);
    ++sums_.stopping.runs;
    sums_.stopping.frames += static_cast<int>(looks_in(looks_, size, first, count).size());
  }

  bool is_enough(std::size_t first, std::size_t count) const {
    const auto looks = looks_in(looks_, clip_.frames.size(), first, count);
    const auto used = static_cast<int>(looks.size());
    if (looks.empty() || used < stop_.min_frames) return false;
    if (stop_.max_frames > 0 && used >= stop_.max_frames) return true;
    return combine_looks(looks, combine_options(reader_, stop_.cost), today()).gain <= stop_.cost;
  }

  const EvalClip& clip_;
  const ClipLooks& looks_;
  const LineReader& reader_;
  const StopRule& stop_;
  ClipPrecision& sums_;
};

/// Whether single readings of each field that is clean were right, a list a field and clip.
void add_errors(const EvalClip& clip, const ClipLooks& looks,
                std::map<std::string, std::vector<bool>>& errors) {
  for (const FrameLook& look : looks.looks) {
    const EvalFrame& frame = *clip.frames[static_cast<std::size_t>(look.frame)];
    for (std::size_t i = 0; i < frame.fields.size(); ++i) {
      if (!frame.fields[i].clean) continue;
      errors[clip.name + '\t' + frame.fields[i].spec.name].push_back(
          normalize_text(look.fields[i].text) != normalize_text(frame.fields[i].truth));
    }
  }
}

}  // namespace

std::vector<EvalClip> clips_of(const EvalPlan& plan, ClipBy by) {
  std::vector<EvalClip> clips;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> known;
  for (const EvalFrame& frame : plan.frames) {
    const bool by_type = by == ClipBy::type;
    const std::string& condition = frame.frame.condition;
    const auto [found, is_new] = known.try_emplace(
        {frame.type, by_type ? "" : condition, by_type ? "" : frame.frame.clip}, clips.size());
    if (is_new) {
      std::string name = frame.type;
      if (!by_type) name += "/" + condition;
      if (!by_type && !frame.frame.clip.empty()) name += "/" + frame.frame.clip;
      clips.push_back({name, {}});
    }
    clips[found->second].frames.push_back(&frame);
  }
  return clips;
}

ClipLooks read_looks(const EvalClip& clip, const LineReader& reader, double min_sharpness,
                     const EvalLocator* locator) {
  LineReader all = reader;
  all.alternatives = std::max(all.alternatives, kRuleAlternatives);
  ClipLooks looks;
  for (std::size_t i = 0; i < clip.frames.size(); ++i) {
    const EvalFrame& frame = *clip.frames[i];
    try {
      const Image picture = load_image(frame.frame.image);
      if (score_frame(picture).sharpness < min_sharpness) continue;
      const Quad quad = locator != nullptr ? locator->locate(picture, frame) : frame.frame.quad;
      FrameLook look = read_look(frame, picture, quad, all);
      look.frame = static_cast<int>(i);
      looks.looks.push_back(std::move(look));
    } catch (const std::exception& error) {
      const std::string what = first_line(error.what());
      const bool named = what.find(frame.frame.image) != std::string::npos;
      looks.errors.push_back(named ? what : frame.frame.image + ": " + what);
    }
  }
  return looks;
}

std::vector<ClipField> score_window(const EvalClip& clip, const ClipLooks& looks,
                                    const LineReader& reader, std::size_t first, std::size_t count,
                                    bool whole) {
  const std::size_t size = clip.frames.size();
  const auto shown = looks_in(looks, size, first, count);
  CombinedLook combined;
  if (!shown.empty())
    combined = combine_looks(shown, combine_options(reader, StopRule{}.cost), today());
  std::vector<ClipField> fields;
  for (const EvalField* field : fields_in(clip, whole ? 0 : first, whole ? size : count)) {
    ClipField result{prediction_of(clip, *field), {}, 0};
    for (std::size_t i = 0; i < combined.fields.size(); ++i) {
      const FieldResult& read = combined.fields[i];
      if (read.spec.name != field->spec.name) continue;
      Prediction& prediction = result.prediction;
      prediction.raw = read.reading.text;
      prediction.text = read.text;
      prediction.confidence = read.confidence;
      prediction.decision = read.decision;
      prediction.ms = read.ms;
      prediction.missing = false;
      result.evidence = prediction.evidence = combined.evidence[i];
      result.frames = read.said.size();
    }
    fields.push_back(std::move(result));
  }
  return fields;
}

void ClipScore::add(const ClipField& field) {
  const Prediction& p = field.prediction;
  const bool right = normalize_text(p.text) == normalize_text(p.truth);
  const bool is_accepted = p.decision == Decision::accept;
  ++fields;
  exact += p.text == p.truth ? 1 : 0;
  exact_norm += right ? 1 : 0;
  accepted += is_accepted ? 1 : 0;
  accepted_wrong += is_accepted && !right ? 1 : 0;
}

ClipEvaluation evaluate_clips(const EvalPlan& plan, ClipBy by,
                              const std::vector<EvalVariant>& variants, const StopRule& stop,
                              const CommonOptions& common, const EvalLocator* locator) {
  ClipEvaluation evaluation;
  evaluation.stop = stop;
  evaluation.precisions.resize(variants.size());
  std::vector<std::map<std::string, std::vector<bool>>> errors(variants.size());
  const std::vector<EvalClip> clips = clips_of(plan, by);
  Batch batch(common);
  const auto produce = [&](std::size_t i) {
    std::vector<ClipLooks> looks;
    for (const EvalVariant& variant : variants)
      looks.push_back(read_looks(clips[i], variant.reader, ClipOptions{}.min_sharpness, locator));
    return looks;
  };
  const auto consume = [&](std::size_t i, const std::vector<ClipLooks>& looks) {
    const ClipLooks& first = looks.front();
    ++evaluation.clips;
    evaluation.frames += static_cast<int>(clips[i].frames.size());
    evaluation.frames_failed += static_cast<int>(first.errors.size());
    evaluation.frames_left_out +=
        static_cast<int>(clips[i].frames.size() - first.looks.size() - first.errors.size());
    for (const std::string& error : first.errors) batch.fail(error);
    for (std::size_t v = 0; v < variants.size(); ++v) {
      ClipScorer(clips[i], looks[v], variants[v].reader, stop, evaluation.precisions[v]).score();
      add_errors(clips[i], looks[v], errors[v]);
    }
  };
  batch.run(clips.size(), "clips", produce, consume);
  evaluation.interrupted = interrupted();
  for (std::size_t v = 0; v < variants.size(); ++v) {
    std::vector<std::vector<bool>> groups;
    for (auto& [name, list] : errors[v]) groups.push_back(std::move(list));
    evaluation.precisions[v].precision = precision_name(variants[v].reader.network->precision());
    evaluation.precisions[v].dependence = intraclass_correlation(groups);
  }
  return evaluation;
}

}  // namespace nibble
