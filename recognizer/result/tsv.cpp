#include <string>
#include <utility>

#include "recognizer/base/number_text.h"
#include "recognizer/base/printable.h"
#include "recognizer/result/named_text.h"
#include "recognizer/result/renderers.h"

namespace nibble {
namespace {

class TsvRenderer : public Renderer {
 public:
  explicit TsvRenderer(Sink sink) : sink_(std::move(sink)) {
    sink_("file\tfield\tkind\ttext\traw\tconfidence\tx0\ty0\tx1\ty1\tx2\ty2\tx3\ty3\tpage\n");
  }

  void add(const Document& document) override {
    if (!document.ok()) return;
    for (const NamedText& item : named_texts(document)) {
      std::string row = table_cell(document.path);
      for (const std::string& text : {item.name, item.kind, item.text->text, item.text->raw})
        row.append("\t").append(table_cell(text));
      row.append("\t").append(number_text(item.text->confidence, 4));
      for (const Point& p : item.text->quad)
        row.append("\t").append(number_text(p.x, 2)).append("\t").append(number_text(p.y, 2));
      sink_(row + "\t" + std::to_string(document.page) + "\n");
    }
  }

 private:
  Sink sink_;
};

}  // namespace

std::unique_ptr<Renderer> make_tsv_renderer(Sink sink) {
  return std::make_unique<TsvRenderer>(std::move(sink));
}

}  // namespace nibble
