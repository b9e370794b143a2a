#include <CLI/CLI.hpp>
#include <memory>
#include <sstream>

#include "app/commands/read_arguments.h"
#include "app/commands/read_clip.h"
#include "app/commands/read_compare.h"
#include "app/commands/read_review.h"
#include "app/support/batch.h"
#include "app/support/commands.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "app/support/output_file.h"
#include "app/support/read_inputs.h"
#include "app/support/read_pages.h"
#include "recognizer/base/text.h"
#include "recognizer/kinds/index_store.h"
#include "recognizer/reader/place.h"
#include "recognizer/result/named_text.h"
#include "recognizer/result/renderers.h"

namespace nibble {

namespace {

/// What JSON says by itself, and the other formats cannot.
bool must_be_said(const std::string& format, const std::string& warning) {
  return format != "json" && format != "jsonl" &&
         (warning.starts_with(kAnotherDocument) || warning.starts_with(kAnotherKind) ||
          warning.starts_with(kIndexMadeAnew) || warning == kNoText ||
          warning.starts_with(kFramesLeftOut));
}

}  // namespace

void report_details(const ReadArguments& arguments, const Document& document) {
  const CommonOptions& common = arguments.common;
  if (!document.ok()) return;
  std::string name = printable_path(document.path);
  if (document.page > 1) name += ", page " + std::to_string(document.page);
  for (const std::string& warning : document.warnings) {
    const std::string message = name + ": " + warning;
    if (must_be_said(arguments.format, warning)) {
      report_warning(common, message);
    } else {
      report_detail(common, message);
    }
  }
  if (!common.verbose) return;
  const Timing& times = document.timing;
  std::ostringstream message;
  message.precision(1);
  message << std::fixed << printable_path(document.path) << ": page " << document.page << ", "
          << document.width << " x " << document.height << " pixels, "
          << named_texts(document).size() << " fields in " << times.total << " ms (decode "
          << times.decode << ", rectify " << times.rectify << ", read " << times.read << ")";
  report_detail(common, message.str());
}

void check_gate(Batch& batch, const Document& document, const std::optional<double>& least) {
  if (!least || !document.ok()) return;
  for (const NamedText& item : named_texts(document)) {
    if (item.text->confidence >= *least) continue;
    std::ostringstream message;
    message << printable_path(document.path) << ": " << item.name << ": confidence "
            << item.text->confidence << " is below " << *least;
    batch.fail_gate(message.str());
  }
}

Artifacts make_artifacts(const ReadArguments& arguments, const std::vector<ReadInput>& inputs) {
  Artifacts artifacts;
  artifacts.annotate.path = arguments.annotate;
  artifacts.crops = arguments.crops;
  artifacts.margin = arguments.margin;
  prepare_artifacts(artifacts, inputs, arguments.clip);
  return artifacts;
}

namespace {

ExitCode run_read(const ReadArguments& arguments) {
  const CommonOptions& common = arguments.common;
  const std::vector<ReadInput> inputs = expand_inputs(arguments.inputs, common);
  const Request request = make_request(arguments);
  const Precision precision = chosen_precisions(common).front();
  const Reader reader =
      make_reader(common, reader_options(common, precision, make_options(arguments)));
  reader.prepare(request);
  check_output(arguments.output, inputs);
  const Artifacts artifacts = make_artifacts(arguments, inputs);
  const RenderForm form{{inputs.size() > 1, common.verbose},
                        !is_one_file(arguments.inputs, inputs),
                        arguments.csv_safe};
  OutputFile out(arguments.output);
  Review review(arguments, inputs, form.array);
  const auto writer = make_form_renderer(arguments.format, out.sink(), form);
  report_detail(common, "model " + printable_path(model_path(common, precision)) + " " +
                            reader.info().digest);

  Batch batch(common, arguments.fail_fast);
  batch.run(
      inputs.size(), "files",
      [&](std::size_t i) {
        return read_pages(reader, inputs[i], request, artifacts, review.part());
      },
      [&](std::size_t, const std::vector<ReadPage>& pages) {
        for (const ReadPage& page : pages) {
          report_details(arguments, page.document);
          report_failures(batch, page);
          writer->add(page.document);
          review.add(page.part);
          check_gate(batch, page.document, arguments.min_confidence);
        }
      });
  writer->finish();
  out.commit();
  review.finish();
  return batch.exit_code();
}

}  // namespace

void add_read_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("read", "Text from images");
  const auto arguments = std::make_shared<ReadArguments>();
  add_read_options(*command, *arguments);
  command->callback([arguments, &exit_code] {
    exit_code = arguments->compare ? run_compare(*arguments)
                : arguments->clip  ? run_clip(*arguments)
                                   : run_read(*arguments);
  });
}

}  // namespace nibble
