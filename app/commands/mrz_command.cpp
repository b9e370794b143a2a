#include "app/commands/mrz_command.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "app/support/calibration_file.h"
#include "app/support/models.h"
#include "app/support/output_file.h"
#include "app/support/read_inputs.h"
#include "app/support/read_pages.h"
#include "recognizer/result/renderers.h"

namespace nibble {
namespace {

constexpr const char* kFooter =
    "The zone is looked for on the whole picture, at any of the four orientations: passports (TD3), cards (TD1, TD2), visas (MRV-A,\n"
    "MRV-B), the French card issued until 2021 and the Romanian card. Its reading is corrected by what may stand where and by the\n"
    "check digits; every change is reported. \"valid\" means that all check digits match, all days exist and no character is in doubt.\n"
    "Years have two digits: of birth the latest not after today is meant, of expiry one within 50 years of today.\n"
    "JSON is one object where the input is one file with one page, and an array in all other cases (see nibble read --help).\n"
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
  int alternatives = ReaderOptions{}.alternatives;
  bool no_rules = false;
  bool fail_fast = false;
};

ExitCode run_mrz(const MrzArguments& arguments) {
  const CommonOptions& common = arguments.common;
  const std::vector<ReadInput> inputs = expand_inputs(arguments.inputs, common);
  ReaderOptions options;
  options.rules = !arguments.no_rules;
  options.alternatives = arguments.alternatives;
  const Reader reader =
      make_reader(common, reader_options(common, chosen_precisions(common).front(), options));
  Request request;
  request.type = Request::Type::zone;
  check_output(arguments.output, inputs);
  OutputFile out(arguments.output);
  const RenderForm form{{inputs.size() > 1, false}, !is_one_file(arguments.inputs, inputs)};
  const auto writer =
      make_form_renderer(arguments.format == "text" ? "zone" : arguments.format, out.sink(), form);
  Batch batch(common, arguments.fail_fast);
  batch.run(
      inputs.size(), "files",
      [&](std::size_t i) { return read_pages(reader, inputs[i], request, {}); },
      [&](std::size_t, const std::vector<ReadPage>& pages) {
        for (const ReadPage& page : pages) {
          report_failures(batch, page);
          writer->add(page.document);
        }
      });
  writer->finish();
  out.commit();
  return batch.exit_code();
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
  add_limit_options(*command, arguments->common);
  add_output_options(*command, arguments->common);
  add_model_options(*command, arguments->common);
  add_calibration_option(*command, arguments->common);
  command->callback([arguments, &exit_code] { exit_code = run_mrz(*arguments); });
}

}  // namespace nibble
