#include "app/support/options.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace nibble {

void add_model_options(CLI::App& command, CommonOptions& options, PrecisionOption precision) {
  const CLI::IsMember known({"f32", "int8", "int4"});
  CLI::Option* precisions =
      command.add_option("--precision", options.precisions)->check(known)->group("Model");
  if (precision == PrecisionOption::list) {
    precisions->delimiter(',')->allow_extra_args(false)->description(
        "Precisions to run, separated by commas (default: the best one shipped)");
  } else {
    precisions->expected(1)->allow_extra_args(false)->description(
        "Numeric precision of the network (default: the best one shipped)");
  }
  command.add_option("--model", options.model, "Model file (default: the shipped one)")
      ->check(not_empty())
      ->type_name("FILE")
      ->group("Model");
  command
      .add_option("--finder", options.finder,
                  "Model file that finds lines of text (default: the shipped one)")
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

void add_limit_options(CLI::App& command, CommonOptions& options) {
  command
      .add_option("--max-pixels", options.limits.max_pixels,
                  "Pixels of a page at most; larger ones are errors")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}))
      ->capture_default_str();
  command
      .add_option("--max-pages", options.limits.max_pages,
                  "Pages of a file at most; those behind are left out, which is an error")
      ->check(CLI::Range(1, 1'000'000))
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

}  // namespace nibble
