#include "app/read_compare.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/calibration_file.h"
#include "app/output_file.h"
#include "app/read_artifacts.h"
#include "app/read_inputs.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

/// One page in all precisions, in the order of the models.
using Comparison = std::vector<DocumentResult>;

bool differs(const Comparison& pages, std::size_t field) {
  return std::any_of(pages.begin(), pages.end(), [&](const DocumentResult& page) {
    return page.fields[field].text != pages[0].fields[field].text;
  });
}

std::string fixed(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

void write_text(OutputFile& out, const std::vector<LoadedModel>& models, const Comparison& pages) {
  out.write(printable_path(pages[0].path) +
            (pages[0].page > 1 ? ", page " + std::to_string(pages[0].page) : "") + "\n");
  std::size_t different = 0;
  std::vector<double> sums(models.size());
  for (std::size_t f = 0; f < pages[0].fields.size(); ++f) {
    const bool differ = differs(pages, f);
    different += differ ? 1 : 0;
    out.write(std::string(differ ? "* " : "  ") + pages[0].fields[f].field.name + "\n");
    for (std::size_t m = 0; m < models.size(); ++m) {
      const FieldResult& field = pages[m].fields[f];
      sums[m] += field.ms;
      std::string name = precision_name(models[m].network.precision());
      name.resize(6, ' ');
      std::string ms = fixed(field.ms, 2) + " ms";
      out.write("    " + name + std::string(ms.size() < 10 ? 10 - ms.size() : 0, ' ') + ms + "  " +
                fixed(field.confidence, 3) + "  " + field.text + "\n");
    }
  }
  std::string times;
  for (std::size_t m = 0; m < models.size(); ++m) {
    times += (m == 0 ? "" : ", ") + std::string(precision_name(models[m].network.precision())) +
             " " + fixed(sums[m], 2) + " ms";
  }
  out.write("  " + std::to_string(different) + " of " + std::to_string(pages[0].fields.size()) +
            " fields differ; all fields: " + times + "\n");
}

Json comparison_json(const std::vector<LoadedModel>& models, const Comparison& pages) {
  Json fields = Json::array();
  for (std::size_t f = 0; f < pages[0].fields.size(); ++f) {
    Json entry{{"name", pages[0].fields[f].field.name}, {"differs", differs(pages, f)}};
    for (std::size_t m = 0; m < models.size(); ++m) {
      const FieldResult& field = pages[m].fields[f];
      entry[precision_name(models[m].network.precision())] = {
          {"text", field.text}, {"confidence", field.confidence}, {"ms", field.ms}};
    }
    fields.push_back(std::move(entry));
  }
  return {{"schema_version", "1.0"},
          {"input", {{"path", printable_path(pages[0].path)}, {"page", pages[0].page}}},
          {"compare", fields},
          {"status", "ok"}};
}

/// The pages of one input in all precisions; a page that failed in one has failed in all, and is
/// reported once.
std::vector<Comparison> compare_input(const std::vector<LoadedModel>& models,
                                      const ReadInput& input, const std::vector<ReadTask>& tasks,
                                      bool& failed) {
  std::vector<std::vector<DocumentResult>> results;
  for (std::size_t i = 0; i < models.size(); ++i)
    results.push_back(read_input(models[i].network, input, tasks[i]));
  std::vector<Comparison> pages;
  for (std::size_t page = 0; page < results[0].size(); ++page) {
    if (const auto& failure = results[0][page].failure) {
      report_error(failure->message);
      failed = true;
      continue;
    }
    Comparison comparison;
    for (const std::vector<DocumentResult>& result : results) comparison.push_back(result.at(page));
    pages.push_back(std::move(comparison));
  }
  return pages;
}

}  // namespace

ExitCode run_compare(const ReadArguments& arguments) {
  const std::string& format = arguments.format;
  if (format != "text" && format != "json" && format != "jsonl") {
    throw Error(ErrorCode::usage, "--compare: its formats are text, json and jsonl, not " + format);
  }
  if (!arguments.common.model.empty() || !arguments.common.calibration.empty())
    throw Error(ErrorCode::usage,
                "--compare: reads with the shipped models; leave out --model and --calibration");
  std::vector<LoadedModel> models;
  for (const Precision precision : {Precision::f32, Precision::int8, Precision::int4})
    models.push_back(load_network(arguments.common, precision));
  const std::vector<ReadInput> inputs = expand_inputs(arguments.inputs);
  ReadTask task = make_read_task(arguments);
  check_output(arguments.output, inputs);
  prepare_artifacts(task, inputs);
  std::vector<ReadTask> tasks(models.size(), task);
  for (std::size_t i = 0; i < models.size(); ++i)
    tasks[i].calibration = load_calibration(arguments.common, models[i]);
  OutputFile out(arguments.output);
  bool failed = false;
  Json all = Json::array();
  catch_interrupts();
  for (const ReadInput& input : inputs) {
    for (const Comparison& pages : compare_input(models, input, tasks, failed)) {
      if (format == "text") {
        write_text(out, models, pages);
      } else if (format == "jsonl") {
        out.write(comparison_json(models, pages).dump() + "\n");
      } else {
        all.push_back(comparison_json(models, pages));
      }
    }
    if (interrupted() || (failed && arguments.fail_fast)) break;
  }
  if (format == "json")
    out.write((inputs.size() == 1 && all.size() == 1 ? all[0] : all).dump(2) + "\n");
  out.commit();
  if (interrupted()) return kExitInterrupted;
  return failed ? kExitSomeFailed : kExitOk;
}

}  // namespace nibble
