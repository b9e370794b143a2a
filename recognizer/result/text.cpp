#include <algorithm>
#include <string>
#include <utility>

#include "recognizer/base/number_text.h"
#include "recognizer/base/printable.h"
#include "recognizer/base/text.h"
#include "recognizer/base/unicode.h"
#include "recognizer/result/named_text.h"
#include "recognizer/result/renderers.h"

namespace nibble {

namespace {

/// Code points, which is the width of the Latin text that is read.
std::size_t text_width(const std::string& text) { return decode_utf8(text).size(); }

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, text_width(text)), ' ');
}

class TextRenderer : public Renderer {
 public:
  TextRenderer(Sink sink, const RenderOptions& options)
      : sink_(std::move(sink)), options_(options) {}

  void add(const Document& document) override {
    if (!document.ok()) return;
    if (!document.placement && !options_.verbose) {
      const std::string path = options_.several ? printable_path(document.path) + "\t" : "";
      sink_(path + printable_text(document.fields.at(0).text) + "\n");
      return;
    }
    const bool first = std::exchange(first_, false);
    if (options_.several || document.page > 1) sink_(text_heading(document, first));
    write(named_texts(document));
  }

 private:
  void write(const std::vector<NamedText>& texts) const {
    std::size_t name = 0;
    std::size_t widest = 0;
    for (const NamedText& item : texts) {
      name = std::max(name, text_width(printable_text(item.name)));
      widest = std::max(widest, text_width(printable_text(item.text->text)));
    }
    for (const NamedText& item : texts) {
      std::string line =
          padded(printable_text(item.name), name + 2) + printable_text(item.text->text);
      const std::string decision = decision_name(item.text->decision);
      line = padded(line, name + widest + 4);
      if (options_.verbose) {
        line += number_text(item.text->confidence, 3) + "  " + decision;
      } else if (item.text->decision != Decision::accept) {
        line += "(" + decision + ")";
      }
      line.erase(line.find_last_not_of(' ') + 1);
      sink_(line + "\n");
    }
  }

  Sink sink_;
  RenderOptions options_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<Renderer> make_text_renderer(Sink sink, const RenderOptions& options) {
  return std::make_unique<TextRenderer>(std::move(sink), options);
}

}  // namespace nibble
