#include "app/read_output.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "app/common.h"
#include "app/output_alto.h"
#include "app/output_csv.h"
#include "app/output_hocr.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

std::string number(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

/// Code points, which is the width of the Latin text that is read.
std::size_t text_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// Names and texts, a line each; a heading before each result when there are several.
class TextWriter : public ResultWriter {
 public:
  TextWriter(OutputFile& out, bool several, bool verbose)
      : out_(out), several_(several), verbose_(verbose) {}

  void add(const DocumentResult& result) override {
    if (result.failure) return;
    if (!result.document && !verbose_) {
      out_.write((several_ ? printable_path(result.path) + "\t" : "") + result.fields.at(0).text +
                 "\n");
      return;
    }
    if (several_ || result.page > 1) out_.write(text_heading(result, std::exchange(first_, false)));
    std::size_t width = 0;
    std::size_t text = 0;
    for (const FieldResult& field : result.fields) {
      width = std::max(width, text_width(field.field.name));
      text = std::max(text, text_width(field.text));
    }
    for (const FieldResult& field : result.fields) {
      std::string line = padded(field.field.name, width + 2) + field.text;
      if (verbose_)
        line = padded(line, width + text + 4) + number(field.confidence, 3) + "  " +
               decision_name(field.decision);
      line.erase(line.find_last_not_of(' ') + 1);
      out_.write(line + "\n");
    }
  }

 private:
  static std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width - std::min(width, text_width(text)), ' ');
  }

  OutputFile& out_;
  bool several_;
  bool verbose_;
  bool first_ = true;
};

/// One JSON object for one result, an array of them for several.
class JsonWriter : public ResultWriter {
 public:
  JsonWriter(OutputFile& out, const ToolInfo& tool) : out_(out), tool_(tool) {}

  void add(const DocumentResult& result) override {
    std::string text = result_to_json(result, tool_, true);
    if (count_ == 1) out_.write("[\n" + held_);
    if (count_ >= 1) {
      out_.write(",\n" + text);
    } else {
      held_ = std::move(text);  // whether it stands in an array is known with the second
    }
    ++count_;
  }

  void finish() override {
    if (count_ == 1) out_.write(held_ + "\n");
    if (count_ > 1) out_.write("\n]\n");
  }

 private:
  OutputFile& out_;
  ToolInfo tool_;
  std::string held_;
  std::size_t count_ = 0;
};

class JsonLinesWriter : public ResultWriter {
 public:
  JsonLinesWriter(OutputFile& out, const ToolInfo& tool) : out_(out), tool_(tool) {}
  void add(const DocumentResult& result) override {
    out_.write(result_to_json(result, tool_, false) + "\n");
  }

 private:
  OutputFile& out_;
  ToolInfo tool_;
};

/// A header, then a row a field. Failed inputs have no rows.
class TsvWriter : public ResultWriter {
 public:
  explicit TsvWriter(OutputFile& out) : out_(out) {
    out_.write("file\tfield\tkind\ttext\traw\tconfidence\tx0\ty0\tx1\ty1\tx2\ty2\tx3\ty3\tpage\n");
  }

  void add(const DocumentResult& result) override {
    if (result.failure) return;
    for (const FieldResult& field : result.fields) {
      std::string row = cell(result.path);
      for (const std::string& text :
           {field.field.name, field.field.kind, field.text, field.reading.text})
        row.append("\t").append(cell(text));
      row.append("\t").append(number(field.confidence, 4));
      for (const Point& p : field.quad)
        row.append("\t").append(number(p.x, 2)).append("\t").append(number(p.y, 2));
      out_.write(row + "\t" + std::to_string(result.page) + "\n");
    }
  }

 private:
  static std::string cell(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return text;
  }

  OutputFile& out_;
};

}  // namespace

std::string text_heading(const DocumentResult& result, bool first) {
  std::string line = first ? "" : "\n";
  line += printable_path(result.path);
  if (result.page > 1) line.append(", page ").append(std::to_string(result.page));
  return line + ":\n";
}

ToolInfo tool_info(const LoadedModel& model, const std::string& isa,
                   const std::optional<Calibration>& calibration) {
  return {model.name, precision_name(model.network.precision()), isa, model.network.digest(),
          calibration};
}

std::unique_ptr<ResultWriter> make_writer(const std::string& format, OutputFile& out,
                                          const ToolInfo& tool, bool several, bool verbose) {
  if (format == "text") return std::make_unique<TextWriter>(out, several, verbose);
  if (format == "json") return std::make_unique<JsonWriter>(out, tool);
  if (format == "jsonl") return std::make_unique<JsonLinesWriter>(out, tool);
  if (format == "tsv") return std::make_unique<TsvWriter>(out);
  if (format == "csv") return make_csv_writer(out);
  if (format == "hocr") return make_hocr_writer(out, tool);
  if (format == "alto") return make_alto_writer(out, tool);
  throw Error(ErrorCode::usage,
              "--format " + format + ": there are text, json, jsonl, tsv, csv, hocr and alto");
}

}  // namespace nibble
