#include "app/mrz_command.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <set>

#include "app/calibration_file.h"
#include "app/common.h"
#include "app/output_mrz.h"
#include "app/progress.h"
#include "app/read_artifacts.h"
#include "app/read_inputs.h"
#include "app/read_output.h"
#include "recognizer/base/ordered_loop.h"
#include "recognizer/base/text.h"

namespace nibble {
namespace {

constexpr const char* kFooter =
    "The zone is looked for on the whole picture, at any of the four orientations: passports (TD3), cards (TD1, TD2), visas (MRV-A,\n"
    "MRV-B), the French card issued until 2021 and the Romanian card. Its reading is corrected by what may stand where and by the\n"
    "check digits; every change is reported. \"valid\" means that all check digits match, all days exist and no character is in doubt.\n"
    "Years have two digits: of birth the latest not after today is meant, of expiry one within 50 years of today.\n"
    "\n"
    "Examples:\n"
    "  nibble mrz passport.jpg\n"
    "  nibble mrz --format jsonl -o zones.jsonl -j 2 scans/\n"
    "\n"
    "Exit codes: 0 all well, 1 some inputs failed or show no zone, 2 usage, 3 model or device.";

struct MrzArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  std::string format = "text";
  std::string output;
  int alternatives = ReadOptions{}.alternatives;
  bool no_rules = false;
  bool fail_fast = false;
};

ReadTask make_task(const MrzArguments& arguments) {
  ReadTask task;
  task.mrz = true;
  task.rules = !arguments.no_rules;
  task.alternatives = arguments.alternatives;
  task.options.alternatives = arguments.alternatives;
  return task;
}

ExitCode run_mrz(const MrzArguments& arguments) {
  const std::vector<ReadInput> inputs = expand_inputs(arguments.inputs);
  const LoadedModel model =
      load_network(arguments.common, chosen_precisions(arguments.common).front());
  const auto calibration = load_calibration(arguments.common, model);
  const ToolInfo tool = tool_info(model, chosen_isa(arguments.common), calibration);
  check_output(arguments.output, inputs);
  OutputFile out(arguments.output);
  const bool several = inputs.size() > 1;
  const auto writer = arguments.format == "text"
                          ? make_mrz_text_writer(out, several)
                          : make_writer(arguments.format, out, tool, several, false);
  ReadTask task = make_task(arguments);
  task.calibration = calibration;
  catch_interrupts();
  Progress progress(arguments.common, inputs.size(), "files");
  bool some_failed = false;
  std::set<std::string> reported;
  for_each_ordered(
      inputs.size(), arguments.common.jobs,
      [&](std::size_t i) { return read_input(model.network, inputs[i], task); },
      [&](std::size_t, const std::vector<DocumentResult>& results) {
        for (const DocumentResult& result : results) {
          if (result.failure && reported.insert(result.failure->message).second)
            report_error(result.failure->message);
          some_failed = some_failed || result.failure;
          writer->add(result);
        }
        progress.advance();
        return !interrupted() && !(arguments.fail_fast && some_failed);
      });
  writer->finish();
  out.commit();
  if (interrupted()) return kExitInterrupted;
  return some_failed ? kExitSomeFailed : kExitOk;
}

}  // namespace

void add_mrz_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("mrz", "Machine readable zone: lines, parsed fields, check digits");
  const auto arguments = std::make_shared<MrzArguments>();
  command->footer(kFooter);
  command
      ->add_option("INPUT", arguments->inputs,
                   "Pictures, folders, \"patterns\", @list, - for standard input")
      ->required()
      ->type_name(" ");
  command->add_option("--format", arguments->format, "Format of the results")
      ->check(CLI::IsMember({"text", "json", "jsonl"}))
      ->capture_default_str();
  command
      ->add_option("-o,--output", arguments->output,
                   "Write the results here instead of standard output")
      ->check(not_empty())
      ->type_name("FILE");
  command
      ->add_option("--alternatives", arguments->alternatives,
                   "Alternatives written for each character")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_flag("--no-rules", arguments->no_rules, "Leave the lines as they are read");
  command->add_flag("--fail-fast", arguments->fail_fast, "Stop at the first input that fails");
  add_jobs_option(*command, arguments->common);
  add_output_options(*command, arguments->common);
  add_model_options(*command, arguments->common);
  add_calibration_option(*command, arguments->common);
  command->callback([arguments, &exit_code] { exit_code = run_mrz(*arguments); });
}

}  // namespace nibble
