#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <system_error>

#include "app/bench/bench_commands.h"
#include "app/eval/eval_plan.h"
#include "app/support/models.h"
#include "include/nibble/nibble.hpp"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/median.h"
#include "recognizer/base/process.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/image/image_file.h"
#include "recognizer/kinds/document_finder.h"
#include "recognizer/kinds/template.h"
#include "recognizer/kinds/template_store.h"
#include "recognizer/locate/find/finder.h"
#include "recognizer/locate/locate.h"
#include "recognizer/reader/read_stage.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

/// The stages on the way to the fields, in order. `template` finds the kind of document and its
/// corners.
constexpr const char* kStages[] = {"decode",    "template", "rectify", "crop",
                                   "normalize", "network",  "text",    "rules"};
/// Finding all lines of the picture, which is not on that way: it is for reading without a
/// template.
constexpr const char* kFind = "find";
/// Finding the outline, which is not on that way: it is taken where the print of no template is
/// found, and by nibble locate.
constexpr const char* kOutline = "locate";

/// Milliseconds of each stage, one sample a document.
using StageTimes = std::map<std::string, std::vector<double>>;

template <typename Work>
auto timed(double& ms, Work work) {
  const auto start = Clock::now();
  auto result = work();
  ms += std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  return result;
}

/// Takes one document through all stages once, as the reader does. Without a finder the corners are
/// the data set's. Throws Error(no_document).
void run_document(const EvalFrame& frame, const std::vector<std::byte>& bytes,
                  const DocumentFinder* finder, const LineReader& reader, StageTimes& times) {
  std::map<std::string, double> spent;
  const Image image = timed(
      spent["decode"], [&] { return decode_image(bytes.data(), bytes.size(), frame.frame.image); });
  Quad quad = frame.frame.quad;
  if (finder != nullptr) {
    quad = timed(spent["template"], [&] { return finder->find(image).quad; });
    timed(spent[kOutline], [&] { return locate_document(image); });
  }
  if (reader.finder != nullptr)
    timed(spent[kFind], [&] { return find_lines(*reader.finder, image); });
  const Page page = timed(spent["rectify"], [&] {
    return rectify(image, quad, frame.template_width, frame.template_height, PageColor::grey);
  });
  std::vector<FieldSpec> specs;
  for (const EvalField& field : frame.fields) specs.push_back(field.spec);
  read_page(reader, page, specs, image.width, image.height,
            [&](const char* stage, double ms) { spent[stage] += ms; });
  for (const auto& [stage, ms] : spent) times[stage].push_back(ms);
}

/// Documents that are not found once are left out for good: what remains is measured alike.
void drop_unknown(EvalPlan& plan, const DocumentFinder& finder) {
  const std::size_t before = plan.frames.size();
  std::erase_if(plan.frames, [&](const EvalFrame& frame) {
    try {
      finder.find(load_image(frame.frame.image));
      return false;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::no_document) throw;
      return true;
    }
  });
  if (plan.frames.size() < before)
    std::printf("%zu documents of no known kind left out\n", before - plan.frames.size());
}

/// Wall time and largest resident memory of a program run to its end.
struct ProcessCost {
  double ms = 0;
  double megabytes = 0;
};

ProcessCost run_process(const std::vector<std::string>& arguments) {
  ProcessOptions options;
  options.arguments = arguments;
  options.piped = false;
  ProcessCost cost;
  try {
    const int status = timed(cost.ms, [&] {
      ChildProcess process(options);
      process.wait();
      cost.megabytes = static_cast<double>(process.peak_memory()) / 1e6;
      return process.wait();
    });
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      throw Error(ErrorCode::internal_error, "nibble read failed while its start was measured");
  } catch (const std::system_error&) {
    throw Error(ErrorCode::internal_error,
                "this program cannot be started again to measure its start");
  }
  return cost;
}

/// What `nibble read` of one document costs from the start of the process to its end: median time,
/// greatest memory.
ProcessCost measure_start(const EvalFrame& frame, const std::string& precision, int rounds) {
  Template document{frame.type, frame.template_width, frame.template_height, "", {}};
  for (const EvalField& field : frame.fields) document.fields.push_back(field.spec);
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("nibble-bench-" + std::to_string(getpid()) + ".json"))
                               .string();
  write_text_file(path, template_to_json(document));
  std::string quad;
  for (const Point& corner : frame.frame.quad)
    quad += (quad.empty() ? "" : ",") + std::to_string(corner.x) + "," + std::to_string(corner.y);
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
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

