#include "app/commands/read_arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "app/support/calibration_file.h"
#include "app/support/models.h"
#include "app/support/options.h"
#include "data/midv.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"

namespace nibble {

namespace {

constexpr const char* kFooter =
    "Inputs are JPEG, PNG, WebP, BMP, TIFF and PDF files (every page), folders (with their subfolders), patterns in quotes,\n"
    "@list (a file with one input a line) and - for standard input.\n"
    "\n"
    "A document of a known kind is found by the print that all of its kind share, at any angle, and its fields are read. Where none is\n"
    "found, the machine readable zone is looked for and every line of text is read, and fields are named by their captions, by the numbers of\n"
    "driving licences, by the zone and by form; warnings (-v, JSON) say what happened. With a named\n"
    "template the document must be there: where it is not found, give its corners by --quad or --quad-json; a picture that has the\n"
    "template's shape is then taken as the whole upright document.\n"
    "\n"
    "A field's confidence is the probability that its text is right. Of the fields decided \"accept\" at most 1 % are wrong, as measured "
    "on\n"
    "rendered documents read with rules; \"reject\" are those below 0.5 or without text, \"review\" the rest; text marks both. A --calibration file "
    "states its\n"
    "own rate; a model without one accepts nothing.\n"
    "\n"
    "JSON is one object where the input is one file with one page, and an array of such objects in all other cases: several inputs or\n"
    "pages, and always for a folder, a pattern or a @list. JSON lines (jsonl) are one object a page, whatever the input is. CSV has the\n"
    "texts as they were read; a spreadsheet takes some for formulas, which --csv-safe prevents. In all formats what cannot be printed\n"
    "(control characters and the like, of readings, templates and file names) is escaped or replaced by U+FFFD.\n"
    "\n"
    "With --clip the inputs, their pages and the pictures of a stream of JPEG pictures are frames of one document. Their readings are\n"
    "combined character by character; frames that are not sharp, show another document or none are left out, which is said. --stop\n"
    "ends when another frame is expected to change no more than --stop-cost of the characters.\n"
    "\n"
    "--review writes a page for a browser: each text beside its crop, the doubtful ones first, to be accepted, corrected or rejected by\n"
    "keyboard. It sends nothing; what it saves are the corrected results as JSON (JSON lines with --format jsonl), in which \"review\" says\n"
    "who decided each text and what was read.\n"
    "\n"
    "Examples:\n"
    "  nibble read photo.jpg\n"
    "  nibble read --clip --stop frames/\n"
    "  ffmpeg -i clip.mp4 -f image2pipe -c:v mjpeg -q:v 2 - | nibble read --clip --stop -\n"
    "  nibble read --template none receipt.jpg\n"
    "  nibble read --line word.png\n"
    "  nibble read --template card.json scan.png\n"
    "  nibble read --template card.json --quad 102,80,930,95,925,610,98,600 photo.jpg\n"
    "  nibble read --template card.json --format jsonl -o results.jsonl -j 2 scans/\n"
    "  nibble read --template card.json --annotate seen.png --crops crops/ scan.png\n"
    "  nibble read --review check.html --format jsonl -o results.jsonl scans/\n"
    "\n"
    "Exit codes: 0 all well, 1 some inputs failed, 2 usage, 3 model, template or device, 4 below --min-confidence.";

[[noreturn]] void fail_usage(const std::string& message) { throw Error(ErrorCode::usage, message); }

Quad parse_quad_list(const std::string& text) {
  std::array<double, 8> values{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && at != end && *at == ',') ++at;
    while (at != end && *at == ' ') ++at;
    const auto [next, error] = std::from_chars(at, end, values[i]);
    if (error != std::errc() || !std::isfinite(values[i]) || (next != end && *next != ',') ||
        (next == end) != (i == 7)) {
      fail_usage("--quad " + printable_path(text) +
                 ": eight numbers are needed, x,y of the corners TL TR BR BL in pixels");
    }
    at = next;
  }
  return {Point{values[0], values[1]}, Point{values[2], values[3]}, Point{values[4], values[5]},
          Point{values[6], values[7]}};
}

Quad read_quad_file(const std::string& path) {
  const std::string text = read_text_file(path);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool bare = first != std::string::npos && text[first] == '[';
  return parse_frame_quad(bare ? "{\"quad\":" + text + "}" : text, printable_path(path));
}

void check_arguments(const ReadArguments& arguments) {
  const bool has_quad = !arguments.quad.empty() || !arguments.quad_file.empty();
  const bool has_kind = arguments.document != "auto";
  if (arguments.line && (has_kind || has_quad || !arguments.fields.empty())) {
    fail_usage(
        "--line reads a picture of one line: it goes without --template, --quad, --quad-json and --field");
  }
  if (arguments.document == "none" && !arguments.fields.empty())
    fail_usage("--field needs a template: without one it is not known which fields there are");
  if (arguments.csv_safe && arguments.format != "csv")
    fail_usage("--csv-safe goes with --format csv");
  if (arguments.clip && arguments.compare) fail_usage("--clip and --compare exclude each other");
  if (arguments.clip && arguments.common.jobs > 1)
    fail_usage("--clip reads one frame after the other: it goes without --jobs");
  if (arguments.stop && !arguments.clip) fail_usage("--stop ends a clip: it goes with --clip");
  if (arguments.review == "-")
    fail_usage("--review writes a page to open in a browser: give the name of a file");
  if (!arguments.review.empty() && arguments.compare)
    fail_usage("--review and --compare exclude each other");
  if (has_kind && !arguments.templates.empty()) fail_usage("--templates goes with --template auto");
}

}  // namespace

