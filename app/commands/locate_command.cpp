#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "app/support/artifacts.h"
#include "app/support/batch.h"
#include "app/support/commands.h"
#include "app/support/json_text.h"
#include "app/support/output_file.h"
#include "app/support/read_inputs.h"
#include "app/support/read_pages.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/text.h"
#include "recognizer/result/document_json.h"

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
  double min_confidence = Request{}.min_outline;
};

std::string locate_text(const Document& result, bool several) {
  const Placement& placement = *result.placement;
  std::string line = several || result.page > 1 ? printable_path(result.path) + "\t" : "";
  if (result.page > 1) line += "page " + std::to_string(result.page) + "\t";
  const char* separator = "";
  for (const Point& corner : placement.quad)
    line += fmt::format("{}{:.1f},{:.1f}", std::exchange(separator, ","), corner.x, corner.y);
  line += fmt::format("\t{:.2f}", placement.confidence);
  return line + (placement.kind.empty() ? "" : "\t" + printable_text(placement.kind)) + "\n";
}

nlohmann::ordered_json locate_json(const Document& result) {
  // The same object as that of read, without what belongs to reading.
  nlohmann::ordered_json value = document_json(result);
  for (const char* key : {"tool", "fields", "mrz", "lines"}) value.erase(key);
  if (value.contains("timing_ms")) value["timing_ms"].erase("read");
  return value;
}

/// Writes the results in one of the formats.
class LocateWriter {
 public:
  LocateWriter(const LocateArguments& arguments, OutputFile& out,
               const std::vector<ReadInput>& inputs)
      : format_(arguments.format),
        out_(out),
        several_(inputs.size() > 1),
        one_file_(is_one_file(arguments.inputs, inputs)) {}

  void add(const Document& result) {
    if (format_ == "text") {
      if (result.ok()) out_.write(locate_text(result, several_));
    } else if (format_ == "jsonl") {
      out_.write(json_text(locate_json(result)) + "\n");
    } else {
      all_.push_back(locate_json(result));
    }
  }

  void finish() {
    if (format_ != "json") return;
    out_.write(json_text(one_file_ && all_.size() == 1 ? all_[0] : all_, 2) + "\n");
  }

 private:
  std::string format_;
  OutputFile& out_;
  bool several_;
  bool one_file_;
  nlohmann::ordered_json all_ = nlohmann::ordered_json::array();
};

Request make_request(const LocateArguments& arguments) {
  if (arguments.document != "auto" && !arguments.templates.empty())
    throw Error(ErrorCode::usage, "--templates goes with --template auto");
  Request request;
  request.locate_only = true;
  request.min_outline = arguments.min_confidence;
  request.type = arguments.document == "none" ? Request::Type::text : Request::Type::kind;
  if (arguments.document != "auto" && arguments.document != "none")
    request.kind = arguments.document;
  return request;
}

ExitCode run_locate(const LocateArguments& arguments) {
  const std::vector<ReadInput> inputs = expand_inputs(arguments.inputs, arguments.common);
  check_output(arguments.output, inputs);
  const Request request = make_request(arguments);
  ReaderOptions options;
  options.template_folder = arguments.templates;
  options.load_model = false;
  options.limits = arguments.common.limits;
  const Reader reader(options);
  reader.prepare(request);
  Artifacts artifacts;
  artifacts.annotate.path = arguments.annotate;
  artifacts.rectified.path = arguments.rectified;
  prepare_artifacts(artifacts, inputs);
  OutputFile out(arguments.output);
  LocateWriter writer(arguments, out, inputs);
  Batch batch(arguments.common);
  batch.run(
      inputs.size(), "files",
      [&](std::size_t i) { return read_pages(reader, inputs[i], request, artifacts); },
      [&](std::size_t, const std::vector<ReadPage>& pages) {
        for (const ReadPage& page : pages) {
          report_failures(batch, page);
          writer.add(page.document);
        }
      });
  writer.finish();
  out.commit();
  return batch.exit_code();
}

constexpr const char* kFooter =
    "One line an input: the corners top-left, top-right, bottom-right, bottom-left as x,y in pixels, the confidence, and\n"
    "the kind of document where it is looked for. Corners may lie outside the picture.\n"
    "\n"
    "By default the outline alone is looked for: any card or page. It does not tell which way is up. With --template the\n"
    "document is recognised by its print, which gives exact corners in its own orientation, or refused.\n"
    "JSON is one object where the input is one file with one page, and an array in all other cases (see nibble read --help).\n"
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
      .add_option(
          "--templates", arguments.templates,
          "Folder of the templates for --template auto, or their index (default: the shipped ones)")
      ->check(not_empty())
      ->type_name("FOLDER|INDEX");
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

void add_locate_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "locate", "Corners of the document in a picture, and the document upright");
  const auto arguments = std::make_shared<LocateArguments>();
  command->footer(kFooter);
  add_options(*command, *arguments);
  add_jobs_option(*command, arguments->common);
  add_limit_options(*command, arguments->common);
  add_output_options(*command, arguments->common);
  command->callback([arguments, &exit_code] { exit_code = run_locate(*arguments); });
}

}  // namespace nibble
