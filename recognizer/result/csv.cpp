#include <string>
#include <utility>
#include <vector>

#include "recognizer/base/number_text.h"
#include "recognizer/base/unicode.h"
#include "recognizer/result/named_text.h"
#include "recognizer/result/renderers.h"

namespace nibble {
namespace {

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

class CsvRenderer : public Renderer {
 public:
  explicit CsvRenderer(Sink sink) : sink_(std::move(sink)) {
    row({"file", "field", "kind", "text", "raw", "confidence", "x0", "y0", "x1", "y1", "x2", "y2",
         "x3", "y3", "page"});
  }

  void add(const Document& document) override {
    if (!document.ok()) return;
    for (const NamedText& item : named_texts(document)) {
      std::vector<std::string> cells = {document.path,  item.name,
                                        item.kind,      item.text->text,
                                        item.text->raw, number_text(item.text->confidence, 4)};
      for (const Point& p : item.text->quad) {
        cells.push_back(number_text(p.x, 2));
        cells.push_back(number_text(p.y, 2));
      }
      cells.push_back(std::to_string(document.page));
      row(cells);
    }
  }

 private:
  void row(const std::vector<std::string>& cells) const {
    std::string line;
    for (const std::string& text : cells)
      line += (line.empty() ? "" : ",") + cell(valid_utf8(text));
    sink_(line + "\r\n");
  }

  Sink sink_;
};

}  // namespace

std::unique_ptr<Renderer> make_csv_renderer(Sink sink) {
  return std::make_unique<CsvRenderer>(std::move(sink));
}

}  // namespace nibble