Request make_request(const ReadArguments& arguments) {
  check_arguments(arguments);
  Request request;
  request.fields = arguments.fields;
  if (!arguments.quad.empty()) {
    request.quad = parse_quad_list(arguments.quad);
    request.quad_name = "--quad";
  } else if (!arguments.quad_file.empty()) {
    request.quad = read_quad_file(arguments.quad_file);
    request.quad_name = printable_path(arguments.quad_file);
  }
  if (arguments.line) {
    request.type = Request::Type::line;
  } else if (arguments.document == "none") {
    request.type = Request::Type::text;
  } else if (arguments.document != "auto") {
    request.type = Request::Type::kind;
    request.kind = arguments.document;
  }
  return request;
}

ReaderOptions make_options(const ReadArguments& arguments) {
  ReaderOptions options;
  options.template_folder = arguments.templates;
  options.rules = !arguments.no_rules;
  options.alternatives = arguments.alternatives;
  options.margin = arguments.margin;
  options.beam = arguments.beam;
  return options;
}

namespace {

void add_what_options(CLI::App& command, ReadArguments& arguments) {
  command
      .add_option("INPUT", arguments.inputs,
                  "Pictures, folders, \"patterns\", @list, - for standard input")
      ->required()
      ->type_name(" ");
  command
      .add_option(
          "--template", arguments.document,
          "Kind of document: the name of a known one or a template file; auto finds a known one and else reads all text, none reads all text")
      ->check(not_empty())
      ->type_name("NAME|FILE|auto|none")
      ->capture_default_str();
  command
      .add_option(
          "--templates", arguments.templates,
          "Folder of the templates for --template auto, or their index (default: the shipped ones)")
      ->check(not_empty())
      ->type_name("FOLDER|INDEX");
  auto* quad = command.add_option("--quad", arguments.quad,
                                  "Corners of the document in the picture, in pixels: TL TR BR BL");
  quad->check(not_empty())->type_name("x,y,x,y,x,y,x,y");
  command
      .add_option("--quad-json", arguments.quad_file,
                  "The same from a file: {\"quad\": [[x,y], ...]} or the bare list")
      ->check(not_empty())
      ->type_name("FILE")
      ->excludes(quad);
  command.add_flag("--line", arguments.line, "Each picture is one line of text and nothing else");
  command.add_option("--field", arguments.fields, "Read this field alone (can be repeated)")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void add_result_options(CLI::App& command, ReadArguments& arguments) {
  command.add_option("--format", arguments.format, "Format of the results")
      ->check(CLI::IsMember({"text", "json", "jsonl", "tsv", "csv", "hocr", "alto"}))
      ->capture_default_str();
  command.add_flag(
      "--csv-safe", arguments.csv_safe,
      "CSV: an apostrophe before texts that begin with = + - @, a tab or a line break");
  command
      .add_option("-o,--output", arguments.output,
                  "Write the results here instead of standard output")
      ->check(not_empty())
      ->type_name("FILE");
  command
      .add_option("--annotate", arguments.annotate,
                  "Draw what was read into the picture (.png, .jpg)")
      ->check(not_empty())
      ->type_name("FILE|FOLDER");
  command
      .add_option("--crops", arguments.crops,
                  "Write each field's crop and its normalised line as PNG")
      ->check(not_empty())
      ->type_name("FOLDER");
  command
      .add_option("--review", arguments.review,
                  "Write a page on which a person checks and corrects what was read")
      ->check(not_empty())
      ->type_name("FILE.html");
  command
      .add_option("--alternatives", arguments.alternatives, "Alternatives kept for each character")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command
      .add_option("--min-confidence", arguments.min_confidence,
                  "Exit with code 4 when a field is below this")
      ->check(between(0, 1));
}

void add_how_options(CLI::App& command, ReadArguments& arguments) {
  command.add_flag("--no-rules", arguments.no_rules,
                   "Leave the reading as it is, without rules for dates and the like");
  command
      .add_option("--beam", arguments.beam,
                  "Width of the beam search; 0 takes the best class of each column")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  command
      .add_option("--margin", arguments.margin, "Margin around each field, in shares of its height")
      ->check(between(0, 2))
      ->capture_default_str();
  command.add_flag("--compare", arguments.compare,
                   "Read in all three precisions and show them side by side, with times");
  command.add_flag("--clip", arguments.clip,
                   "The inputs are frames of one document, read together to one result");
  auto* stop = command.add_flag("--stop", arguments.stop,
                                "With --clip: read no more frames than are worth their cost");
  command
      .add_option("--stop-cost", arguments.stopping.cost,
                  "Of a frame: share of a text's characters that it must be expected to change")
      ->check(between(0.0001, 1))
      ->needs(stop)
      ->capture_default_str();
  command.add_option("--max-frames", arguments.stopping.max_frames, "Use at most N frames")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000))
      ->needs(stop);
  command.add_flag("--fail-fast", arguments.fail_fast, "Stop at the first input that fails");
}

}  // namespace

void add_read_options(CLI::App& command, ReadArguments& arguments) {
  command.footer(kFooter);
  add_what_options(command, arguments);
  add_result_options(command, arguments);
  add_how_options(command, arguments);
  add_jobs_option(command, arguments.common);
  add_limit_options(command, arguments.common);
  add_output_options(command, arguments.common);
  add_model_options(command, arguments.common);
  add_calibration_option(command, arguments.common);
}

}  // namespace nibble
