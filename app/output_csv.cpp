#include "app/output_csv.h"

#include <string>
#include <vector>

#include "app/report_html.h"
#include "recognizer/base/unicode.h"

namespace nibble {
namespace {

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

class CsvWriter : public ResultWriter {
 public:
  explicit CsvWriter(OutputFile& out) : out_(out) {
    row({"file", "field", "kind", "text", "raw", "confidence", "x0", "y0", "x1", "y1", "x2", "y2",
         "x3", "y3", "page"});
  }

  void add(const DocumentResult& result) override {
    if (result.failure) return;
    for (const FieldResult& field : result.fields) {
      std::vector<std::string> cells = {result.path,        field.field.name,
                                        field.field.kind,   field.text,
                                        field.reading.text, number_text(field.confidence, 4)};
      for (const Point& p : field.quad) {
        cells.push_back(number_text(p.x, 2));
        cells.push_back(number_text(p.y, 2));
      }
      cells.push_back(std::to_string(result.page));
      row(cells);
    }
  }

 private:
  void row(const std::vector<std::string>& cells) {
    std::string line;
    for (const std::string& text : cells)
      line += (line.empty() ? "" : ",") + cell(valid_utf8(text));
    out_.write(line + "\r\n");
  }

  OutputFile& out_;
};

}  // namespace

std::unique_ptr<ResultWriter> make_csv_writer(OutputFile& out) {
  return std::make_unique<CsvWriter>(out);
}

}  // namespace nibble
