#include "app/common.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <span>
#include <sstream>

#include "app/progress.h"
#include "kernels/kernel.h"
#include "nn/cuda_network.h"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

volatile std::sig_atomic_t interrupt_flag = 0;

extern "C" void on_interrupt(int) { interrupt_flag = 1; }

}  // namespace

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage: return kExitUsage;
    case ErrorCode::bad_template:
    case ErrorCode::bad_model:
    case ErrorCode::bad_device: return kExitResource;
    case ErrorCode::file_not_found:
    case ErrorCode::decode_failed:
    case ErrorCode::too_large:
    case ErrorCode::bad_quad:
    case ErrorCode::no_document:
    case ErrorCode::write_failed:
    case ErrorCode::internal_error: return kExitSomeFailed;
  }
  return kExitSomeFailed;
}

void add_model_options(CLI::App& command, CommonOptions& options, PrecisionOption precision) {
  const CLI::IsMember known({"f32", "int8", "int4"});
  CLI::Option* precisions =
      command.add_option("--precision", options.precisions)->check(known)->group("Model");
  if (precision == PrecisionOption::list) {
    precisions->delimiter(',')->allow_extra_args(false)->description(
        "Precisions to run, separated by commas (default: the best one shipped)");
  } else {
    precisions->expected(1)->description(
        "Numeric precision of the network (default: the best one shipped)");
  }
  command.add_option("--model", options.model, "Model file (default: the shipped one)")
      ->check(not_empty())
      ->type_name("FILE")
      ->group("Model");
  command
      .add_option("--isa", options.isa,
                  "Instruction set to run on, e.g. portable (default: the best one here)")
      ->type_name("NAME")
      ->envname("NIBBLE_ISA")
      ->group("Model");
  command
      .add_flag("!--no-winograd", options.winograd,
                "Multiply 4-bit layers directly: slower, the same results")
      ->group("Model");
  command.add_option("--device", options.device, "Where the network runs")
      ->check(CLI::IsMember({"cpu", "cuda", "auto"}))
      ->capture_default_str()
      ->group("Model");
  command.add_option("--threads", options.threads, "Threads that share the work on one picture")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->group("Model");
}

void add_jobs_option(CLI::App& command, CommonOptions& options) {
  command.add_option("-j,--jobs", options.jobs, "Files worked on at the same time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
}

void add_output_options(CLI::App& command, CommonOptions& options) {
  command.add_flag("-q,--quiet", options.quiet, "No warnings and no progress bar on stderr");
  command.add_flag("-v,--verbose", options.verbose, "More about what is done, on stderr");
  command
      .add_option("--progress", options.progress, "Progress bar on stderr, when that is a terminal")
      ->check(CLI::IsMember({"auto", "never"}))
      ->capture_default_str();
}

CLI::Validator between(double least, double most) {
  std::ostringstream range;
  range << "FLOAT in [" << least << " - " << most << "]";
  const auto problem = [least, most, text = range.str()](const std::string& value) {
    double number = 0;
    const bool fits = CLI::detail::lexical_cast(value, number) && number >= least && number <= most;
    return fits ? std::string() : "Value " + value + " is not a " + text;
  };
  return {problem, range.str(), "BETWEEN"};
}

CLI::Validator not_empty() {
  return {[](const std::string& value) {
            return value.empty() ? std::string("its value is empty") : std::string();
          },
          ""};
}

const char* version() { return NIBBLE_VERSION; }

std::string data_directory() {
  if (const char* given = std::getenv("NIBBLE_DATA"); given != nullptr && *given != '\0')
    return given;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path installed = (program.parent_path() / "../share/nibble").lexically_normal();
    if (fs::is_directory(installed, error)) return installed.string();
  }
  return NIBBLE_DATA_DIR;
}

ModelFile read_model_file(const std::string& path) {
  try {
    return read_model(path);
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_model, error.what());
  }
}

std::string shipped_model_path(Precision precision) {
  return data_directory() + "/models/nibble-" + precision_name(precision) + ".safetensors";
}

