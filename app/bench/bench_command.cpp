#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>

#include "app/bench/bench_commands.h"
#include "app/bench/report_bench.h"
#include "app/eval/eval_report.h"
#include "app/report/report_html.h"
#include "app/support/commands.h"
#include "app/support/exit_codes.h"
#include "app/support/json_text.h"
#include "app/support/models.h"
#include "app/support/options.h"
#include "app/support/output_file.h"
#include "app/support/processor.h"
#include "app/support/version.h"
#include "nn/checked_json.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFooter =
    "Times are medians over rounds in which all kernels and precisions take turns, so that a drift of the machine hits all\n"
    "alike. Measure on an idle machine: the JSON holds its load. One thread unless said otherwise.\n"
    "\n"
    "Examples:\n"
    "  nibble bench net                          float, 8 and 4 bits on every instruction set that this processor has\n"
    "  nibble bench net --isa portable --json n.json\n"
    "  nibble bench pipeline --precision int4    where the time of a document goes\n"
    "  nibble bench pipeline --template auto     the same with finding the document in the picture\n"
    "  nibble bench pipeline --template none     all lines of the picture found and read\n"
    "  nibble bench kinds --kinds 10,1000        made-up kinds of document by the thousand\n"
    "  nibble bench report n.json p.json --eval e.json --html bench.html   speed and accuracy on one page";

CLI::App* add(CLI::App& bench, const std::shared_ptr<BenchOptions>& options, const char* name,
              const char* what) {
  CLI::App* command = bench.add_subcommand(name, what);
  add_model_options(*command, options->common, PrecisionOption::list);
  add_output_options(*command, options->common);
  command->add_option("--json", options->json, "Write the result to a file")
      ->check(not_empty())
      ->type_name("FILE");
  command->add_option("--html", options->html, "Write the result as a page; it needs no other file")
      ->check(not_empty())
      ->type_name("FILE");
  command
      ->add_option("--eval", options->eval,
                   "Result of nibble eval --json: accuracy beside speed on the page")
      ->check(not_empty())
      ->type_name("FILE.json");
  command->add_option("--rounds", options->rounds, "Samples of each measurement")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  return command;
}

nlohmann::json read_json(const std::string& path) {
  nlohmann::json result =
      parse_checked_json(read_text_file(path), printable_path(path), ErrorCode::decode_failed);
  if (!result.is_object())
    throw Error(ErrorCode::decode_failed, printable_path(path) + ": is not a JSON object");
  return result;
}

/// A result of nibble eval, or null when none is given.
nlohmann::json read_accuracy(const std::string& path) {
  if (path.empty()) return nullptr;
  nlohmann::json result = read_json(path);
  if (!result.contains("precisions"))
    throw Error(ErrorCode::decode_failed,
                printable_path(path) + ": is not a result of nibble eval --json");
  return result;
}

/// The page of results that were written before.
ExitCode report_results(const std::vector<std::string>& files, const std::string& eval,
                        const std::string& html) {
  std::vector<nlohmann::json> results;
  for (const std::string& file : files) results.push_back(read_json(file));
  const nlohmann::json merged = merge_benchmarks(results, files);
  OutputFile page(html, FileAccess::everyone);
  page.write(bench_page(merged, read_accuracy(eval), command_line(), utc_now()));
  page.commit();
  return kExitOk;
}

void add_report(CLI::App& bench, const std::shared_ptr<BenchOptions>& options, int& exit_code) {
  CLI::App* report = bench.add_subcommand(
      "report", "One page of results that --json wrote, without measuring again");
  const auto files = std::make_shared<std::vector<std::string>>();
  report->add_option("RESULT", *files, "Results of nibble bench gemm, net and pipeline")
      ->required()
      ->type_name("FILE.json...");
  report->add_option("--html", options->html, "The page (default: standard output)")
      ->check(not_empty())
      ->type_name("FILE");
  report->add_option("--eval", options->eval, "Result of nibble eval --json: accuracy beside speed")
      ->check(not_empty())
      ->type_name("FILE.json");
  report->callback([options, files, &exit_code] {
    exit_code = report_results(*files, options->eval, options->html);
  });
}

