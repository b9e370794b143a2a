#include <CLI/CLI.hpp>
#include <memory>
#include <memory_resource>
#include <set>
#include <sstream>

#include "app/calibration_file.h"
#include "app/commands.h"
#include "app/progress.h"
#include "app/read_arguments.h"
#include "app/read_artifacts.h"
#include "app/read_compare.h"
#include "app/read_inputs.h"
#include "app/read_output.h"
#include "recognizer/base/ordered_loop.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

/// Takes the results in order: writes them, prints what went wrong and keeps the exit code.
class Collector {
 public:
  Collector(const ReadArguments& arguments, ResultWriter& writer)
      : arguments_(arguments), writer_(writer) {}

  void add(const DocumentResult& result) {
    if (result.failure) {
      fail(*result.failure);
    } else {
      report_details(result);
    }
    if (result.output_failure) fail(*result.output_failure);
    writer_.add(result);
    if (!result.failure && arguments_.min_confidence) check_gate(result);
  }

  bool some_failed() const { return some_failed_; }

  ExitCode exit_code() const {
    if (interrupted()) return kExitInterrupted;
    if (some_failed_) return kExitSomeFailed;
    return below_gate_ ? kExitGate : kExitOk;
  }

 private:
  void fail(const Failure& failure) {
    some_failed_ = true;
    if (reported_.find(std::string_view(failure.message)) != reported_.end()) return;
    reported_.emplace(failure.message);
    report_error(failure.message);
  }

  void check_gate(const DocumentResult& result) {
    for (const FieldResult& field : result.fields) {
      if (field.confidence >= *arguments_.min_confidence) continue;
      below_gate_ = true;
      std::ostringstream message;
      message << printable_path(result.path) << ": " << field.field.name << ": confidence "
              << field.confidence << " is below " << *arguments_.min_confidence;
      report_error(message.str());
    }
  }

  void report_details(const DocumentResult& result) const {
    if (!arguments_.common.verbose) return;
    const std::string name = printable_path(result.path);
    for (const std::string& warning : result.warnings)
      report_detail(arguments_.common, std::string(name).append(": ").append(warning));
    std::ostringstream message;
    message.precision(1);
    message << std::fixed << name << ": page " << result.page << ", " << result.width << " x "
            << result.height << " pixels, " << result.fields.size() << " fields in "
            << result.times.total << " ms (decode " << result.times.decode << ", rectify "
            << result.times.rectify << ", read " << result.times.read << ")";
    report_detail(arguments_.common, message.str());
  }

  const ReadArguments& arguments_;
  ResultWriter& writer_;
  // In blocks of their own: one by one among the results, which come and go, they would keep these
  // from being used again.
  std::pmr::monotonic_buffer_resource memory_;
  std::pmr::set<std::pmr::string, std::less<>> reported_{&memory_};
  bool some_failed_ = false;
  bool below_gate_ = false;
};

ExitCode run_read(const ReadArguments& arguments) {
  const std::vector<ReadInput> inputs = expand_inputs(arguments.inputs);
  ReadTask task = make_read_task(arguments);
  const LoadedModel model =
      load_network(arguments.common, chosen_precisions(arguments.common).front());
  const auto calibration = load_calibration(arguments.common, model);
  const ToolInfo tool = tool_info(model, chosen_isa(arguments.common), calibration);
  task.calibration = calibration;
  check_output(arguments.output, inputs);
  prepare_artifacts(task, inputs);
  OutputFile out(arguments.output);
  const auto writer =
      make_writer(arguments.format, out, tool, inputs.size() > 1, arguments.common.verbose);
  report_detail(arguments.common, "model " + printable_path(model.path) + " " + tool.digest);

  catch_interrupts();
  Collector collector(arguments, *writer);
  Progress progress(arguments.common, inputs.size(), "files");
  for_each_ordered(
      inputs.size(), arguments.common.jobs,
      [&](std::size_t i) { return read_input(model.network, inputs[i], task); },
      [&](std::size_t, const std::vector<DocumentResult>& results) {
        for (const DocumentResult& result : results) collector.add(result);
        progress.advance();
        return !interrupted() && !(arguments.fail_fast && collector.some_failed());
      });
  writer->finish();
  out.commit();
  return collector.exit_code();
}

}  // namespace

void add_read_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("read", "Text from images");
  const auto arguments = std::make_shared<ReadArguments>();
  add_read_options(*command, *arguments);
  command->callback([arguments, &exit_code] {
    exit_code = arguments->compare ? run_compare(*arguments) : run_read(*arguments);
  });
}

}  // namespace nibble
