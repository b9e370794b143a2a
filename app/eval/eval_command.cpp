#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>

#include "app/eval/eval_clip.h"
#include "app/eval/eval_crops.h"
#include "app/eval/eval_find.h"
#include "app/eval/eval_locate.h"
#include "app/eval/eval_names.h"
#include "app/eval/eval_report.h"
#include "app/eval/report_eval.h"
#include "app/report/report_html.h"
#include "app/support/calibration_file.h"
#include "app/support/commands.h"
#include "app/support/exit_codes.h"
#include "app/support/interrupts.h"
#include "app/support/json_text.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "app/support/options.h"
#include "app/support/output_file.h"
#include "nn/digest.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/kinds/template_store.h"

namespace nibble {
namespace {

// Worst fields on the page: enough to see what goes wrong, few enough that it stays small.
constexpr std::size_t kGallery = 30;

struct EvalOptions {
  CommonOptions common;
  std::string dataset;
  std::string layout = "auto";
  std::string quad = "truth";
  std::string document = "truth";
  std::string fields;
  std::string templates;
  std::string predictions;
  std::string crops;
  std::string result;
  std::string html;
  std::string baseline;
  double max_drop = 0;
  double margin = 0.1;
  int beam = 0;
  int limit = 0;
  bool no_rules = false;
  bool sweep = false;
  bool find = false;
  bool by_caption = false;
  std::string names;
  bool clip = false;
  std::string clip_by = "condition";
  StopRule stop;
  std::vector<std::string> perturb;
};

void check_usage(const EvalOptions& options) {
  if (options.document == "auto" && options.quad != "auto") {
    throw Error(ErrorCode::usage, "--template auto finds the document: it goes with --quad auto");
  }
  const std::array<std::pair<const char*, const std::string*>, 3> outputs = {
      {{"--predictions", &options.predictions},
       {"--json", &options.result},
       {"--html", &options.html}}};
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t j = i + 1; j < outputs.size(); ++j) {
      const std::string& path = *outputs[i].second;
      if (path.empty() || path != *outputs[j].second) continue;
      throw Error(ErrorCode::usage, std::string(outputs[i].first) + " and " + outputs[j].first +
                                        " cannot both go to " +
                                        (path == "-" ? "standard output" : printable_path(path)));
    }
  }
  if (options.find && options.by_caption)
    throw Error(ErrorCode::usage, "--find and --by-caption exclude each other");
  if (!options.names.empty() && !options.by_caption)
    throw Error(ErrorCode::usage, "--names goes with --by-caption");
  if (options.clip && (options.sweep || options.find || !options.perturb.empty() ||
                       !options.crops.empty() || !options.baseline.empty()))
    throw Error(ErrorCode::usage,
                "--clip goes without --sweep, --find, --perturb, --crops and --baseline");
  if (options.sweep && !options.perturb.empty())
    throw Error(ErrorCode::usage, "--sweep and --perturb exclude each other");
}

/// The texts of the templates that the rules and --template know, as one digest.
std::string templates_digest(const std::string& folder) {
  std::string texts;
  for (const std::string& file : template_files(folder)) {
    const std::string text = read_text_file(file);
    texts += std::to_string(text.size()) + ":" + text;
  }
  return text_digest(texts);
}

/// All that changes what is read, besides the data set.
nlohmann::json eval_settings(const EvalOptions& options, const std::vector<ReadingModel>& models) {
  nlohmann::json calibrations = nlohmann::json::object();
  nlohmann::json digests = nlohmann::json::object();
  for (const ReadingModel& model : models) {
    digests[precision_name(model.network.precision())] = model.network.digest();
    calibrations[precision_name(model.network.precision())] =
        model.calibration ? nlohmann::json(model.calibration_digest) : nlohmann::json(nullptr);
  }
  return {{"margin", options.margin},
          {"beam", options.beam},
          {"quad", options.quad},
          {"template", options.document},
          {"rules", !options.no_rules},
          {"templates", templates_digest(options.templates)},
          {"perturbations", options.perturb},
          {"models", digests},
          {"calibrations", calibrations}};
}

/// Says what cannot be used, one line each. Returns whether there was any.
bool report_plan(const EvalPlan& plan, const CommonOptions& common) {
  for (const std::string& problem : plan.problems) report_error(problem);
  for (const std::string& note : plan.notes) report_warning(common, note);
  return !plan.problems.empty();
}

