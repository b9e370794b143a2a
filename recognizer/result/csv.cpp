#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recognizer/base/number_text.h"
#include "recognizer/base/printable.h"
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

/// A text that no spreadsheet takes for a formula: one that begins as a formula does gets an
/// apostrophe in front.
std::string harmless(const std::string& text) {
  constexpr std::string_view kFormula = "=+-@\t\r\n";
  const bool formula = !text.empty() && kFormula.find(text.front()) != std::string_view::npos;
  return formula ? "'" + text : text;
}

class CsvRenderer : public Renderer {
 public:
  CsvRenderer(Sink sink, bool safe) : sink_(std::move(sink)), safe_(safe) {
    row({"file", "field", "kind", "text", "raw", "confidence", "x0", "y0", "x1", "y1", "x2", "y2",
         "x3", "y3", "page"});
  }

  void add(const Document& document) override {
    if (!document.ok()) return;
    for (const NamedText& item : named_texts(document)) {
      std::vector<std::string> cells = {document.path, item.name, item.kind, item.text->text,
                                        item.text->raw};
      if (safe_) std::transform(cells.begin(), cells.end(), cells.begin(), harmless);
      cells.push_back(number_text(item.text->confidence, 4));
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
      line += (line.empty() ? "" : ",") + cell(visible_text(text));
    sink_(line + "\r\n");
  }

  Sink sink_;
  bool safe_;
};

}  // namespace

std::unique_ptr<Renderer> make_csv_renderer(Sink sink, const RenderForm& form) {
  return std::make_unique<CsvRenderer>(std::move(sink), form.csv_safe);
}

}  // namespace nibble
