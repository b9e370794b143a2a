#include "app/eval/eval_run.h"

#include <exception>
#include <utility>

#include "app/eval/eval_crops.h"
#include "app/support/batch.h"
#include "app/support/interrupts.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/image/image_file.h"

namespace nibble {
namespace {

/// The fields of one frame in all variants, or why there are none.
struct FrameReading {
  std::vector<std::vector<FieldResult>> results;
  std::vector<std::vector<Evidence>> evidence;
  std::string error;
};

std::vector<FieldSpec> specs_of(const EvalFrame& frame, const Page& page,
                                const std::vector<Perturbation>& perturbations) {
  std::vector<FieldSpec> specs;
  for (const EvalField& field : frame.fields) {
    FieldSpec spec = field.spec;
    for (const Perturbation& perturbation : perturbations) spec = perturb(spec, page, perturbation);
    specs.push_back(std::move(spec));
  }
  return specs;
}

/// Reads a page in one variant, as nibble read does.
void read_variant(const EvalFrame& frame, const Page& page, const Image& picture,
                  const EvalVariant& variant, FrameReading& reading) {
  JudgedFields judged =
      read_page(variant.reader, page, specs_of(frame, page, variant.perturbations), picture.width,
                picture.height);
  auto& evidence = reading.evidence.emplace_back();
  for (const FieldResult& field : judged.fields)
    evidence.push_back(evidence_of(field, picture.width, picture.height));
  reading.results.push_back(std::move(judged.fields));
}

FrameReading read_frame(const EvalFrame& frame, const std::vector<EvalVariant>& variants,
                        const std::string& crops, const EvalLocator* locator) {
  FrameReading reading;
  try {
    const Image picture = load_image(frame.frame.image);
    const Quad quad = locator != nullptr ? locator->locate(picture, frame) : frame.frame.quad;
    const Page page =
        rectify(picture, quad, frame.template_width, frame.template_height, PageColor::grey);
    const EvalVariant& first = variants.front();
    if (!crops.empty())
      write_crops(frame, page, specs_of(frame, page, first.perturbations), first.reader.margin,
                  crops);
    for (const EvalVariant& variant : variants)
      read_variant(frame, page, picture, variant, reading);
  } catch (const Error& error) {
    const std::string what = error.what();
    const bool named = what.find(frame.frame.image) != std::string::npos;
    reading.error = named ? what : frame.frame.image + ": " + what;
  } catch (const std::exception& error) {
    reading.error = frame.frame.image + ": " + first_line(error.what());
  }
  return reading;
}

Prediction without_reading(const EvalFrame& frame, const EvalField& field) {
  Prediction prediction;
  prediction.type = frame.type;
  prediction.frame = frame.frame.id;
  prediction.condition = frame.frame.condition;
  prediction.clip = frame.frame.clip;
  prediction.field = field.spec.name;
  prediction.group = field.group;
  prediction.clean = field.clean;
  prediction.truth = field.truth;
  prediction.missing = true;
  return prediction;
}

Prediction without_reading(const FieldLabel& label) {
  Prediction prediction;
  prediction.type = label.type;
  prediction.frame = label.frame;
  prediction.condition = label.frame.substr(0, label.frame.find('/'));
  prediction.field = label.field;
  prediction.group = label.group;
  prediction.clean = label.clean;
  prediction.truth = label.value;
  prediction.missing = true;
  return prediction;
}

/// The fields of a frame in one variant; without a reading when it failed.
void add_results(const EvalFrame& frame, const FrameReading& reading, std::size_t variant,
                 std::vector<Prediction>& predictions) {
  for (std::size_t i = 0; i < frame.fields.size(); ++i) {
    Prediction prediction = without_reading(frame, frame.fields[i]);
    if (reading.error.empty()) {
      const FieldResult& result = reading.results[variant][i];
      prediction.raw = result.reading.text;
      prediction.text = result.text;
      prediction.confidence = result.confidence;
      prediction.decision = result.decision;
      prediction.evidence = reading.evidence[variant][i];
      prediction.ms = result.ms;
      prediction.missing = false;
    }
    predictions.push_back(std::move(prediction));
  }
}

}  // namespace

EvalRun run_evaluation(const EvalPlan& plan, const std::vector<EvalVariant>& variants,
                       const CommonOptions& common, const std::string& crops,
                       const EvalLocator* locator) {
  EvalRun run;
  run.predictions.resize(variants.size());
  Batch batch(common);
  const auto produce = [&](std::size_t i) {
    return read_frame(plan.frames[i], variants, crops, locator);
  };
  const auto consume = [&](std::size_t i, const FrameReading& reading) {
    const bool failed = !reading.error.empty();
    if (failed) batch.fail(reading.error);
    ++(failed ? run.frames_failed : run.frames_read);
    for (std::size_t v = 0; v < variants.size(); ++v)
      add_results(plan.frames[i], reading, v, run.predictions[v]);
  };
  batch.run(plan.frames.size(), "frames", produce, consume);
  run.interrupted = interrupted();
  for (std::vector<Prediction>& predictions : run.predictions) {
    for (const FieldLabel& label : plan.unread) predictions.push_back(without_reading(label));
  }
  return run;
}

}  // namespace nibble