LineReader line_reader(const ReadingModel& model, const EvalOptions& options) {
  LineReader reader;
  reader.network = &model.network;
  reader.calibration = model.calibration ? &*model.calibration : nullptr;
  reader.rules = !options.no_rules;
  reader.margin = options.margin;
  reader.beam = options.beam;
  return reader;
}

/// For each model the plain variant, then those of the sweep.
std::vector<EvalVariant> make_variants(const std::vector<ReadingModel>& models,
                                       const EvalOptions& options) {
  std::vector<Perturbation> plain;
  for (const std::string& text : options.perturb) plain.push_back(parse_perturbation(text));
  std::vector<EvalVariant> variants;
  for (const ReadingModel& model : models) {
    const EvalVariant variant{line_reader(model, options), plain};
    variants.push_back(variant);
    if (!options.sweep) continue;
    for (const Perturbation& perturbation : sweep_perturbations()) {
      variants.push_back(variant);
      variants.back().perturbations = {perturbation};
    }
  }
  return variants;
}

PrecisionReport report_precision(const ReadingModel& model,
                                 const std::vector<EvalVariant>& variants, const EvalRun& run,
                                 std::size_t first, std::size_t count) {
  PrecisionReport report;
  const ReaderInfo info = info_of(model);
  report.precision = info.precision;
  report.model = info.model;
  report.digest = info.digest;
  const std::vector<Sample> samples = headline_samples(run.predictions[first]);
  report.scores = score_table(samples);
  report.confusions = confusions(samples);
  report.confidence = confidence_report(model.calibration, run.predictions[first]);
  report.right = headline_right(run.predictions[first]);
  for (std::size_t i = first + 1; i < first + count; ++i) {
    const Score disturbed = score_samples(headline_samples(run.predictions[i]), 0);
    report.sweep.push_back(
        sweep_row(to_string(variants[i].perturbations.front()), report.scores.all, disturbed));
  }
  return report;
}

EvalReport make_report(const EvalOptions& options, const EvalPlan& plan,
                       const std::vector<ReadingModel>& models,
                       const std::vector<EvalVariant>& variants, const EvalRun& run) {
  EvalReport report;
  report.dataset = options.dataset;
  report.isa = chosen_isa(options.common);
  report.clean_rows = plan.has_labels;
  report.margin = options.margin;
  report.beam = options.beam;
  report.settings = eval_settings(options, models);
  report.frames_read = run.frames_read;
  report.frames_failed = run.frames_failed;
  report.unlabelled_frames = plan.unlabelled_frames;
  report.fields = headline_fields(run.predictions.front());
  const std::size_t count = variants.size() / models.size();
  for (std::size_t i = 0; i < models.size(); ++i)
    report.precisions.push_back(report_precision(models[i], variants, run, i * count, count));
  return report;
}

/// None when the data set's own corners are taken.
std::unique_ptr<EvalLocator> make_locator(const EvalOptions& options) {
  if (options.quad != "auto") return nullptr;
  return std::make_unique<EvalLocator>(read_dataset(options.dataset, options.layout),
                                       options.document == "auto");
}

std::vector<ReadingModel> load_models(const CommonOptions& common) {
  std::vector<ReadingModel> models;
  for (const Precision precision : chosen_precisions(common))
    models.push_back(load_calibrated(common, precision));
  return models;
}

/// An output that is opened before the work, so that a path that cannot be written is known at
/// once.
std::unique_ptr<OutputFile> open_output(const std::string& path) {
  return path.empty() ? nullptr : std::make_unique<OutputFile>(path, FileAccess::everyone);
}

void write_output(OutputFile* file, const std::string& text) {
  if (file == nullptr) return;
  file->write(text);
  file->commit();
}

std::string all_predictions(const EvalReport& report, const EvalRun& run) {
  std::string text = prediction_header();
  const std::size_t count = run.predictions.size() / report.precisions.size();
  for (std::size_t i = 0; i < report.precisions.size(); ++i)
    text += prediction_rows(report.precisions[i].precision, run.predictions[i * count]);
  return text;
}

/// The baseline, checked against what will be run; none when none is asked for.
std::optional<Baseline> load_baseline(const EvalOptions& options, const EvalPlan& plan,
                                      const std::vector<ReadingModel>& models) {
  if (options.baseline.empty()) return std::nullopt;
  std::vector<std::string> precisions;
  for (const ReadingModel& model : models)
    precisions.emplace_back(precision_name(model.network.precision()));
  std::size_t fields = 0;
  for (const EvalFrame& frame : plan.frames)
    fields += std::count_if(frame.fields.begin(), frame.fields.end(),
                            [](const auto& f) { return f.clean; });
  fields += std::count_if(plan.unread.begin(), plan.unread.end(),
                          [](const auto& label) { return label.clean; });
  return read_baseline(options.baseline, precisions, fields, eval_settings(options, models));
}