void print_stages(const StageTimes& times, const std::string& precision, std::size_t documents,
                  double fields) {
  double sum = 0;
  std::printf("%s, milliseconds a document (median of %zu runs), %.1f fields each\n",
              precision.c_str(), documents, fields);
  for (const char* stage : kStages) {
    const auto found = times.find(stage);
    if (found == times.end()) continue;
    const double ms = median(found->second);
    sum += ms;
    std::printf("  %-10s %8.2f\n", stage, ms);
  }
  std::printf("  %-10s %8.2f\n", "sum", sum);
  if (const auto find = times.find(kFind); find != times.end())
    std::printf("  %-10s %8.2f (all lines of the picture; only without a template)\n", kFind,
                median(find->second));
  if (const auto outline = times.find(kOutline); outline != times.end())
    std::printf("  %-10s %8.2f (the outline; only where the print of no template is found)\n",
                kOutline, median(outline->second));
}

/// The documents with fields; with a finder those that it knows.
EvalPlan plan_documents(const BenchOptions& options, const DocumentFinder* finder) {
  const std::string dataset =
      options.dataset.empty() ? data_folder() + "/samples" : options.dataset;
  EvalPlan plan = plan_evaluation(dataset, "auto", "", options.templates, 0);
  std::erase_if(plan.frames, [](const EvalFrame& frame) { return frame.fields.empty(); });
  if (plan.frames.empty())
    throw Error(ErrorCode::file_not_found,
                printable_path(dataset) + ": no documents with fields to measure with");
  if (finder != nullptr) drop_unknown(plan, *finder);
  if (plan.frames.empty())
    throw Error(ErrorCode::no_document,
                printable_path(dataset) + ": no document of a known kind is in it");
  return plan;
}

double fields_per_document(const EvalPlan& plan) {
  double fields = 0;
  for (const EvalFrame& frame : plan.frames)
    fields += static_cast<double>(frame.fields.size()) / static_cast<double>(plan.frames.size());
  return fields;
}

/// The times of every document in every round, a reader's each.
std::vector<StageTimes> measure_stages(const EvalPlan& plan, const DocumentFinder* finder,
                                       const std::vector<LineReader>& readers, int rounds) {
  std::vector<std::vector<std::byte>> files;
  for (const EvalFrame& frame : plan.frames) files.push_back(read_file_bytes(frame.frame.image));
  std::vector<StageTimes> times(readers.size());
  for (int round = 0; round <= rounds; ++round) {
    if (round == 1) times.assign(readers.size(), {});  // the first one warms up
    for (std::size_t f = 0; f < plan.frames.size(); ++f) {
      for (std::size_t r = 0; r < readers.size(); ++r)
        run_document(plan.frames[f], files[f], finder, readers[r], times[r]);
    }
  }
  return times;
}

/// Measures, prints and adds to the result what a whole process costs.
void add_start(const EvalFrame& frame, const std::string& precision, int rounds, Json& json) {
  const ProcessCost cost = measure_start(frame, precision, rounds);
  std::printf(
      "  start of `nibble read` to its result and end: %.1f ms, %.1f MB resident (%zu fields)\n\n",
      cost.ms, cost.megabytes, frame.fields.size());
  const Json memory = {{"precision", precision}, {"rss_mb", cost.megabytes}, {"start_ms", cost.ms}};
  json["memory"] = memory;
  json["memory_by_precision"].push_back(memory);
}

}  // namespace

Json bench_pipeline(const BenchOptions& options) {
  std::optional<DocumentFinder> finder;
  if (options.document == "auto") finder.emplace(load_folder(options.templates));
  const EvalPlan plan = plan_documents(options, finder ? &*finder : nullptr);
  const double fields = fields_per_document(plan);

  std::vector<LoadedModel> models;
  for (const Precision precision : chosen_precisions(options.common))
    models.push_back(load_network(options.common, precision));
  std::vector<LineReader> readers(models.size());
  const auto text_finder = load_finder(reader_options(options.common, Precision::int4));
  for (std::size_t m = 0; m < models.size(); ++m) {
    readers[m].network = &models[m].network;
    readers[m].finder = text_finder ? &*text_finder : nullptr;
  }
  const std::vector<StageTimes> times =
      measure_stages(plan, finder ? &*finder : nullptr, readers, options.rounds);

  Json json = {{"environment", bench_environment({models.front().network.isa()})},
               {"fields_per_document", fields},
               {"pipeline", Json::array()}};
  for (std::size_t m = 0; m < models.size(); ++m) {
    const std::string precision = precision_name(models[m].network.precision());
    print_stages(times[m], precision, times[m].begin()->second.size(), fields);
    for (const auto& [stage, values] : times[m])
      json["pipeline"].push_back(
          {{"precision", precision}, {"stage", stage}, {"median_ms", median(values)}});
    if (options.common.model.empty())
      add_start(plan.frames.front(), precision, options.rounds, json);
  }
  return json;
}

}  // namespace nibble
