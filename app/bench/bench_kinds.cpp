#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/bench/bench_commands.h"
#include "app/bench/bench_start.h"
#include "app/bench/synthetic_kinds.h"
#include "nn/atomic_file.h"
#include "nn/error.h"
#include "recognizer/base/median.h"
#include "recognizer/image/image_file.h"
#include "recognizer/kinds/document_finder.h"
#include "recognizer/kinds/index_store.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint32_t kUnknown = 1'000'000;  // from this number on no index knows the kinds
constexpr std::uint32_t kPhotographs = 12;     // of known kinds, and as many of unknown ones

/// Seconds that this process has computed.
double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A folder for the index and a photograph that goes when they have served.
struct WorkFolder {
  WorkFolder()
      : path((std::filesystem::temp_directory_path() /
              ("nibble-bench-kinds-" + std::to_string(getpid())))
                 .string()) {
    std::filesystem::create_directory(path);
  }
  ~WorkFolder() {
    std::error_code error;
    std::filesystem::remove_all(path, error);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  std::string path;
};

/// What finding documents of some kinds gave.
struct Found {
  std::vector<double> ms;  ///< of processor time
  int right = 0;           ///< the kind, or that it is none of them
};

/// The name of the kind that is found; empty for none.
std::string find_kind(const DocumentFinder& finder, const Image& photograph, Found& found) {
  const double before = processor_seconds();
  std::string name;
  try {
    name = finder.find(photograph).document.name;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::no_document) throw;
  }
  found.ms.push_back(1e3 * (processor_seconds() - before));
  return name;
}

/// Photographs of kinds spread over all `count` known ones.
Found find_known(const DocumentFinder& finder, std::uint32_t count) {
  Found found;
  for (std::uint32_t i = 0; i < kPhotographs; ++i) {
    const TemplatePicture kind = synthetic_kind(i * count / kPhotographs);
    if (find_kind(finder, synthetic_photograph(kind, i), found) == kind.document.name)
      ++found.right;
  }
  return found;
}

Found find_unknown(const DocumentFinder& finder) {
  Found found;
  for (std::uint32_t i = 0; i < kPhotographs; ++i) {
    const Image photograph = synthetic_photograph(synthetic_kind(kUnknown + i), i);
    if (find_kind(finder, photograph, found).empty()) ++found.right;
  }
  return found;
}

/// `nibble locate` of one photograph, from its start to its end.
ProcessCost cost_of_start(const WorkFolder& folder, const std::string& index, int rounds) {
  const std::string photograph = folder.path + "/photograph.png";
  save_image(synthetic_photograph(synthetic_kind(0), 0), photograph);
  std::vector<double> times;
  ProcessCost cost;
  for (int i = 0; i < rounds; ++i) {
    const ProcessCost one =
        run_process({this_program(), "locate", "--template", "auto", "--templates", index, "-q",
                     "-o", folder.path + "/result.json", photograph});
    times.push_back(one.ms);
    cost.megabytes = std::max(cost.megabytes, one.megabytes);
  }
  cost.ms = median(times);
  return cost;
}

Json measure_kinds(KindIndexBuilder& builder, double& build_seconds, std::uint32_t count,
                   const WorkFolder& folder, int rounds) {
  while (builder.size() < count) {
    const TemplatePicture kind = synthetic_kind(static_cast<std::uint32_t>(builder.size()));
    const double before = processor_seconds();
    builder.add(kind);
    build_seconds += processor_seconds() - before;
  }
  const std::string path = folder.path + "/" + std::to_string(count) + ".idx";
  double megabytes = 0;
  {
    const double before = processor_seconds();
    const std::vector<std::byte> bytes = builder.finish({});
    write_file(path, bytes, FileAccess::everyone);
    build_seconds += processor_seconds() - before;
    megabytes = static_cast<double>(bytes.size()) / 1e6;
  }
  const double before = processor_seconds();
  const DocumentFinder finder(open_index(path));
  const double open_ms = 1e3 * (processor_seconds() - before);
  const Found known = find_known(finder, count);
  const Found unknown = find_unknown(finder);
  const ProcessCost start = cost_of_start(folder, path, rounds);
  std::printf("%6u %9.1f %9.1f %9.1f %9.1f %6d/%u %9.1f %6d/%u %9.1f %9.1f\n", count, build_seconds,
              megabytes, open_ms, median(known.ms), known.right, kPhotographs, median(unknown.ms),
              unknown.right, kPhotographs, start.ms, start.megabytes);
  std::fflush(stdout);
  return {{"kinds", count},
          {"build_s", build_seconds},
          {"index_mb", megabytes},
          {"open_ms", open_ms},
          {"find_ms", median(known.ms)},
          {"photographs", kPhotographs},
          {"right", known.right},
          {"unknown_ms", median(unknown.ms)},
          {"unknown_refused", unknown.right},
          {"start_ms", start.ms},
          {"rss_mb", start.megabytes}};
}

}  // namespace

Json bench_kinds(const BenchOptions& options) {
  std::vector<int> counts = options.kinds;
  std::sort(counts.begin(), counts.end());
  const WorkFolder folder;
  KindIndexBuilder builder;
  double build_seconds = 0;
  std::printf(
      "Made-up kinds; processor time but for start, which is that of nibble locate to its end\n"
      " kinds   build s  index MB   open ms   find ms    right unknown ms  refused  start ms    "
      "RSS MB\n");
  Json json = {{"environment", bench_environment({})}, {"kinds", Json::array()}};
  for (const int count : counts)
    json["kinds"].push_back(measure_kinds(builder, build_seconds, static_cast<std::uint32_t>(count),
                                          folder, options.rounds));
  return json;
}

}  // namespace nibble