std::string make_page(const EvalOptions& options, const EvalPlan& plan, const EvalReport& report,
                      const EvalRun& run, const std::optional<Baseline>& baseline) {
  EvalPage page{command_line(), utc_now(), {}, {}, baseline, options.max_drop};
  const std::size_t count = run.predictions.size() / report.precisions.size();
  for (std::size_t i = 0; i < report.precisions.size(); ++i)
    page.predictions.push_back({report.precisions[i].precision, &run.predictions[i * count]});
  page.gallery = worst_fields(plan, page.predictions, options.margin, kGallery);
  return eval_page(report, page);
}

/// The exit code of the gate.
ExitCode check_gate(const EvalReport& report, const Baseline& baseline, double max_drop) {
  const std::vector<std::string> fallen = drops(compare_baseline(report, baseline), max_drop);
  for (const std::string& line : fallen) report_error(line);
  return fallen.empty() ? kExitOk : kExitGate;
}

/// Whole pictures, without templates: what is found and read of the labelled fields.
int run_find(const EvalOptions& options) {
  const EvalPlan plan = plan_evaluation(options.dataset, options.layout, options.fields,
                                        options.templates, options.limit);
  const bool problems = report_plan(plan, options.common);
  const auto result_file = open_output(options.result);
  const auto page_file = open_output(options.html);
  const TextReader reader =
      text_reader(options.common, chosen_precisions(options.common).front(), options.margin);
  catch_interrupts();
  const FindEvaluation evaluation =
      evaluate_finding(plan, reader, options.common.jobs, page_file ? kGallery : 0);
  write_output(
      result_file.get(),
      json_text(nlohmann::json{{"dataset", options.dataset}, {"find", find_json(evaluation)}}, 1) +
          "\n");
  if (page_file)
    write_output(page_file.get(), html_page("Finding text", options.dataset + ", " + utc_now(),
                                            find_markup(evaluation)));
  if (options.result != "-" && options.html != "-")
    std::fputs(find_text(evaluation).c_str(), stdout);
  if (evaluation.interrupted) return kExitInterrupted;
  return problems || evaluation.frames_failed > 0 ? kExitSomeFailed : kExitOk;
}

/// Whole pictures, without templates: the fields by their names.
int run_by_caption(const EvalOptions& options) {
  const FieldNames names =
      read_field_names(options.names.empty() ? options.dataset + "/names.tsv" : options.names);
  const EvalPlan plan = plan_evaluation(options.dataset, options.layout, options.fields,
                                        options.templates, options.limit);
  const bool problems = report_plan(plan, options.common);
  const auto result_file = open_output(options.result);
  const auto page_file = open_output(options.html);
  ReaderOptions reading;
  reading.margin = options.margin;
  reading.beam = options.beam;
  reading.rules = !options.no_rules;
  const Reader reader(
      reader_options(options.common, chosen_precisions(options.common).front(), reading));
  catch_interrupts();
  const NameEvaluation evaluation = evaluate_names(plan, names, reader, options.common.jobs);
  write_output(result_file.get(), json_text(nlohmann::json{{"dataset", options.dataset},
                                                           {"by_caption", names_json(evaluation)}},
                                            1) +
                                      "\n");
  if (page_file)
    write_output(page_file.get(),
                 html_page("Fields without a template", options.dataset + ", " + utc_now(),
                           names_markup(evaluation)));
  if (options.result != "-" && options.html != "-")
    std::fputs(names_text(evaluation).c_str(), stdout);
  if (evaluation.interrupted) return kExitInterrupted;
  return problems || evaluation.frames_failed > 0 ? kExitSomeFailed : kExitOk;
}

