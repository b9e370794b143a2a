#include "app/locate_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/commands.h"
#include "app/common.h"
#include "app/output_file.h"
#include "app/progress.h"
#include "app/read_artifacts.h"
#include "app/read_output.h"
#include "recognizer/base/ordered_loop.h"
#include "recognizer/base/text.h"
#include "recognizer/image/image_file.h"
#include "recognizer/locate/locate.h"

namespace nibble {

namespace {

struct LocateArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  std::string document = "none";
  std::string templates;
  std::string format = "text";
  std::string output;
  std::string annotate;
  std::string rectified;
  double min_confidence = kLeastLocateConfidence;
};

/// The document in a picture: by its print where kinds are known, else by its outline.
FoundDocument locate(const Image& image, const LocateTask& task) {
  if (task.finder) {
    const KnownDocument known = task.finder->find(image);
    return {known.document->name, known.document->width, known.document->height,
            known.quad,           known.confidence,      true};
  }
  const auto found = locate_document(image);
  if (!found || found->confidence < task.min_confidence)
    throw Error(ErrorCode::no_document, "no document's outline was found in it");
  const Quad& quad = found->quad;
  const double width = std::max(distance(quad[0], quad[1]), distance(quad[3], quad[2]));
  const double height = std::max(distance(quad[0], quad[3]), distance(quad[1], quad[2]));
  return {"",
          std::max(1, static_cast<int>(std::lround(width))),
          std::max(1, static_cast<int>(std::lround(height))),
          quad,
          found->confidence,
          true};
}

std::string locate_text(const DocumentResult& result, bool several) {
  const FoundDocument& document = *result.document;
  std::string line = several || result.page > 1 ? printable_path(result.path) + "\t" : "";
  if (result.page > 1) line += "page " + std::to_string(result.page) + "\t";
  std::array<char, 64> text{};
  for (std::size_t i = 0; i < 4; ++i) {
    std::snprintf(text.data(), text.size(), "%s%.1f,%.1f", i == 0 ? "" : ",", document.quad[i].x,
                  document.quad[i].y);
    line += text.data();
  }
  std::snprintf(text.data(), text.size(), "\t%.2f", document.confidence);
  return line + text.data() + (document.name.empty() ? "" : "\t" + document.name) + "\n";
}

nlohmann::ordered_json locate_json(const DocumentResult& result) {
  // The same object as that of read, without what belongs to reading.
  auto value = nlohmann::ordered_json::parse(result_to_json(result, {}, false));
  for (const char* key : {"tool", "fields", "mrz"}) value.erase(key);
  if (value.contains("timing_ms")) value["timing_ms"].erase("read");
  return value;
}

/// Writes the results in one of the formats.
class LocateWriter {
 public:
  LocateWriter(const LocateArguments& arguments, OutputFile& out, bool several)
      : format_(arguments.format), out_(out), several_(several) {}

  void add(const DocumentResult& result) {
    if (format_ == "text") {
      if (!result.failure) out_.write(locate_text(result, several_));
    } else if (format_ == "jsonl") {
      out_.write(dump(locate_json(result), -1) + "\n");
    } else {
      all_.push_back(locate_json(result));
    }
  }

  void finish() {
    if (format_ != "json") return;
    out_.write(dump(all_.size() == 1 ? all_[0] : all_, 2) + "\n");
  }

 private:
  static std::string dump(const nlohmann::ordered_json& value, int indent) {
    return value.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }

