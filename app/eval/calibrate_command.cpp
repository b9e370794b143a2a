#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/eval/eval_clip.h"
#include "app/eval/eval_confidence.h"
#include "app/eval/eval_locate.h"
#include "app/eval/eval_run.h"
#include "app/support/batch.h"
#include "app/support/calibration_file.h"
#include "app/support/commands.h"
#include "app/support/exit_codes.h"
#include "app/support/json_text.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "app/support/options.h"
#include "data/binomial.h"
#include "data/correlation.h"
#include "data/fit_confidence.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"

namespace nibble {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFooter =
    "Fits how the evidence for a field (the network's confidence, what the rules found and changed) becomes the confidence that its text\n"
    "is right, and from which confidence on a field is accepted: the lowest at which the share of wrong ones among the accepted is at "
    "most\n"
    "--error-rate, by an upper bound of 95 % (Clopper and Pearson), on documents that the fit had not seen (5 parts). All photographs of\n"
    "one document's text count as one field for the bound, since they fail together.\n"
    "Fields that are more likely wrong than right (confidence below 0.5) are rejected, the others are to be reviewed.\n"
    "\n"
    "Read as nibble eval reads it. Right means: equal to the truth after upper-casing and O = 0, the figure \"norm\" of nibble eval. The\n"
    "result is for the model that read and for data like this. nibble read and nibble eval take it by --calibration FILE, or unasked when\n"
    "it stands beside the model under its name: my-int8.safetensors, my-int8.calibration.json.\n"
    "\n"
    "With --clip the data sets are clips, whose frames are combined, 2, 3, 5 and 8 at a time, with the model's calibration of single\n"
    "pictures; the result is that calibration with the one of clips in it.\n"
    "\n"
    "Examples:\n"
    "  nibble calibrate --clip clips/ --model my-int8.safetensors -o my-int8.calibration.json\n"
    "  nibble calibrate photographs/ --model my-int8.safetensors -o my-int8.calibration.json\n"
    "\n"
    "Exit codes: 0 all well, 1 too few fields or the rate cannot be kept, 2 usage, 3 model or device, 130 interrupted.";

struct CalibrateOptions {
  CommonOptions common;
  std::vector<std::string> datasets;
  std::string layout = "auto";
  std::string quad = "truth";
  std::string output;
  std::string samples;
  double error_rate = 0.01;
  bool hidden = false;
  bool clip = false;
};

/// A field of the fit with what is told of it in --samples.
struct ReadField {
  JudgedField field;
  Prediction prediction;
};

/// Reads a data set and adds its fields; false when Ctrl-C was pressed.
bool read_samples(const CalibrateOptions& options, const std::string& dataset,
                  const EvalVariant& variant, std::vector<ReadField>& samples) {
  const EvalPlan plan = plan_evaluation(dataset, options.layout, "", "", 0);
  for (const std::string& problem : plan.problems) report_warning(options.common, problem);
  std::unique_ptr<EvalLocator> locator;
  if (options.quad == "auto")
    locator = std::make_unique<EvalLocator>(read_dataset(dataset, options.layout), false);
  const EvalRun run = run_evaluation(plan, {variant}, options.common, "", locator.get());
  for (const Prediction& prediction : run.predictions[0]) {
    // Where nothing was read there is nothing to be sure of.
    if (prediction.text.empty() || !(prediction.clean || options.hidden)) continue;
    samples.push_back(
        {{prediction.evidence, is_right(prediction),
          dataset + "\t" + prediction.type + "\t" + prediction.clip, prediction.field},
         prediction});
  }
  return !run.interrupted;
}

std::string samples_text(const std::vector<ReadField>& samples, const Calibration& calibration) {
  std::string text = "document\tframe\tfield\tgroup\ttruth\traw\ttext\tright\tconfidence";
  for (const char* name : kClueNames) text += std::string("\t") + name;
  for (const ReadField& sample : samples) {
    const Prediction& p = sample.prediction;
    std::string document = sample.field.document;
    std::replace(document.begin(), document.end(), '\t', '/');
    text += "\n";
    for (const std::string* cell :
         {&std::as_const(document), &p.frame, &p.field, &p.group, &p.truth, &p.raw, &p.text})
      text += table_cell(*cell) + "\t";
    text += std::string(sample.field.right ? "1" : "0") + "\t" +
            Json(calibrated_confidence(calibration, sample.field.evidence)).dump();
    for (const double value : sample.field.evidence) text += "\t" + Json(value).dump();
  }
  return text + "\n";
}

/// Bias, weights, decisions and what was seen; of `clues` clues.
Json formula_json(const ConfidenceFit& fit, std::size_t clues) {
  const Calibration& calibration = fit.calibration;
  Json weights;
  for (std::size_t i = 0; i < clues; ++i) weights[kClueNames[i]] = calibration.weights[i];
  return {{"bias", calibration.bias},
          {"weights", weights},
          {"decisions",
           {{"accept", calibration.accept},
            {"review", calibration.review},
            {"error_rate", calibration.error_rate}}},
          {"fit",
           {{"documents", fit.documents},
            {"fields", fit.fields},
            {"wrong", fit.wrong},
            {"accepted", fit.accepted},
            {"accepted_wrong", fit.accepted_wrong},
            {"accepted_wrong_bound", fit.upper_bound},
            {"rejected", fit.rejected},
            {"rejected_wrong", fit.rejected_wrong}}}};
}

Json fit_json(const ConfidenceFit& fit, const LoadedModel& model) {
  Json json = {{"schema_version", "1.0"},
               {"model", model.network.digest()},
               {"precision", precision_name(model.network.precision())}};
  json.update(formula_json(fit, kClipClues));
  return json;
}

void print_fit(const ConfidenceFit& fit, const std::string& name) {
  const auto percent = [](int part, int whole) { return whole == 0 ? 0 : 100.0 * part / whole; };
  const Calibration& calibration = fit.calibration;
  std::printf("%s: %d fields of %d documents, %d wrong (%.1f %%)\n", printable_path(name).c_str(),
              fit.fields, fit.documents, fit.wrong, percent(fit.wrong, fit.fields));
  std::printf("log-odds = %.3f", calibration.bias);
  for (std::size_t i = 0; i < calibration.weights.size(); ++i)
    std::printf(" %+.3f %s", calibration.weights[i], kClueNames[i]);
  const Interval interval = binomial_interval(fit.accepted_wrong, fit.accepted);
  std::printf(
      "\naccept from %.4f: %d fields (%.1f %%), %d wrong, %.2f %% (95 %% interval %.2f-%.2f, upper bound %.2f; stated: %g %%)\n",
      calibration.accept, fit.accepted, percent(fit.accepted, fit.fields), fit.accepted_wrong,
      percent(fit.accepted_wrong, fit.accepted), 100 * interval.low, 100 * interval.high,
      100 * fit.upper_bound, 100 * calibration.error_rate);
  std::printf("reject below %.4f: %d fields (%.1f %%), %d wrong, %.1f %%\n", calibration.review,
              fit.rejected, percent(fit.rejected, fit.fields), fit.rejected_wrong,
              percent(fit.rejected_wrong, fit.rejected));
}

ExitCode run_calibrate(const CalibrateOptions& options) {
  const LoadedModel model = load_network(options.common, chosen_precisions(options.common).front());
  LineReader reader;
  reader.network = &model.network;
  std::vector<ReadField> samples;
  for (const std::string& dataset : options.datasets) {
    if (!read_samples(options, dataset, {reader, {}}, samples)) return kExitInterrupted;
  }
  std::vector<JudgedField> fields;
  for (const ReadField& sample : samples) fields.push_back(sample.field);
  if (!options.samples.empty())
    write_text_file(options.samples, samples_text(samples, fit_weights(fields)));
  const ConfidenceFit fit = fit_confidence(fields, options.error_rate);
  if (!options.output.empty())
    write_text_file(options.output, json_text(fit_json(fit, model), 1) + "\n");
  print_fit(fit, model.name);
  return kExitOk;
}

// Frames that are combined for the fit, side by side in each clip: as many as stopping uses.
constexpr std::array<std::size_t, 4> kWindows = {2, 3, 5, 8};

/// What clips tell: fields of several frames together, and whether single readings were wrong, a
/// list for each print.
struct ClipSamples {
  std::vector<JudgedField> fields;
  std::map<std::string, std::vector<bool>> errors;
};

void add_clip(const EvalClip& clip, const ClipLooks& looks, const LineReader& reader,
              const std::string& dataset, ClipSamples& samples) {
  const std::string document = dataset + "\t" + clip.name;
  const auto score = [&](std::size_t count, auto use) {
    for (std::size_t first = 0; first + count <= clip.frames.size(); first += count) {
      for (const ClipField& field : score_window(clip, looks, reader, first, count, false))
        if (!field.prediction.text.empty()) use(field);
    }
  };
  score(1, [&](const ClipField& field) {
    samples.errors[document + "\t" + field.prediction.field].push_back(!is_right(field.prediction));
  });
  for (const std::size_t count : kWindows) {
    score(count, [&](const ClipField& field) {
      if (field.frames > 1)
        samples.fields.push_back(
            {field.evidence, is_right(field.prediction), document, field.prediction.field});
    });
  }
}

/// Reads the clips of a data set; false when Ctrl-C was pressed.
bool read_clips(const CalibrateOptions& options, const std::string& dataset,
                const LineReader& reader, ClipSamples& samples) {
  EvalPlan plan = plan_evaluation(dataset, options.layout, "", "", 0);
  for (const std::string& problem : plan.problems) report_warning(options.common, problem);
  for (EvalFrame& frame : plan.frames) {
    for (EvalField& field : frame.fields) field.clean = field.clean || options.hidden;
  }
  const std::vector<EvalClip> clips = clips_of(plan, ClipBy::condition);
  std::unique_ptr<EvalLocator> locator;
  if (options.quad == "auto")
    locator = std::make_unique<EvalLocator>(read_dataset(dataset, options.layout), false);
  Batch batch(options.common);
  batch.run(
      clips.size(), "clips",
      [&](std::size_t i) {
        return read_looks(clips[i], reader, ClipOptions{}.min_sharpness, locator.get());
      },
      [&](std::size_t i, const ClipLooks& looks) {
        for (const std::string& error : looks.errors) report_warning(options.common, error);
        add_clip(clips[i], looks, reader, dataset, samples);
      });
  return !interrupted();
}

/// Adds what several frames together are worth to the calibration of single pictures, which the
/// weights of the frames come from.
ExitCode run_calibrate_clips(const CalibrateOptions& options) {
  const ReadingModel model =
      load_calibrated(options.common, chosen_precisions(options.common).front());
  if (!model.calibration)
    throw Error(ErrorCode::bad_model,
                "clips are calibrated with single pictures' confidences, which " +
                    printable_path(model.path) + " has not: run nibble calibrate first");
  LineReader reader;
  reader.network = &model.network;
  reader.calibration = &*model.calibration;
  ClipSamples samples;
  for (const std::string& dataset : options.datasets) {
    if (!read_clips(options, dataset, reader, samples)) return kExitInterrupted;
  }
  std::vector<std::vector<bool>> errors;
  for (const auto& [print, list] : samples.errors) errors.push_back(list);
  const ConfidenceFit fit = fit_confidence(samples.fields, options.error_rate);
  const double dependence = intraclass_correlation(errors);
  if (!options.output.empty()) {
    const std::string single =
        std::filesystem::path(model.path).replace_extension(".calibration.json").string();
    Json json = Json::parse(read_text_file(single));
    json["clip"] = formula_json(fit, kClueNames.size());
    json["clip"]["dependence"] = dependence;
    write_text_file(options.output, json_text(json, 1) + "\n");
  }
  print_fit(fit, "clips of " + model.path);
  std::printf("errors of single frames of a clip correlate by %.2f\n", dependence);
  return kExitOk;
}

}  // namespace

