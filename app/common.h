#pragma once

#include <string>
#include <vector>

#include "nn/error.h"
#include "nn/network.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name is the library's
class App;
class Validator;
}  // namespace CLI

namespace nibble {

/// What the program returns to the shell.
using ExitCode = int;
inline constexpr ExitCode kExitOk = 0;
inline constexpr ExitCode kExitSomeFailed = 1;  ///< some inputs failed, the others were written
inline constexpr ExitCode kExitUsage = 2;       ///< a call that cannot be meant
inline constexpr ExitCode kExitResource = 3;    ///< model, template or device
inline constexpr ExitCode kExitGate = 4;  ///< a gate (--max-drop, --min-confidence) was not met
inline constexpr ExitCode kExitInterrupted = 130;

/// The exit code of an error that ends the program.
ExitCode exit_code_of(ErrorCode code);

/// Options that the commands share.
struct CommonOptions {
  std::vector<std::string>
      precisions;           ///< as asked for, in order; empty: choose (see chosen_precisions)
  std::string model;        ///< --model, empty: the shipped one
  std::string calibration;  ///< --calibration, empty: beside the model (see load_calibration)
  std::string isa;          ///< --isa or NIBBLE_ISA, empty: the best one here
  bool winograd = true;     ///< --no-winograd
  std::string device = "auto";
  int threads = 1;
  int jobs = 1;
  bool quiet = false;
  bool verbose = false;
  std::string progress = "auto";
};

enum class PrecisionOption { one, list };

/// Adds --precision, --model, --isa, --device and --threads to a subcommand.
void add_model_options(CLI::App& command, CommonOptions& options,
                       PrecisionOption precision = PrecisionOption::one);

/// Adds -j/--jobs, which makes sense where several files are read.
void add_jobs_option(CLI::App& command, CommonOptions& options);

/// Adds -q, -v and --progress to a subcommand.
void add_output_options(CLI::App& command, CommonOptions& options);

/// A number from `least` to `most`; "nan" is none.
CLI::Validator between(double least, double most);

/// Refuses the empty text that a shell makes of an unset variable, which would be the same as no
/// option.
CLI::Validator not_empty();

/// The program's version, e.g. "0.1.0".
const char* version();

/// The commit that the program was built of, shortened, with "-dirty" after it where tracked files
/// differed from it; "unknown" when it was not built in a checkout. Defined in a source that the
/// build writes (cmake/commit.cmake).
const char* build_commit();

/// The folder with models/ and templates/: NIBBLE_DATA, else ../share/nibble beside the program,
/// else where it was built.
std::string data_directory();

/// The shipped model file of a precision, whether it exists or not.
std::string shipped_model_path(Precision precision);

/// The precisions to run: those asked for, else that of --model, else the first of int4, int8, f32
/// that is shipped. Throws Error(bad_model | usage).
std::vector<Precision> chosen_precisions(const CommonOptions& options);

/// The precisions asked for, else that of --model, else all that are shipped: f32, int8, int4.
/// Throws as chosen_precisions does.
std::vector<Precision> asked_or_shipped_precisions(const CommonOptions& options);

/// The processor's name as the system has it, or "unknown".
std::string processor_name();

/// A network with the file that it came from.
struct LoadedModel {
  std::string path;
  std::string name;  ///< the file's name without extension, e.g. "nibble-f32"
  Network network;
};

/// Loads --model or the shipped model of this precision, after check_device. Throws Error(bad_model
/// | bad_device).
LoadedModel load_network(const CommonOptions& options, Precision precision);

/// Reads a model file. Throws Error(bad_model), also when there is none.
ModelFile read_model_file(const std::string& path);

/// The instruction set that will run, e.g. "portable". Throws Error(bad_device) for one that is not
/// here.
std::string chosen_isa(const CommonOptions& options);

/// Checks --device and --isa. Throws Error(bad_device) for one that is not here.
void check_device(const CommonOptions& options);

/// "nibble: <message>" on stderr, one line of valid UTF-8 (see printable_path); safe from any
/// thread.
void report_error(const std::string& message);

/// The same, unless --quiet.
void report_warning(const CommonOptions& options, const std::string& message);

/// The same, with --verbose alone.
void report_detail(const CommonOptions& options, const std::string& message);

/// From now on Ctrl-C only raises a flag, so that the file being written is finished; a second one
/// ends the program at once.
void catch_interrupts();

/// Whether Ctrl-C was pressed since catch_interrupts().
bool interrupted();

/// The whole of a file, or Error(file_not_found).
std::string read_text_file(const std::string& path);

/// Writes to a temporary file beside `path` and renames it. Throws Error(write_failed).
void write_text_file(const std::string& path, const std::string& text);

}  // namespace nibble
