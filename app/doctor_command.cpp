#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "app/commands.h"
#include "app/common.h"
#include "app/self_test.h"
#include "app/template_store.h"
#include "app/text.h"
#include "kernels/kernel.h"

namespace nibble {

namespace {

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

/// The instruction sets of kernels that run on this processor, from the slowest to the fastest.
std::string processor_features() {
  std::string features;
  for (const kernels::ConvKernel* kernel : kernels::conv_kernels()) {
    if (kernel->precision == kernels::Precision::f32) features += (features.empty() ? "" : " ") + std::string(kernel->isa);
  }
  return features;
}

void print(const char* label, const std::string& text) { std::printf("%-10s %s\n", label, text.c_str()); }

/// Loads a model, runs its self-test and prints a line about each. Returns whether all is well.
bool examine_model(const CommonOptions& options, Precision precision) {
  try {
    const LoadedModel model = load_network(options, precision);
    print("model", printable_path(model.path) + "  " + precision_name(precision) + "  " + model.network.digest());
    const SelfTest test = run_self_test(model.network);
    if (!test.problem.empty()) {
      print("self-test", "failed: " + test.problem);
      report_error(printable_path(model.path) + ": self-test failed: " + test.problem);
      return false;
    }
    print("self-test", "ok: the same scores twice and on 2 threads, " + test.digest);
    return true;
  } catch (const Error& error) {
    report_error(error.what());
    return false;
  }
}

/// The precisions to examine: what was asked for, else all that are shipped.
std::vector<Precision> precisions_to_examine(const CommonOptions& options) {
  if (!options.precisions.empty() || !options.model.empty()) return chosen_precisions(options);
  std::vector<Precision> found;
  for (const Precision precision : {Precision::f32, Precision::int8, Precision::int4}) {
    std::error_code error;
    if (std::filesystem::exists(shipped_model_path(precision), error)) found.push_back(precision);
  }
  return found.empty() ? chosen_precisions(options) : found;
}

ExitCode run_doctor(const CommonOptions& options) {
  print("nibble", version());
#ifdef __clang__
  print("compiler", __VERSION__);  // begins with the name
#else
  print("compiler", std::string("GCC ") + __VERSION__);
#endif
  print("processor", processor_name() + ", " + std::to_string(std::thread::hardware_concurrency()) + " threads");
  print("features", processor_features());
  print("kernels", chosen_isa(options) + " (the float reference)");
  check_device(options);
  print("data", printable_path(data_directory()));
  print("templates", std::to_string(known_templates().size()) + " known by name (see nibble template list)");
  bool well = true;
  for (const Precision precision : precisions_to_examine(options)) well = examine_model(options, precision) && well;
  return well ? kExitOk : kExitResource;
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("doctor", "What this machine and this installation have, and a self-test");
  const auto options = std::make_shared<CommonOptions>();
  command->footer("Exit codes: 0 all well, 3 something failed (said on stderr).");
  add_model_options(*command, *options);
  command->callback([options, &exit_code] { exit_code = run_doctor(*options); });
}

}  // namespace nibble
