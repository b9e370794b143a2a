#include "app/bench/bench_start.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <vector>

#include "recognizer/base/median.h"
#include "recognizer/base/process.h"
#include "recognizer/base/stopwatch.h"
#include "recognizer/base/text_file.h"
#include "recognizer/kinds/template.h"

namespace nibble {

ProcessCost run_process(const std::vector<std::string>& arguments) {
  ProcessOptions options;
  options.arguments = arguments;
  options.piped = false;
  ProcessCost cost;
  try {
    Stopwatch watch;
    ChildProcess process(options);
    const int status = process.wait();
    cost.ms = watch.lap();
    cost.megabytes = static_cast<double>(process.peak_memory()) / 1e6;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      throw Error(ErrorCode::internal_error, "nibble read failed while its start was measured");
  } catch (const std::system_error&) {
    throw Error(ErrorCode::internal_error,
                "this program cannot be started again to measure its start");
  }
  return cost;
}

std::string this_program() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

namespace {

using Json = nlohmann::ordered_json;

/// What `nibble read` of one document costs from the start of the process to its end: median time,
/// greatest memory.
ProcessCost measure_start(const EvalFrame& frame, const std::string& precision, int rounds) {
  const Template document = template_of(frame);
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("nibble-bench-" + std::to_string(getpid()) + ".json"))
                               .string();
  write_text_file(path, template_to_json(document));
  std::string quad;
  for (const Point& corner : frame.frame.quad)
    quad += (quad.empty() ? "" : ",") + std::to_string(corner.x) + "," + std::to_string(corner.y);
  const std::string program = this_program();
  std::vector<double> times;
  ProcessCost cost;
  for (int i = 0; i < rounds; ++i) {
    const ProcessCost one = run_process({program, "read", "--precision", precision, "--template",
                                         path, "--quad", quad, "--no-rules", frame.frame.image});
    times.push_back(one.ms);
    cost.megabytes = std::max(cost.megabytes, one.megabytes);
  }
  std::filesystem::remove(path);
  cost.ms = median(times);
  return cost;
}

}  // namespace

void add_start(const EvalFrame& frame, const std::string& precision, int rounds, Json& json) {
  const ProcessCost cost = measure_start(frame, precision, rounds);
  std::printf(
      "  start of `nibble read` to its result and end: %.1f ms, %.1f MB resident (%zu fields)\n\n",
      cost.ms, cost.megabytes, frame.fields.size());
  const Json memory = {{"precision", precision}, {"rss_mb", cost.megabytes}, {"start_ms", cost.ms}};
  json["memory"] = memory;
  json["memory_by_precision"].push_back(memory);
}

}  // namespace nibble