/// Clips: what several frames come to together.
int run_clips(const EvalOptions& options) {
  const std::vector<ReadingModel> models = load_models(options.common);
  const std::vector<EvalVariant> variants = make_variants(models, options);
  const EvalPlan plan = plan_evaluation(options.dataset, options.layout, options.fields,
                                        options.templates, options.limit);
  const bool problems = report_plan(plan, options.common);
  const auto predictions_file = open_output(options.predictions);
  const auto result_file = open_output(options.result);
  const auto page_file = open_output(options.html);
  catch_interrupts();
  const auto locator = make_locator(options);
  const ClipEvaluation evaluation =
      evaluate_clips(plan, options.clip_by == "type" ? ClipBy::type : ClipBy::condition, variants,
                     options.stop, options.common, locator.get());
  std::string predictions = prediction_header();
  for (const ClipPrecision& precision : evaluation.precisions)
    predictions += prediction_rows(precision.precision, precision.predictions);
  write_output(predictions_file.get(), predictions);
  write_output(
      result_file.get(),
      json_text(nlohmann::json{{"dataset", options.dataset}, {"clips", clip_json(evaluation)}}, 1) +
          "\n");
  if (page_file)
    write_output(page_file.get(),
                 html_page("Clips", options.dataset + ", " + utc_now(), clip_markup(evaluation)));
  if (options.predictions != "-" && options.result != "-" && options.html != "-")
    std::fputs(clip_text(evaluation).c_str(), stdout);
  if (evaluation.interrupted) return kExitInterrupted;
  return problems || evaluation.frames_failed > 0 ? kExitSomeFailed : kExitOk;
}

int run_eval(const EvalOptions& options) {
  check_usage(options);
  if (options.find) return run_find(options);
  if (options.by_caption) return run_by_caption(options);
  if (options.clip) return run_clips(options);
  const std::vector<ReadingModel> models = load_models(options.common);
  const std::vector<EvalVariant> variants = make_variants(models, options);
  const EvalPlan plan = plan_evaluation(options.dataset, options.layout, options.fields,
                                        options.templates, options.limit);
  const bool problems = report_plan(plan, options.common);
  if (plan.frames.empty())
    throw Error(ErrorCode::decode_failed,
                options.dataset + ": no frame with labelled fields can be read");
  const std::optional<Baseline> baseline = load_baseline(options, plan, models);
  const auto predictions_file = open_output(options.predictions);
  const auto result_file = open_output(options.result);
  const auto page_file = open_output(options.html);
  prepare_crops(options.crops);
  catch_interrupts();
  const auto locator = make_locator(options);
  const EvalRun run = run_evaluation(plan, variants, options.common, options.crops, locator.get());
  const EvalReport report = make_report(options, plan, models, variants, run);
  write_output(predictions_file.get(), all_predictions(report, run));
  write_output(result_file.get(), json_text(report_json(report), 1) + "\n");
  if (page_file) write_output(page_file.get(), make_page(options, plan, report, run, baseline));
  if (options.predictions != "-" && options.result != "-" && options.html != "-")
    std::fputs(report_text(report).c_str(), stdout);
  if (run.interrupted) return kExitInterrupted;
  if (baseline && check_gate(report, *baseline, options.max_drop) != kExitOk) return kExitGate;
  return problems || run.frames_failed > 0 ? kExitSomeFailed : kExitOk;
}

constexpr const char* kFooter =
    "Figures are over the fields that the table of labels calls clean, or over all fields with a value when there is none.\n"
    "norm compares after upper-casing, O = 0 and trimming; PCR = 1 - sum(min(edit distance, length)) / sum(length) after the same.\n"
    "Decisions: what calibrated confidences accept, leave for review and reject, with exact binomial 95 % intervals of the wrong ones.\n"
    "Ranges are 95 % bootstrap intervals over clips (type and condition). A field that could not be read counts as empty text.\n"
    "Groups without a table of labels are guessed from the value: mrz has a '<', date is 6 to 8 digits with at least two separators,\n"
    "docnum has any other digit, latin the rest.\n"
    "\n"
    "Examples:\n"
    "  nibble eval midv500 --precision f32 --no-rules --predictions p.tsv --json result.json\n"
    "  nibble eval midv500 --precision f32,int8,int4 --html eval.html    a page with plots and the worst fields\n"
    "  nibble eval midv500 --baseline result.json --max-drop 0.5     exit code 4 when accuracy fell by more than 0.5 points\n"
    "  nibble eval midv500 --find --html find.html                   what is found in whole pictures, and what is missed\n"
    "  nibble eval midv500 --by-caption                              which fields are named right without a template\n"
    "  nibble eval midv500 --clip --html clips.html                  clips: accuracy by number of frames\n"
    "  nibble eval midv500 --sweep                                   how accuracy changes when the crops are disturbed\n"
    "\n"
    "Exit codes: 0 all well, 1 some frames could not be read, 2 usage, 3 model or device, 4 below --baseline, 130 interrupted.";

