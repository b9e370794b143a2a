#include "app/commands/read_clip.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "app/commands/read_compare.h"
#include "app/commands/read_review.h"
#include "app/support/batch.h"
#include "app/support/interrupts.h"
#include "app/support/messages.h"
#include "app/support/models.h"
#include "app/support/output_file.h"
#include "app/support/read_inputs.h"
#include "app/support/read_pages.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/result/renderers.h"

namespace nibble {
namespace {

/// One clip on its way through its inputs.
class ClipRun {
 public:
  ClipRun(const ReadArguments& arguments, Clip clip, Batch& batch)
      : arguments_(arguments), clip_(std::move(clip)), batch_(batch) {}

  Document read(const std::vector<ReadInput>& inputs) {
    for (const ReadInput& input : inputs) {
      if (!go_on_) break;
      if (input.failure) {
        fail(input.failure->message);
        continue;
      }
      clip_.add_file({input.path, {}}, [&](const ClipFrame& frame) { return took(frame); });
    }
    return clip_.result();
  }

  /// What the page for review holds of the result, with crops of the best frame.
  std::string review_part(const Review& review, const Document& document) const {
    const PagePart part = review.part();
    return part ? part(clip_.best_picture(), document) : "";
  }

  /// The pictures about the result, from the best frame; its stem is that of its input.
  void write_pictures(const Artifacts& artifacts, const std::vector<ReadInput>& inputs,
                      Document document) {
    if (!artifacts.any() || !document.ok()) return;
    const auto best = std::find_if(inputs.begin(), inputs.end(), [&](const ReadInput& input) {
      return input.path == document.path;
    });
    document.page = 1;  // there is one picture, whatever page it is of
    try {
      write_artifacts(artifacts, clip_.best_picture(), document,
                      best == inputs.end() ? "clip" : best->stem);
    } catch (const Error& error) {
      batch_.fail(error.what());
    }
  }

 private:
  void fail(const std::string& message) {
    batch_.fail(message);
    if (arguments_.fail_fast) go_on_ = false;
  }

  bool took(const ClipFrame& frame) {
    if (frame.use == ClipFrame::Use::failed) fail(frame.reason);
    std::string name = printable_path(frame.path);
    if (frame.page > 1) name += ", picture " + std::to_string(frame.page);
    report_detail(arguments_.common,
                  fmt::format("{}: {}{}, sharpness {:.2f}, glare {:.2f}, {:.1f} ms", name,
                              frame_use_name(frame.use),
                              frame.reason.empty() ? "" : " (" + frame.reason + ")",
                              frame.quality.sharpness, frame.quality.glare, frame.ms));
    if (interrupted() || (arguments_.stop && clip_.enough())) go_on_ = false;
    return go_on_;
  }

  const ReadArguments& arguments_;
  Clip clip_;
  Batch& batch_;
  bool go_on_ = true;
};

}  // namespace

ExitCode run_clip(const ReadArguments& arguments) {
  const CommonOptions& common = arguments.common;
  const Request request = make_request(arguments);
  const std::vector<ReadInput> inputs = expand_inputs(arguments.inputs, common);
  const Precision precision = chosen_precisions(common).front();
  const Reader reader =
      make_reader(common, reader_options(common, precision, make_options(arguments)));
  check_output(arguments.output, inputs);
  const Artifacts artifacts = make_artifacts(arguments, inputs);
  ClipOptions options;
  options.stop = arguments.stopping;
  options.keep_picture = artifacts.any() || !arguments.review.empty();
  Batch batch(common, arguments.fail_fast);
  ClipRun run(arguments, reader.clip(request, options), batch);
  OutputFile out(arguments.output);
  Review review(arguments, inputs, false);
  const auto writer = make_form_renderer(
      arguments.format, out.sink(), RenderForm{{false, common.verbose}, false, arguments.csv_safe});
  const Document document = run.read(inputs);
  if (!document.ok()) batch.fail(document.message);
  report_details(arguments, document);
  writer->add(document);
  review.add(run.review_part(review, document));
  run.write_pictures(artifacts, inputs, document);
  check_gate(batch, document, arguments.min_confidence);
  writer->finish();
  out.commit();
  review.finish();
  return batch.exit_code();
}

}  // namespace nibble