namespace {

std::vector<Precision> default_precisions(const CommonOptions& options) {
  if (!options.model.empty()) {
    const ModelFile model = read_model_file(options.model);
    const auto entry = model.metadata.find("precision");
    const auto precision =
        entry == model.metadata.end() ? std::nullopt : parse_precision(entry->second);
    if (!precision)
      throw Error(ErrorCode::bad_model,
                  printable_path(options.model) +
                      ": the metadata does not say the precision (f32, int8 or int4)");
    return {*precision};
  }
  for (const Precision precision : {Precision::int4, Precision::int8, Precision::f32}) {
    std::error_code error;
    if (fs::exists(shipped_model_path(precision), error)) return {precision};
  }
  throw Error(
      ErrorCode::bad_model,
      data_directory() +
          "/models: no model file (nibble-f32.safetensors) here; give --model FILE or set NIBBLE_DATA");
}

}  // namespace

std::vector<Precision> chosen_precisions(const CommonOptions& options) {
  if (options.precisions.empty()) return default_precisions(options);
  std::vector<Precision> chosen;
  for (const std::string& name : options.precisions) {
    const auto precision = parse_precision(name);
    if (!precision)
      throw Error(ErrorCode::usage, "--precision: " + name + " is not one of f32, int8, int4");
    if (std::find(chosen.begin(), chosen.end(), *precision) == chosen.end())
      chosen.push_back(*precision);
  }
  return chosen;
}

std::vector<Precision> asked_or_shipped_precisions(const CommonOptions& options) {
  if (!options.precisions.empty() || !options.model.empty()) return chosen_precisions(options);
  std::vector<Precision> found;
  for (const Precision precision : {Precision::f32, Precision::int8, Precision::int4}) {
    std::error_code error;
    if (fs::exists(shipped_model_path(precision), error)) found.push_back(precision);
  }
  return found.empty() ? chosen_precisions(options) : found;
}

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string chosen_isa(const CommonOptions& options) {
  const kernels::ConvKernel* kernel =
      kernels::select_kernel(Precision::f32, options.isa.empty() ? nullptr : options.isa.c_str());
  if (kernel != nullptr) return kernel->isa;
  std::string here;
  for (const kernels::ConvKernel* other : kernels::conv_kernels()) {
    if (other->precision == Precision::f32)
      here += (here.empty() ? "" : ", ") + std::string(other->isa);
  }
  throw Error(ErrorCode::bad_device, "instruction set " + printable_path(options.isa) +
                                         ": unknown, or not on this processor, which runs " + here);
}

void check_device(const CommonOptions& options) {
  if (options.device == "cuda") open_cuda_device();
  chosen_isa(options);
}

LoadedModel load_network(const CommonOptions& options, Precision precision) {
  check_device(options);
  const std::string path = options.model.empty() ? shipped_model_path(precision) : options.model;
  std::error_code error;
  if (options.model.empty() && !fs::exists(path, error)) {
    throw Error(ErrorCode::bad_model, path + ": no model of precision " +
                                          precision_name(precision) +
                                          " is shipped; give --model FILE or another --precision");
  }
  const ModelFile model = read_model_file(path);
  Network network(model, printable_path(path), {options.isa, options.winograd});
  if (network.precision() != precision) {
    throw Error(ErrorCode::bad_model, printable_path(path) + ": a model of precision " +
                                          precision_name(network.precision()) + ", not " +
                                          precision_name(precision));
  }
  if (options.device == "cuda") {
    network.use_device(model, open_cuda_device());
  } else if (options.device == "auto" && options.isa.empty() && precision != Precision::f32) {
    if (kernels::cuda::Device* device = find_cuda_device(); device != nullptr)
      network.use_device(model, *device);
  }
  return {path, fs::path(path).stem().string(), std::move(network)};
}

namespace {

void print_line(const std::string& message) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  hide_progress();
  std::fprintf(stderr, "nibble: %s\n", printable_path(message).c_str());
}

}  // namespace

void report_error(const std::string& message) { print_line(message); }

void report_warning(const CommonOptions& options, const std::string& message) {
  if (!options.quiet) print_line("warning: " + message);
}

void report_detail(const CommonOptions& options, const std::string& message) {
  if (options.verbose) print_line(message);
}

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  // The handler lasts for one signal, so that a second Ctrl-C ends the program.
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
}

bool interrupted() { return interrupt_flag != 0; }

std::string read_text_file(const std::string& path) {
  const std::vector<std::byte> bytes = read_file_bytes(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_text_file(const std::string& path, const std::string& text) {
  write_file_bytes(path, std::as_bytes(std::span(text)));
}

}  // namespace nibble
