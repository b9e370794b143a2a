#include "app/commands/read_compare.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "app/commands/compare_pages.h"
#include "app/support/json_text.h"
#include "app/support/models.h"
#include "app/support/output_file.h"
#include "app/support/read_inputs.h"
#include "recognizer/base/number_text.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

using Json = nlohmann::ordered_json;

/// The pages of one input, read by each of the readers.
using Readings = std::vector<std::vector<ReadPage>>;

/// One page in all precisions.
struct Comparison {
  std::vector<const Document*> documents;
  std::vector<ComparedText> texts;
};

std::string precision_of(const Document& document) { return document.reader->precision; }

std::string text_row(const Document& document, const TextLine* text) {
  std::string name = precision_of(document);
  name.resize(6, ' ');
  if (text == nullptr) return "    " + name + "   not read\n";
  const std::string ms = number_text(text->ms, 2) + " ms";
  return "    " + name + std::string(ms.size() < 10 ? 10 - ms.size() : 0, ' ') + ms + "  " +
         number_text(text->confidence, 3) + "  " + printable_text(text->text) + "\n";
}

void write_text(OutputFile& out, const Comparison& page) {
  const Document& first = *page.documents[0];
  out.write(printable_path(first.path) +
            (first.page > 1 ? ", page " + std::to_string(first.page) : "") + "\n");
  std::size_t different = 0;
  std::vector<double> sums(page.documents.size());
  for (const ComparedText& item : page.texts) {
    different += item.differs() ? 1 : 0;
    out.write((item.differs() ? "* " : "  ") + printable_text(item.name) + "\n");
    for (std::size_t i = 0; i < item.texts.size(); ++i) {
      sums[i] += item.texts[i] == nullptr ? 0 : item.texts[i]->ms;
      out.write(text_row(*page.documents[i], item.texts[i]));
    }
  }
  std::string times;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    times += (i == 0 ? "" : ", ") + precision_of(*page.documents[i]) + " " +
             number_text(sums[i], 2) + " ms";
  }
  out.write("  " + std::to_string(different) + " of " + std::to_string(page.texts.size()) +
            " fields differ; all fields: " + times + "\n");
}

Json text_json(const TextLine* text) {
  if (text == nullptr) return nullptr;
  return {{"text", text->text}, {"confidence", text->confidence}, {"ms", text->ms}};
}

Json comparison_json(const Comparison& page) {
  Json fields = Json::array();
  for (const ComparedText& item : page.texts) {
    Json entry{{"name", item.name}, {"differs", item.differs()}};
    for (std::size_t i = 0; i < item.texts.size(); ++i)
      entry[precision_of(*page.documents[i])] = text_json(item.texts[i]);
    fields.push_back(std::move(entry));
  }
  const Document& first = *page.documents[0];
  return {{"schema_version", "1.0"},
          {"input", {{"path", first.path}, {"page", first.page}}},
          {"compare", fields},
          {"status", "ok"}};
}

/// Writes comparisons in one of the formats.
class CompareWriter {
 public:
  CompareWriter(std::string format, OutputFile& out) : format_(std::move(format)), out_(out) {}

  void add(const Comparison& page) {
    if (format_ == "text") {
      write_text(out_, page);
    } else if (format_ == "jsonl") {
      out_.write(json_text(comparison_json(page)) + "\n");
    } else {
      all_.push_back(comparison_json(page));
    }
  }

  void finish(bool one_file) {
    if (format_ == "json")
      out_.write(json_text(one_file && all_.size() == 1 ? all_[0] : all_, 2) + "\n");
  }

 private:
  std::string format_;
  OutputFile& out_;
  Json all_ = Json::array();
};

/// Pictures are of the last reading alone, since those of the others would have the same names.
Readings read_input(const std::vector<Reader>& readers, const ReadInput& input,
                    const Request& request, const Artifacts& artifacts) {
  Readings readings;
  for (const Reader& reader : readers) {
    const bool last = readings.size() + 1 == readers.size();
    readings.push_back(read_pages(reader, input, request, last ? artifacts : Artifacts{}));
  }
  return readings;
}

/// What all have read of an input, page by page. A page that failed in one is left out.
void compare_input(Batch& batch, const Readings& readings, const ReadArguments& arguments,
                   CompareWriter& writer) {
  for (std::size_t page = 0; page < readings[0].size(); ++page) {
    Comparison comparison;
    bool whole = true;
    for (const std::vector<ReadPage>& pages : readings) {
      whole = whole && page < pages.size() && pages[page].document.ok();
      if (page >= pages.size()) continue;  // interrupted
      report_failures(batch, pages[page]);
      check_gate(batch, pages[page].document, arguments.min_confidence);
      comparison.documents.push_back(&pages[page].document);
    }
    if (!whole) continue;
    comparison.texts = pair_texts(comparison.documents);
    writer.add(comparison);
  }
}

void check_usage(const ReadArguments& arguments) {
  const std::string& format = arguments.format;
  if (format != "text" && format != "json" && format != "jsonl") {
    throw Error(ErrorCode::usage, "--compare: its formats are text, json and jsonl, not " + format);
  }
  if (!arguments.common.model.empty() || !arguments.common.calibration.empty())
    throw Error(ErrorCode::usage,
                "--compare: reads with the shipped models; leave out --model and --calibration");
}

}  // namespace

ExitCode run_compare(const ReadArguments& arguments) {
  check_usage(arguments);
  const Request request = make_request(arguments);
  std::vector<Reader> readers;
  for (const Precision precision : {Precision::f32, Precision::int8, Precision::int4}) {
    readers.push_back(make_reader(
        arguments.common, reader_options(arguments.common, precision, make_options(arguments))));
    readers.back().prepare(request);
  }
  const std::vector<ReadInput> inputs = expand_inputs(arguments.inputs, arguments.common);
  check_output(arguments.output, inputs);
  const Artifacts artifacts = make_artifacts(arguments, inputs);
  OutputFile out(arguments.output);
  CompareWriter writer(arguments.format, out);
  Batch batch(arguments.common, arguments.fail_fast);
  batch.run(
      inputs.size(), "files",
      [&](std::size_t i) { return read_input(readers, inputs[i], request, artifacts); },
      [&](std::size_t, const Readings& readings) {
        compare_input(batch, readings, arguments, writer);
      });
  writer.finish(is_one_file(arguments.inputs, inputs));
  out.commit();
  return batch.exit_code();
}

}  // namespace nibble
