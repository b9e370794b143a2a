#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands/line_set.h"
#include "app/support/commands.h"
#include "app/support/exit_codes.h"
#include "app/support/json_text.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "app/support/options.h"
#include "nn/checked_json.h"
#include "nn/error.h"
#include "nn/metadata.h"
#include "quant/equalize.h"
#include "quant/quantize.h"
#include "quant/quantize_picture.h"
#include "quant/report.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/base/unicode.h"
#include "recognizer/image/image_file.h"
#include "recognizer/page/normalize.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFooter =
    "The scales of the activations come from a calibration on --lines: a folder of pictures of one text line each, with a\n"
    "labels.tsv (file name, tab, text); first the ranges of the channels of a layer are evened out. A model that was\n"
    "fine-tuned for integers brings its scales; then lines are needed for the report alone.\n"
    "\n"
    "The report says for each layer its bits and scale, the greatest output on the lines, the share of outputs beyond the\n"
    "levels, the signal to quantisation noise of weights and outputs in dB, and the share of lines read right when this\n"
    "layer alone is quantised.\n"
    "\n"
    "Examples:\n"
    "  nibble quantize nibble-f32.safetensors --precision int8 --lines lines/ -o nibble-int8.safetensors\n"
    "  nibble quantize int4-ranges.safetensors -o nibble-int4.safetensors --lines lines/ --report report.json\n"
    "\n"
    "Exit codes: 0 all well, 1 lines or output failed, 2 usage, 3 a model that can't be quantised.";

struct QuantizeArguments {
  std::string model;
  std::string output;
  std::string precision;
  std::string method = "mse";
  std::string lines;
  std::string report;
  int limit = 1000;
  CommonOptions common;
};

/// Class numbers of a text; empty for one with a character that the alphabet lacks.
std::vector<int> classes_of(const std::string& text, const std::map<std::string, int>& alphabet) {
  std::vector<int> classes;
  for (const char32_t character : decode_utf8(text)) {
    const auto found = alphabet.find(encode_utf8(character));
    if (found == alphabet.end()) return {};
    classes.push_back(found->second);
  }
  return classes;
}

std::vector<CalibrationLine> load_lines(const QuantizeArguments& arguments,
                                        const ModelFile& model) {
  std::vector<CalibrationLine> lines;
  if (arguments.lines.empty()) return lines;
  std::map<std::string, int> alphabet;
  for (const std::string& character : read_alphabet(model, arguments.model))
    alphabet.emplace(character, static_cast<int>(alphabet.size()) + 1);
  std::vector<LabelledLine> set = read_line_set(arguments.lines);
  if (set.size() > static_cast<std::size_t>(arguments.limit))
    set.resize(static_cast<std::size_t>(arguments.limit));
  for (const LabelledLine& entry : set) {
    LineImage line = normalize_line(load_image(entry.path));
    const Shape shape = line.view().shape;
    const std::vector<int> classes = classes_of(entry.text, alphabet);
    if (classes.empty()) {
      report_warning(arguments.common,
                     printable_path(entry.path) +
                         ": its text has characters that the model does not know; left out");
      continue;
    }
    lines.push_back({shape, std::move(line.pixels), classes});
  }
  return lines;
}

Json report_json(const QuantizeArguments& arguments, const QuantReport& report,
                 const std::string& digest) {
  Json layers = Json::array();
  for (const LayerReport& layer : report.layers) {
    layers.push_back({{"name", layer.name},
                      {"weight_bits", layer.weight_bits},
                      {"output_bits", layer.output_bits},
                      {"output_scale", layer.output_scale},
                      {"greatest_output", layer.greatest},
                      {"clipped_share", layer.clipped_share},
                      {"weight_sqnr_db", layer.weight_sqnr},
                      {"output_sqnr_db", layer.output_sqnr},
                      {"right_alone", layer.right_alone}});
  }
  return {{"model", arguments.model},
          {"output", arguments.output},
          {"digest", digest},
          {"precision", report.precision},
          {"scales", report.origin},
          {"lines", report.lines},
          {"right_f32", report.right_f32},
          {"right_quantized", report.right_quantized},
          {"layers", layers}};
}

void print_report(const QuantReport& report) {
  std::printf("%s, scales %s, %zu lines\n\n", report.precision.c_str(), report.origin.c_str(),
              report.lines);
  std::printf("%-12s %7s %7s %10s %10s %9s %10s %10s %12s\n", "layer", "weights", "outputs",
              "level", "greatest", "clipped", "weight dB", "output dB", "right alone");
  for (const LayerReport& layer : report.layers) {
    std::printf("%-12s %7d ", layer.name.c_str(), layer.weight_bits);
    if (layer.output_bits == 0) {
      std::printf("%7s %10s %10s %9s %10.1f %10s", "sums", "-", "-", "-", layer.weight_sqnr, "-");
    } else {
      std::printf("%7d %10.5f %10.3f %8.3f%% %10.1f %10.1f", layer.output_bits, layer.output_scale,
                  layer.greatest, 100 * layer.clipped_share, layer.weight_sqnr, layer.output_sqnr);
    }
    std::printf(" %11.2f%%\n", 100 * layer.right_alone);
  }
  if (report.lines > 0)
    std::printf("\nlines read right: float %.2f %%, integers %.2f %%\n", 100 * report.right_f32,
                100 * report.right_quantized);
}

