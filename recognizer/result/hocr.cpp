#include <string>
#include <utility>

#include "recognizer/base/number_text.h"
#include "recognizer/result/layout.h"
#include "recognizer/result/named_text.h"
#include "recognizer/result/renderers.h"

namespace nibble {
namespace {

constexpr const char* kHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"
    "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n"
    "<head>\n"
    "<title>nibble</title>\n"
    "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"/>\n";

std::string box_text(const PixelBox& box) {
  return std::to_string(box.left) + " " + std::to_string(box.top) + " " +
         std::to_string(box.right) + " " + std::to_string(box.bottom);
}

std::string span(const std::string& kind, const std::string& id, const std::string& title,
                 const std::string& content) {
  return "<span class=\"" + kind + "\"" + (id.empty() ? "" : " id=\"" + id + "\"") + " title=\"" +
         escape_xml(title) + "\">" + content + "</span>";
}

/// A string within a title, which has a syntax of its own.
std::string title_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string word_markup(const PlacedWord& word, const std::string& id) {
  std::string chars;
  for (const PlacedChar& c : word.chars) {
    chars += span("ocrx_cinfo", "",
                  "x_bboxes " + box_text(c.box) + "; x_conf " + number_text(100 * c.confidence, 2),
                  escape_xml(c.text));
  }
  return span("ocrx_word", id,
              "bbox " + box_text(word.box) + "; x_wconf " + number_text(100 * word.confidence, 0),
              chars);
}

std::string line_markup(const NamedText& item, const Document& page, const std::string& number) {
  // Nothing but the text may stand in a line: white space counts.
  std::string content;
  std::size_t count = 0;
  for (const PlacedWord& word : place_words(*item.text, page)) {
    const std::string id = "word_" + number + "_" + std::to_string(++count);
    content +=
        std::string(static_cast<std::size_t>(word.spaces_before), ' ') + word_markup(word, id);
  }
  return span("ocr_line", "line_" + number,
              "bbox " + box_text(box_in_page(item.text->quad, page)) + "; x_field " +
                  title_string(item.name),
              content);
}

class HocrRenderer : public Renderer {
 public:
  explicit HocrRenderer(Sink sink) : sink_(std::move(sink)) {}

  void add(const Document& document) override {
    begin(document.reader.get());
    if (!document.ok()) return;
    const std::string number = std::to_string(++pages_);
    std::string title = "image " + title_string(document.path) + "; bbox " +
                        box_text({0, 0, document.width, document.height}) + "; ppageno " +
                        std::to_string(pages_ - 1) + "; x_page " + std::to_string(document.page);
    if (document.placement && !document.placement->kind.empty())
      title += "; x_template " + title_string(document.placement->kind);
    sink_("<div class=\"ocr_page\" id=\"page_" + number + "\" title=\"" + escape_xml(title) +
          "\">\n");
    std::size_t line = 0;
    for (const NamedText& item : named_texts(document)) {
      sink_("<p>" + line_markup(item, document, number + "_" + std::to_string(++line)) + "</p>\n");
    }
    sink_("</div>\n");
  }

  void finish() override {
    begin(nullptr);
    sink_("</body>\n</html>\n");
  }

 private:
  /// The head, which names what reads: known with the first document.
  void begin(const ReaderInfo* reader) {
    if (std::exchange(begun_, true)) return;
    std::string system = std::string("nibble ") + version();
    if (reader != nullptr) system += " " + reader->model + " " + reader->precision;
    sink_(kHead);
    sink_("<meta name=\"ocr-system\" content=\"" + escape_xml(system) + "\"/>\n");
    sink_(
        "<meta name=\"ocr-capabilities\" content=\"ocr_page ocr_line ocrx_word ocrx_cinfo\"/>\n</head>\n<body>\n");
  }

  Sink sink_;
  bool begun_ = false;
  std::size_t pages_ = 0;
};

}  // namespace

std::unique_ptr<Renderer> make_hocr_renderer(Sink sink) {
  return std::make_unique<HocrRenderer>(std::move(sink));
}

}  // namespace nibble