  std::string format_;
  OutputFile& out_;
  bool several_;
  nlohmann::ordered_json all_ = nlohmann::ordered_json::array();
};

/// Where the pictures of --annotate and --rectified go, with the protection of the inputs that read
/// has.
ReadTask artifact_task(const std::string& path, const std::vector<ReadInput>& inputs) {
  ReadTask task;
  task.annotate = path;
  prepare_artifacts(task, inputs);
  return task;
}

LocateTask make_task(const LocateArguments& arguments) {
  LocateTask task;
  task.min_confidence = arguments.min_confidence;
  if (arguments.document != "auto" && !arguments.templates.empty())
    throw Error(ErrorCode::usage, "--templates goes with --template auto");
  if (arguments.document == "auto")
    task.finder = std::make_shared<DocumentFinder>(finder_for_folder(arguments.templates));
  if (arguments.document != "auto" && arguments.document != "none") {
    task.finder = std::make_shared<DocumentFinder>(finder_for(arguments.document));
  }
  return task;
}

ExitCode run_locate(const LocateArguments& arguments) {
  const std::vector<ReadInput> inputs = expand_inputs(arguments.inputs);
  check_output(arguments.output, inputs);
  LocateTask task = make_task(arguments);
  task.annotate = artifact_task(arguments.annotate, inputs);
  task.rectified = artifact_task(arguments.rectified, inputs);
  OutputFile out(arguments.output);
  LocateWriter writer(arguments, out, inputs.size() > 1);
  catch_interrupts();
  Progress progress(arguments.common, inputs.size(), "files");
  bool failed = false;
  for_each_ordered(
      inputs.size(), arguments.common.jobs,
      [&](std::size_t i) { return locate_input(inputs[i], task); },
      [&](std::size_t, const std::vector<DocumentResult>& results) {
        for (const DocumentResult& result : results) {
          for (const auto* failure : {&result.failure, &result.output_failure}) {
            if (!*failure) continue;
            report_error((*failure)->message);
            failed = true;
          }
          writer.add(result);
        }
        progress.advance();
        return !interrupted();
      });
  writer.finish();
  out.commit();
  if (interrupted()) return kExitInterrupted;
  return failed ? kExitSomeFailed : kExitOk;
}

constexpr const char* kFooter =
    "One line an input: the corners top-left, top-right, bottom-right, bottom-left as x,y in pixels, the confidence, and\n"
    "the kind of document where it is looked for. Corners may lie outside the picture.\n"
    "\n"
    "By default the outline alone is looked for: any card or page. It does not tell which way is up. With --template the\n"
    "document is recognised by its print, which gives exact corners in its own orientation, or refused.\n"
    "\n"
    "Examples:\n"
    "  nibble locate photo.jpg\n"
    "  nibble locate --rectified card.png photo.jpg\n"
    "  nibble locate --template auto --format jsonl photos/\n"
    "\n"
    "Exit codes: 0 all well, 1 in some inputs no document was found, 2 usage, 3 template, 130 interrupted.";

void add_options(CLI::App& command, LocateArguments& arguments) {
  command
      .add_option("INPUT", arguments.inputs,
                  "Pictures, folders, \"patterns\", @list, - for standard input")
      ->required()
      ->type_name(" ");
  command
      .add_option("--template", arguments.document,
                  "Look for this kind of document, or for any known kind; none looks for outlines")
      ->check(not_empty())
      ->type_name("NAME|FILE|auto|none")
      ->capture_default_str();
  command
      .add_option("--templates", arguments.templates,
                  "Folder of the templates for --template auto (default: the shipped ones)")
      ->check(not_empty())
      ->type_name("FOLDER");
  command.add_option("--format", arguments.format, "Format of the results")
      ->check(CLI::IsMember({"text", "json", "jsonl"}))
      ->capture_default_str();
  command
      .add_option("-o,--output", arguments.output,
                  "Write the results here instead of standard output")
      ->check(not_empty())
      ->type_name("FILE");
  command
      .add_option("--annotate", arguments.annotate,
                  "Draw the outline into the picture (.png, .jpg)")
      ->check(not_empty())
      ->type_name("FILE|FOLDER");
  command
      .add_option("--rectified", arguments.rectified,
                  "Write the document cut out and upright (.png, .jpg)")
      ->check(not_empty())
      ->type_name("FILE|FOLDER");
  command
      .add_option("--min-confidence", arguments.min_confidence,
                  "An outline below this is no document")
      ->check(between(0, 1))
      ->capture_default_str();
}

}  // namespace

std::vector<DocumentResult> locate_input(const ReadInput& input, const LocateTask& task) {
  const auto locate_page = [&](const Image& image, const std::string& stem,
                               DocumentResult& result) {
    const auto start = std::chrono::steady_clock::now();
    result.document = locate(image, task);
    result.times.locate =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    const FoundDocument& document = *result.document;
    const std::string name = printable_path(result.path);
    result.output_failure = failure_in(name, [&] {
      write_artifacts(image, nullptr, task.annotate, stem, result);
      if (!task.rectified.annotate.empty()) {
        write_picture(rectify(image, document.quad, document.width, document.height).image,
                      task.rectified, stem, result.page);
      }
    });
  };
  return for_each_page(input, locate_page);
}

void add_locate_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "locate", "Corners of the document in a picture, and the document upright");
  const auto arguments = std::make_shared<LocateArguments>();
  command->footer(kFooter);
  add_options(*command, *arguments);
  add_jobs_option(*command, arguments->common);
  add_output_options(*command, arguments->common);
  command->callback([arguments, &exit_code] { exit_code = run_locate(*arguments); });
}

}  // namespace nibble