QuantParams choose_params(const QuantizeArguments& arguments, const ModelFile& model,
                          const std::vector<CalibrationLine>& lines) {
  const std::string name = printable_path(arguments.model);
  if (has_learned_ranges(model)) {
    QuantParams params = learned_ranges(model, name);
    if (!arguments.precision.empty() && arguments.precision != precision_name(params.precision)) {
      throw Error(ErrorCode::usage, name + ": its scales were learned for " +
                                        precision_name(params.precision) + ", not " +
                                        arguments.precision);
    }
    return params;
  }
  if (lines.empty())
    throw Error(ErrorCode::usage,
                name + ": has no scales learned in training; give --lines FOLDER to calibrate on");
  const auto precision =
      parse_precision(arguments.precision.empty() ? "int8" : arguments.precision);
  return calibrate(model, lines, *precision, *parse_range_method(arguments.method), name);
}

/// Adds to the training record how the scales were found; learned ones have it from training.
void record_calibration(const QuantizeArguments& arguments, std::size_t lines, Precision precision,
                        ModelFile& quantized) {
  std::string& training = quantized.metadata["training"];
  Json record = training.empty()
                    ? Json::object()
                    : parse_ordered_json(training, "the training", ErrorCode::bad_model);
  if (!record.is_object()) record = Json::object();
  record["quantization"] = {{"precision", precision_name(precision)},
                            {"method", arguments.method},
                            {"lines", lines},
                            {"equalized", true}};
  training = record.dump();
}

/// A model for pictures: its scales come from training alone.
ExitCode quantize_finder(const QuantizeArguments& arguments, const ModelFile& model) {
  const std::string name = printable_path(arguments.model);
  if (!has_learned_ranges(model))
    throw Error(ErrorCode::usage,
                name + ": has no scales learned in training, which a model that finds lines needs");
  if (!arguments.lines.empty() || !arguments.report.empty())
    throw Error(ErrorCode::usage, name + ": --lines and --report are for models that read lines");
  const ModelFile quantized = quantize_picture_model(model, name);
  if (const std::string& precision = quantized.metadata.at("precision");
      !arguments.precision.empty() && arguments.precision != precision) {
    throw Error(ErrorCode::usage, name + ": its scales were learned for " + precision + ", not " +
                                      arguments.precision);
  }
  write_model(quantized, arguments.output);
  if (!arguments.common.quiet)
    std::printf("%s, scales learned in training\n", quantized.metadata.at("precision").c_str());
  return kExitOk;
}

/// The model that is read must not be the file that is written, whatever their names.
void check_quantize_output(const QuantizeArguments& arguments) {
  std::error_code error;
  for (const std::string& path : {arguments.output, arguments.report}) {
    if (std::filesystem::equivalent(path, arguments.model, error))
      throw Error(ErrorCode::usage,
                  printable_path(path) + ": is the model that is read; write to another file");
  }
}

ExitCode run_quantize(const QuantizeArguments& arguments) {
  check_quantize_output(arguments);
  ModelFile model = read_model_file(arguments.model);
  const std::string name = printable_path(arguments.model);
  if (model_task(model, name) == ModelTask::find) return quantize_finder(arguments, model);
  const std::vector<CalibrationLine> lines = load_lines(arguments, model);
  const bool learned = has_learned_ranges(model);
  if (!learned && !lines.empty()) model = equalize_channels(model, lines, name);
  const QuantParams params = choose_params(arguments, model, lines);
  ModelFile quantized = quantize(model, params, name);
  if (!learned) record_calibration(arguments, lines.size(), params.precision, quantized);
  const QuantReport report = make_report(model, quantized, params, lines, name);
  write_model(quantized, arguments.output);
  if (!arguments.report.empty()) {
    write_text_file(
        arguments.report,
        json_text(report_json(arguments, report, Network(quantized, name).digest()), 2) + "\n");
  }
  if (!arguments.common.quiet) print_report(report);
  return kExitOk;
}

}  // namespace

void add_quantize_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("quantize", "Turn a float model into one of 8 or 4 bits, with a report");
  const auto arguments = std::make_shared<QuantizeArguments>();
  command->footer(kFooter);
  command->add_option("MODEL", arguments->model, "Float model file")
      ->required()
      ->check(not_empty())
      ->type_name(" ");
  command->add_option("-o,--output", arguments->output, "Model file to write")
      ->required()
      ->check(not_empty())
      ->type_name("FILE");
  command
      ->add_option("--precision", arguments->precision,
                   "Bits of the result (default: int8, or what the scales were learned for)")
      ->check(CLI::IsMember({"int8", "int4"}));
  command
      ->add_option("--lines", arguments->lines,
                   "Pictures of text lines to calibrate on and to report about")
      ->check(not_empty())
      ->type_name("FOLDER");
  command->add_option("--limit", arguments->limit, "Use the first N lines alone")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--method", arguments->method, "How calibration chooses scales")
      ->check(CLI::IsMember({"minmax", "percentile", "mse"}))
      ->capture_default_str();
  command->add_option("--report", arguments->report, "Write the report as JSON")
      ->check(not_empty())
      ->type_name("FILE");
  add_output_options(*command, arguments->common);
  command->callback([arguments, &exit_code] { exit_code = run_quantize(*arguments); });
}

}  // namespace nibble
