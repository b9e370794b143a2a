#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

#include "app/eval/eval_report.h"
#include "app/support/commands.h"
#include "app/support/exit_codes.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "app/support/options.h"
#include "app/support/processor.h"
#include "app/support/version.h"
#include "include/nibble/nibble.hpp"
#include "kernels/kernel.h"
#include "nn/digest.h"
#include "nn/float_reference.h"
#include "nn/self_test.h"
#include "recognizer/base/text.h"
#include "recognizer/kinds/template_store.h"

namespace nibble {

namespace {

/// The instruction sets of kernels that run on this processor, from the slowest to the fastest.
std::string processor_features() {
  std::string features;
  for (const kernels::ConvKernel* kernel : kernels::conv_kernels()) {
    if (kernel->precision == kernels::Precision::f32)
      features += (features.empty() ? "" : " ") + std::string(kernel->isa);
  }
  return features;
}

void print(const char* label, const std::string& text) {
  std::printf("%-10s %s\n", label, text.c_str());
}

/// Whether the scores of a float network are those of the reference, within rounding.
std::string compare_with_reference(const Network& network, const ModelFile& model) {
  constexpr float kMaxDifference = 1e-3F;
  const TestLine line = make_test_line(network.graph().height);
  const Logits reference = run_reference(model, line.view(), "the model");
  const Logits logits = network.run(line.view());
  float most = 0;
  for (std::size_t i = 0; i < logits.values.size(); ++i)
    most = std::max(most, std::abs(logits.values[i] - reference.values[i]));
  return most < kMaxDifference
             ? ""
             : "the scores differ by " + std::to_string(most) + " from the float reference";
}

/// Runs a model's self-test on one instruction set and prints a line about it. Returns whether all
/// is well.
bool examine_isa(const ModelFile& model, const std::string& path, Precision precision,
                 const KernelChoice& choice) {
  const std::string isa = choice.isa + (choice.winograd ? "" : " without Winograd's algorithm");
  const Network network(model, path, choice);
  if (network.precision() != precision) {
    throw Error(ErrorCode::bad_model, path + ": a model of precision " +
                                          precision_name(network.precision()) + ", not " +
                                          precision_name(precision));
  }
  const SelfTest test = run_self_test(network);
  std::string problem = test.problem;
  if (problem.empty() && precision == Precision::f32)
    problem = compare_with_reference(network, model);
  if (problem.empty()) {
    const char* what = precision == Precision::f32 ? "the float reference's scores"
                       : test.stored               ? "the scores that the model was made with"
                                                   : "the same scores twice";
    print("self-test", "ok on " + isa + ": " + what + ", alike on 2 threads, " + test.digest);
    return true;
  }
  print("self-test", "failed on " + isa + ": " + problem);
  report_error(path + ": self-test failed on " + isa + ": " + problem);
  return false;
}

/// Loads a model and examines it on every instruction set that runs here, or on the one asked for.
bool examine_model(const CommonOptions& options, Precision precision) {
  try {
    const std::string path = options.model.empty() ? shipped_model_path(precision) : options.model;
    const ModelFile model = read_model_file(path);
    print("model",
          printable_path(path) + "  " + precision_name(precision) + "  " + model_digest(model));
    bool well = true;
    for (const kernels::ConvKernel* kernel : kernels::conv_kernels()) {
      if (kernel->precision != precision || (!options.isa.empty() && options.isa != kernel->isa))
        continue;
      if (options.winograd || kernel->winograd == nullptr)
        well = examine_isa(model, printable_path(path), precision, {kernel->isa}) && well;
      if (kernel->winograd != nullptr)
        well = examine_isa(model, printable_path(path), precision, {kernel->isa, false}) && well;
    }
    return well;
  } catch (const Error& error) {
    report_error(error.what());
    return false;
  }
}

ExitCode run_doctor(const CommonOptions& options) {
  print("nibble", version());
  print("commit", build_commit());
#ifdef __clang__
  print("compiler", __VERSION__);  // begins with the name
#else
  print("compiler", std::string("GCC ") + __VERSION__);
#endif
  print("processor",
        processor_name() + ", " + std::to_string(std::thread::hardware_concurrency()) + " threads");
  print("features", processor_features());
  print("kernels", chosen_isa(options));
  check_device(options);
  print("data", printable_path(data_folder()));
  print("templates",
        std::to_string(known_templates().size()) + " known by name (see nibble template list)");
  bool well = true;
  for (const Precision precision : asked_or_shipped_precisions(options))
    well = examine_model(options, precision) && well;
  return well ? kExitOk : kExitResource;
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("doctor", "What this machine and this installation have, and a self-test");
  const auto options = std::make_shared<CommonOptions>();
  command->footer("Exit codes: 0 all well, 3 something failed (said on stderr).");
  add_model_options(*command, *options);
  command->callback([options, &exit_code] { exit_code = run_doctor(*options); });
}

}  // namespace nibble
