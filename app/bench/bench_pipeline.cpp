#include <cstdio>
#include <cstring>
#include <map>
#include <utility>

#include "app/bench/bench_commands.h"
#include "app/bench/bench_start.h"
#include "app/eval/eval_plan.h"
#include "app/support/models.h"
#include "include/nibble/nibble.hpp"
#include "recognizer/base/file_bytes.h"
#include "recognizer/base/median.h"
#include "recognizer/base/text.h"
#include "recognizer/kinds/template.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

/// The stages that a reader tells, in their order; which of them there are depends on what is read.
constexpr const char* kStages[] = {"decode",    "template", "outline", "find",  "rectify", "crop",
                                   "normalize", "network",  "text",    "rules", "name"};

/// Milliseconds of each stage, one sample a document.
using StageTimes = std::map<std::string, std::vector<double>>;

FileSource file_in_memory(const std::string& path) {
  const std::vector<std::byte> bytes = read_file_bytes(path);
  FileSource file{path, {}};
  file.bytes.resize(bytes.size());
  std::memcpy(file.bytes.data(), bytes.data(), bytes.size());
  return file;
}

/// The kinds of the data set with all fields that a frame of theirs has.
std::vector<TemplateSource> templates_of(const EvalPlan& plan) {
  std::map<std::string, Template> kinds;
  for (const EvalFrame& frame : plan.frames) {
    Template kind = template_of(frame);
    const auto [known, is_new] = kinds.emplace(frame.type, kind);
    if (!is_new && kind.fields.size() > known->second.fields.size())
      known->second = std::move(kind);
  }
  std::vector<TemplateSource> sources;
  for (const auto& [name, kind] : kinds) {
    const std::string json = template_to_json(kind);
    sources.push_back({{name, {json.begin(), json.end()}}});
  }
  return sources;
}

/// What is asked of the reader for a document.
Request request_for(const std::string& how, const EvalFrame& frame) {
  Request request;
  request.type = how == "none" ? Request::Type::text : Request::Type::kind;
  if (how == "truth") {
    request.kind = frame.type;
    request.quad = frame.frame.quad;
  }
  return request;
}

/// A document in memory and what is asked of it.
struct Job {
  FileSource file;
  Request request;
};

/// Reads a document as every caller of the library does. Throws Error where it is not read.
Document read_document(const Reader& reader, const Job& job) {
  Document document;
  reader.read_pages(job.file, job.request, [&](const ImageView&, Document&& page) {
    document = std::move(page);
    return false;
  });
  if (!document.ok()) throw Error(document.error, document.message);
  return document;
}

/// Documents of no known kind are left out for good: what remains is measured alike.
void drop_unknown(const Reader& reader, EvalPlan& plan) {
  const std::size_t before = plan.frames.size();
  std::erase_if(plan.frames, [&](const EvalFrame& frame) {
    Job job{{frame.frame.image}, request_for("auto", frame)};
    job.request.locate_only = true;
    try {
      read_document(reader, job);
      return false;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::no_document) throw;
      return true;
    }
  });
  if (plan.frames.size() < before)
    std::printf("%zu documents of no known kind left out\n", before - plan.frames.size());
}

void print_stages(const StageTimes& times, const std::string& precision, std::size_t documents,
                  double fields) {
  double sum = 0;
  std::printf("%s, milliseconds a document (median of %zu runs), %.1f texts each\n",
              precision.c_str(), documents, fields);
  for (const char* stage : kStages) {
    const auto found = times.find(stage);
    if (found == times.end()) continue;
    const double ms = median(found->second);
    sum += ms;
    std::printf("  %-10s %8.2f\n", stage, ms);
  }
  std::printf("  %-10s %8.2f\n", "sum", sum);
}

/// The folder of the documents.
std::string data_set(const BenchOptions& options) {
  return options.dataset.empty() ? data_folder() + "/samples" : options.dataset;
}

/// The documents of the data set with fields.
EvalPlan plan_documents(const BenchOptions& options) {
  const std::string dataset = data_set(options);
  EvalPlan plan = plan_evaluation(dataset, "auto", "", options.templates, 0);
  std::erase_if(plan.frames, [](const EvalFrame& frame) { return frame.fields.empty(); });
  if (plan.frames.empty())
    throw Error(ErrorCode::file_not_found,
                printable_path(dataset) + ": no documents with fields to measure with");
  return plan;
}

/// The readers of all precisions asked for. They know the kinds of the data set, and to find them
/// those of a folder.
std::vector<Reader> load_readers(const BenchOptions& options, const EvalPlan& plan) {
  std::vector<Reader> readers;
  for (const Precision precision : chosen_precisions(options.common)) {
    ReaderOptions wanted = reader_options(options.common, precision);
    if (options.document == "truth") wanted.templates = templates_of(plan);
    wanted.template_folder = options.templates;
    readers.emplace_back(wanted);
  }
  return readers;
}

/// What reading all documents in every round gave.
struct Measured {
  StageTimes times;
  std::size_t documents = 0;
  std::size_t texts = 0;  ///< fields and lines
};

/// The readers take turns, so that a drift of the machine hits all alike.
std::vector<Measured> measure(const std::vector<Reader>& readers, std::vector<Job> jobs,
                              int rounds) {
  std::map<std::string, double> spent;
  for (Job& job : jobs)
    job.request.observer = [&](const char* stage, double ms) { spent[stage] += ms; };
  std::vector<Measured> all(readers.size());
  for (int round = 0; round <= rounds; ++round) {
    if (round == 1) all.assign(readers.size(), {});  // the first one warms up
    for (const Job& job : jobs) {
      for (std::size_t r = 0; r < readers.size(); ++r) {
        spent.clear();
        const Document document = read_document(readers[r], job);
        for (const auto& [stage, ms] : spent) all[r].times[stage].push_back(ms);
        all[r].texts += document.fields.size() + document.lines.size();
        ++all[r].documents;
      }
    }
  }
  return all;
}

}  // namespace

Json bench_pipeline(const BenchOptions& options) {
  EvalPlan plan = plan_documents(options);
  const std::vector<Reader> readers = load_readers(options, plan);
  if (options.document == "auto") drop_unknown(readers.front(), plan);
  if (plan.frames.empty())
    throw Error(ErrorCode::no_document,
                printable_path(data_set(options)) + ": no document of a known kind is in it");
  std::vector<Job> jobs;
  for (const EvalFrame& frame : plan.frames)
    jobs.push_back({file_in_memory(frame.frame.image), request_for(options.document, frame)});
  const std::vector<Measured> all = measure(readers, std::move(jobs), options.rounds);

  const auto texts_each = [](const Measured& measured) {
    return static_cast<double>(measured.texts) / static_cast<double>(measured.documents);
  };
  Json json = {{"environment", bench_environment({readers.front().info().isa})},
               {"template", options.document},
               {"fields_per_document", texts_each(all.front())},
               {"pipeline", Json::array()}};
  for (std::size_t r = 0; r < readers.size(); ++r) {
    const std::string& precision = readers[r].info().precision;
    print_stages(all[r].times, precision, all[r].documents, texts_each(all[r]));
    for (const auto& [stage, values] : all[r].times)
      json["pipeline"].push_back(
          {{"precision", precision}, {"stage", stage}, {"median_ms", median(values)}});
    if (options.common.model.empty())
      add_start(plan.frames.front(), precision, options.rounds, json);
  }
  return json;
}

}  // namespace nibble