void add_input_options(CLI::App& command, EvalOptions& options) {
  command
      .add_option(
          "DATASET", options.dataset,
          "Folder of a data set in the layout of MIDV-500, MIDV-2019 or MIDV-2020, or of one part of it")
      ->required();
  command.add_option("--layout", options.layout, "Layout of the data set")
      ->check(CLI::IsMember({"auto", "midv500", "midv2020"}))
      ->capture_default_str();
  command
      .add_option("--quad", options.quad,
                  "Where the document's corners come from: the data set, or found in each frame")
      ->check(CLI::IsMember({"truth", "auto"}))
      ->capture_default_str();
  command
      .add_option("--template", options.document,
                  "Whether the kind of document is known or has to be found out (with --quad auto)")
      ->check(CLI::IsMember({"truth", "auto"}))
      ->capture_default_str();
  command
      .add_option(
          "--fields", options.fields,
          "Table of labels: groups and clean flags (default: DATASET/fields.tsv when there)")
      ->check(not_empty())
      ->type_name("FILE.tsv");
  command
      .add_option(
          "--templates", options.templates,
          "Folder of templates, whose formats and alphabets the rules know for types of the same name (default: the shipped ones)")
      ->check(not_empty())
      ->type_name("FOLDER");
  command.add_option("--limit", options.limit, "Read only the first N frames")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000'000));
}

void add_reading_options(CLI::App& command, EvalOptions& options) {
  command.add_flag("--no-rules", options.no_rules, "Score the readings as the network gives them");
  command.add_option("--margin", options.margin, "Margin around a field, share of its height")
      ->check(between(0, 2))
      ->capture_default_str();
  command.add_option("--beam", options.beam, "Width of the prefix beam search; 0 decodes greedily")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  command
      .add_option(
          "--perturb", options.perturb,
          "Disturb where fields are looked for: scale=, shift_x=, shift_y= (frame pixels), rotate= (degrees)")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--find", options.find,
                   "Score what is found and read in the whole pictures, without templates");
  command.add_flag("--by-caption", options.by_caption,
                   "Score the fields that are named in the whole pictures, without templates");
  command
      .add_option(
          "--names", options.names,
          "Table that says what the fields are, with --by-caption: columns type, field, name "
          "(default: DATASET/names.tsv)")
      ->check(not_empty())
      ->type_name("FILE.tsv");
  auto* clip = command.add_flag(
      "--clip", options.clip,
      "Score clips: accuracy by number of frames, and the frames that the stopping rule uses");
  command
      .add_option("--clip-by", options.clip_by,
                  "What a clip is: the frames of a type's condition, or all of a type")
      ->check(CLI::IsMember({"condition", "type"}))
      ->needs(clip)
      ->capture_default_str();
  command.add_option("--stop-cost", options.stop.cost, "Of a frame, as in nibble read --clip")
      ->check(between(0.0001, 1))
      ->needs(clip)
      ->capture_default_str();
  command.add_flag(
      "--sweep", options.sweep,
      "Also read with scale +-10 %, shift +-2 px and rotation +-2 degrees, and print the drops");
}

void add_result_options(CLI::App& command, EvalOptions& options) {
  command
      .add_option("--predictions", options.predictions,
                  "Write every reading (tab separated; tabs and line breaks become spaces)")
      ->check(not_empty())
      ->type_name("FILE.tsv");
  command
      .add_option("--crops", options.crops,
                  "Write each field's crop and normalised line as FOLDER/TYPE/FRAME/FIELD.png")
      ->check(not_empty())
      ->type_name("FOLDER");
  command.add_option("--json", options.result, "Write the figures as JSON")
      ->check(not_empty())
      ->type_name("FILE");
  command
      .add_option(
          "--html", options.html,
          "Write a page with plots, confusions and the worst fields; it needs no other file")
      ->check(not_empty())
      ->type_name("FILE");
  CLI::Option* baseline =
      command.add_option("--baseline", options.baseline, "Compare with an earlier --json file");
  baseline->check(not_empty())->type_name("FILE");
  command
      .add_option(
          "--max-drop", options.max_drop,
          "Most points that exact norm or PCR may fall below the baseline, else exit code 4")
      ->type_name("POINTS")
      ->check(between(0, 100))
      ->needs(baseline)
      ->capture_default_str();
}

}  // namespace

void add_eval_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "eval", "Accuracy on a data set in the layout of MIDV-500, MIDV-2019 or MIDV-2020");
  const auto options = std::make_shared<EvalOptions>();
  add_input_options(*command, *options);
  add_reading_options(*command, *options);
  add_result_options(*command, *options);
  add_model_options(*command, options->common, PrecisionOption::list);
  add_calibration_option(*command, options->common);
  add_jobs_option(*command, options->common);
  add_output_options(*command, options->common);
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = run_eval(*options); });
}

}  // namespace nibble
