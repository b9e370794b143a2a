#include "app/eval/report_gallery.h"

#include <algorithm>
#include <map>
#include <optional>

#include "app/report/crop_image.h"
#include "nn/error.h"
#include "recognizer/base/alignment.h"
#include "recognizer/base/unicode.h"
#include "recognizer/image/codecs.h"
#include "recognizer/image/image_file.h"
#include "recognizer/page/page.h"

namespace nibble {
namespace {

constexpr int kHeight = 48;     // pixels of a crop in the page
constexpr int kMaxWidth = 900;  // a line of a machine readable zone at that height
constexpr double kMaxScale = 2;
constexpr std::size_t kMaxAlike = 3;

struct Ranked {
  std::size_t position = 0;
  double error = 0;
  double confidence = 0;
};

/// Share of the truth's characters that are wrong, at most 1.
double error_share(const Prediction& prediction) {
  const std::u32string truth = normalize_text(prediction.truth);
  const int distance = edit_distance(truth, normalize_text(prediction.text));
  if (truth.empty()) return distance == 0 ? 0 : 1;
  return std::min(1.0, static_cast<double>(distance) / static_cast<double>(truth.size()));
}

std::vector<Ranked> rank(const std::vector<PrecisionPredictions>& precisions) {
  std::vector<Ranked> ranked;
  for (std::size_t i = 0; i < precisions.front().predictions->size(); ++i) {
    const Prediction& first = (*precisions.front().predictions)[i];
    if (!first.clean || first.missing) continue;
    Ranked entry{i};
    for (const PrecisionPredictions& one : precisions) {
      entry.error += error_share((*one.predictions)[i]) / static_cast<double>(precisions.size());
      entry.confidence += (*one.predictions)[i].confidence;
    }
    if (entry.error > 0) ranked.push_back(entry);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return a.error != b.error ? a.error > b.error : a.confidence > b.confidence;
  });
  return ranked;
}

std::vector<std::size_t> choose(const std::vector<PrecisionPredictions>& precisions,
                                std::size_t most) {
  std::map<std::pair<std::string, std::string>, std::size_t> alike;
  std::vector<std::size_t> chosen;
  for (const Ranked& entry : rank(precisions)) {
    const Prediction& prediction = (*precisions.front().predictions)[entry.position];
    if (chosen.size() == most) break;
    if (alike[{prediction.type, prediction.field}]++ < kMaxAlike) chosen.push_back(entry.position);
  }
  return chosen;
}

std::vector<std::byte> crop_png(const Page& page, const FieldSpec& field, double margin) {
  const FieldCrop crop = crop_field(page, field, margin);
  return encode_png(fit_crop(crop.image, kHeight, kMaxWidth, kMaxScale), field.name);
}

/// A field of the plan.
struct Place {
  const EvalFrame* frame;
  const EvalField* field;
};

/// The plan's fields in the order of the predictions.
std::vector<Place> places(const EvalPlan& plan) {
  std::vector<Place> result;
  for (const EvalFrame& frame : plan.frames) {
    for (const EvalField& field : frame.fields) result.push_back({&frame, &field});
  }
  return result;
}

}  // namespace

std::vector<GalleryItem> worst_fields(const EvalPlan& plan,
                                      const std::vector<PrecisionPredictions>& precisions,
                                      double margin, std::size_t most) {
  std::vector<GalleryItem> items;
  if (precisions.empty()) return items;
  const std::vector<Place> fields = places(plan);
  std::map<const EvalFrame*, std::optional<Page>> pages;
  for (const std::size_t position : choose(precisions, most)) {
    const Prediction& first = (*precisions.front().predictions)[position];
    GalleryItem item{first.type, first.frame, first.field, first.group, first.truth, {}, {}};
    for (const PrecisionPredictions& one : precisions) {
      const Prediction& prediction = (*one.predictions)[position];
      item.readings.push_back({one.precision, prediction.text, prediction.confidence});
    }
    const auto& [frame, field] = fields.at(position);
    try {
      std::optional<Page>& page = pages[frame];
      if (!page)
        page = rectify(load_image(frame->frame.image), frame->frame.quad, frame->template_width,
                       frame->template_height);
      item.png = crop_png(*page, field->spec, margin);
    } catch (const Error&) {
      // It was read a moment ago; without its picture the item still tells what was read.
      item.png.clear();
    }
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace nibble