void connect(CLI::App& command, const std::shared_ptr<BenchOptions>& options,
             Json (*run)(const BenchOptions&), int& exit_code) {
  command.callback([options, run, &exit_code] {
    check_device(options->common);
    // Before the work, so that a file that cannot be used is known at once.
    const nlohmann::json accuracy = read_accuracy(options->eval);
    const auto page = options->html.empty()
                          ? nullptr
                          : std::make_unique<OutputFile>(options->html, FileAccess::everyone);
    const Json json = run(*options);
    if (!options->json.empty()) write_text_file(options->json, json_text(json, 1) + "\n");
    if (page) {
      const nlohmann::json merged = merge_benchmarks({nlohmann::json(json)}, {"result"});
      page->write(bench_page(merged, accuracy, command_line(), utc_now()));
      page->commit();
    }
    exit_code = kExitOk;
  });
}

void add_gemm(CLI::App& bench, const std::shared_ptr<BenchOptions>& options, int& exit_code) {
  CLI::App* gemm =
      add(bench, options, "gemm",
          "Kernels on matrix products and on the layers of the network, beside other libraries");
  gemm->add_option("--arm-model", options->arm_model,
                   "Result of tests/bench/arm_model.py to put into the JSON")
      ->type_name("FILE");
  gemm->add_flag("!--no-peers", options->peers, "Only our own kernels");
  connect(*gemm, options, bench_gemm, exit_code);
}

void add_conv(CLI::App& bench, const std::shared_ptr<BenchOptions>& options, int& exit_code) {
  CLI::App* conv =
      add(bench, options, "conv",
          "Kernels on 3x3 convolutions, direct and by Winograd's algorithm, beside oneDNN");
  conv->add_flag("!--no-peers", options->peers, "Only our own kernels");
  conv->add_flag("--sweep", options->sweep,
                 "Winograd's algorithm against the direct kernel over many numbers of channels");
  connect(*conv, options, bench_conv, exit_code);
}

void add_net(CLI::App& bench, const std::shared_ptr<BenchOptions>& options, int& exit_code) {
  CLI::App* net = add(bench, options, "net",
                      "The whole network, each precision on each instruction set, layer by layer");
  net->add_option("--width", options->widths,
                  "Widths of the line in pixels (default: 64,128,256,512,768)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(4, 4096));
  connect(*net, options, bench_net, exit_code);
}

void add_pipeline(CLI::App& bench, const std::shared_ptr<BenchOptions>& options, int& exit_code) {
  CLI::App* pipeline =
      add(bench, options, "pipeline", "A document's stages from the picture file to the text");
  pipeline
      ->add_option("DATASET", options->dataset,
                   "Documents in MIDV-500's layout (default: the shipped samples)")
      ->type_name(" ");
  pipeline
      ->add_option(
          "--template", options->document,
          "Whether the document's kind and corners are known, found in each picture, or neither "
          "(none): then all lines are read")
      ->check(CLI::IsMember({"truth", "auto", "none"}))
      ->capture_default_str();
  pipeline
      ->add_option("--templates", options->templates,
                   "Folder of the templates for --template auto (default: the shipped ones)")
      ->check(not_empty())
      ->type_name("FOLDER");
  connect(*pipeline, options, bench_pipeline, exit_code);
}

void add_kinds(CLI::App& bench, const std::shared_ptr<BenchOptions>& options, int& exit_code) {
  CLI::App* kinds =
      add(bench, options, "kinds",
          "What knowing many kinds of document costs: time, memory, and what is found");
  kinds
      ->add_option("--kinds", options->kinds,
                   "How many made-up kinds are known (default: 10,100,1000,5000)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(1, 60000));
  connect(*kinds, options, bench_kinds, exit_code);
}

}  // namespace

Json bench_environment(const std::vector<std::string>& isas) {
  double load = 0;
  getloadavg(&load, 1);
  return {{"cpu", processor_name()},
          {"isa", isas},
          {"load", load},
          {"compiler", __VERSION__},
          {"commit", build_commit()}};
}

void add_bench_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<BenchOptions>();
  CLI::App* bench = app.add_subcommand("bench", "Measure speed on this machine");
  bench->require_subcommand(1);
  bench->footer(kFooter);
  for (const auto add_one : {add_gemm, add_conv, add_net, add_pipeline, add_kinds, add_report})
    add_one(*bench, options, exit_code);
}

}  // namespace nibble
