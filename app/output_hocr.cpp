#include "app/output_hocr.h"

#include <string>

#include "app/common.h"
#include "app/output_layout.h"
#include "app/report_html.h"

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

std::string line_markup(const FieldResult& field, const DocumentResult& page,
                        const std::string& number) {
  // Nothing but the text may stand in a line: white space counts.
  std::string content;
  std::size_t count = 0;
  for (const PlacedWord& word : place_words(field, page)) {
    const std::string id = "word_" + number + "_" + std::to_string(++count);
    content +=
        std::string(static_cast<std::size_t>(word.spaces_before), ' ') + word_markup(word, id);
  }
  return span("ocr_line", "line_" + number,
              "bbox " + box_text(box_in_page(field.quad, page)) + "; x_field " +
                  title_string(field.field.name),
              content);
}

class HocrWriter : public ResultWriter {
 public:
  HocrWriter(OutputFile& out, const ToolInfo& tool) : out_(out) {
    const std::string system =
        std::string("nibble ") + version() + " " + tool.model + " " + tool.precision;
    out_.write(kHead);
    out_.write("<meta name=\"ocr-system\" content=\"" + escape_xml(system) + "\"/>\n");
    out_.write(
        "<meta name=\"ocr-capabilities\" content=\"ocr_page ocr_line ocrx_word ocrx_cinfo\"/>\n</head>\n<body>\n");
  }

  void add(const DocumentResult& result) override {
    if (result.failure) return;
    const std::string number = std::to_string(++pages_);
    std::string title = "image " + title_string(result.path) + "; bbox " +
                        box_text({0, 0, result.width, result.height}) + "; ppageno " +
                        std::to_string(pages_ - 1) + "; x_page " + std::to_string(result.page);
    if (result.document && !result.document->name.empty())
      title += "; x_template " + title_string(result.document->name);
    out_.write("<div class=\"ocr_page\" id=\"page_" + number + "\" title=\"" + escape_xml(title) +
               "\">\n");
    std::size_t line = 0;
    for (const FieldResult& field : result.fields) {
      out_.write("<p>" + line_markup(field, result, number + "_" + std::to_string(++line)) +
                 "</p>\n");
    }
    out_.write("</div>\n");
  }

  void finish() override { out_.write("</body>\n</html>\n"); }

 private:
  OutputFile& out_;
  std::size_t pages_ = 0;
};

}  // namespace

std::unique_ptr<ResultWriter> make_hocr_writer(OutputFile& out, const ToolInfo& tool) {
  return std::make_unique<HocrWriter>(out, tool);
}

}  // namespace nibble