void add_calibrate_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "calibrate", "Fit confidences and the decision to accept to a labelled data set");
  const auto options = std::make_shared<CalibrateOptions>();
  command->footer(kFooter);
  command
      ->add_option("DATASET", options->datasets,
                   "Folders of data sets in the layout of MIDV-500, MIDV-2019 or MIDV-2020")
      ->required()
      ->type_name(" ");
  command->add_option("-o,--output", options->output, "Write the calibration here")
      ->check(not_empty())
      ->type_name("FILE");
  command
      ->add_option("--error-rate", options->error_rate,
                   "Share of the accepted fields that may be wrong")
      ->check(between(0.0001, 0.5))
      ->capture_default_str();
  command->add_option("--layout", options->layout, "Layout of the data sets")
      ->check(CLI::IsMember({"auto", "midv500", "midv2020"}))
      ->capture_default_str();
  command
      ->add_option("--quad", options->quad,
                   "Where the documents' corners come from: the data set, or found in each frame")
      ->check(CLI::IsMember({"truth", "auto"}))
      ->capture_default_str();
  command->add_flag(
      "--hidden", options->hidden,
      "Also fields that the table of labels does not call clean: hidden or cut off, as in use");
  command
      ->add_option("--samples", options->samples,
                   "Write the fields with their evidence (tab separated)")
      ->check(not_empty())
      ->type_name("FILE.tsv");
  command
      ->add_flag(
          "--clip", options->clip,
          "Add the calibration of clips to the model's: the frames of a condition are one clip")
      ->excludes("--samples");
  add_model_options(*command, options->common);
  add_jobs_option(*command, options->common);
  add_output_options(*command, options->common);
  command->callback([options, &exit_code] {
    exit_code = options->clip ? run_calibrate_clips(*options) : run_calibrate(*options);
  });
}

}  // namespace nibble
