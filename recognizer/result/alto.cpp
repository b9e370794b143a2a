#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <utility>

#include "recognizer/base/number_text.h"
#include "recognizer/result/layout.h"
#include "recognizer/result/named_text.h"
#include "recognizer/result/renderers.h"

namespace nibble {
namespace {

/// Text that is kept outside of the memory until it is asked for.
class TemporaryText {
 public:
  TemporaryText() : file_(std::tmpfile()) {
    if (file_ == nullptr) fail();
  }
  ~TemporaryText() { std::fclose(file_); }
  TemporaryText(const TemporaryText&) = delete;
  TemporaryText& operator=(const TemporaryText&) = delete;

  void write(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
  }

  void copy_to(const Sink& sink) {
    if (std::fflush(file_) != 0 || std::fseek(file_, 0, SEEK_SET) != 0) fail();
    std::array<char, 65536> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file_))
      sink(std::string_view(buffer.data(), size));
    if (std::ferror(file_) != 0) fail();
  }

 private:
  [[noreturn]] static void fail() {
    throw Error(ErrorCode::write_failed,
                "no temporary file can be written: see that its disk has room");
  }

  std::FILE* file_;
};

std::string attribute(const std::string& name, const std::string& value) {
  return " " + name + "=\"" + escape_xml(value) + "\"";
}

std::string place(const PixelBox& box) {
  return attribute("HPOS", std::to_string(box.left)) + attribute("VPOS", std::to_string(box.top)) +
         attribute("WIDTH", std::to_string(box.right - box.left)) +
         attribute("HEIGHT", std::to_string(box.bottom - box.top));
}

std::string glyph(const PlacedChar& c) {
  std::string variants;
  for (const Alternative& other : c.alternatives) {
    const double confidence = std::clamp(other.confidence, 0.0, 1.0);
    variants += "<Variant" + attribute("CONTENT", other.text) +
                attribute("VC", number_text(confidence, 4)) + "/>";
  }
  const std::string start = "<Glyph" + attribute("CONTENT", c.text) +
                            attribute("GC", number_text(c.confidence, 4)) + place(c.box);
  return variants.empty() ? start + "/>" : start + ">" + variants + "</Glyph>";
}

std::string string_element(const PlacedWord& word, const std::string& id) {
  std::string doubts;  // 0 is sure, 9 is unsure
  std::string glyphs;
  for (const PlacedChar& c : word.chars) {
    doubts += (doubts.empty() ? "" : " ") + std::to_string(std::lround(9 * (1 - c.confidence)));
    glyphs += "\n" + glyph(c);
  }
  return "<String" + attribute("ID", id) + attribute("CONTENT", word.text) +
         attribute("WC", number_text(word.confidence, 4)) + attribute("CC", doubts) +
         place(word.box) + ">" + glyphs + "\n</String>\n";
}

/// What is between two words; nothing where they touch.
std::string space_element(const PixelBox& before, const PixelBox& after) {
  const int left = std::min(before.right, after.left);
  return "<SP" +
         place({left, std::min(before.top, after.top), std::max(left, after.left),
                std::max(before.bottom, after.bottom)}) +
         "/>\n";
}

std::string line_content(const TextLine& line, const Document& page, const std::string& number) {
  const std::vector<PlacedWord> words = place_words(line, page);
  // A line has at least one string.
  if (words.empty()) {
    return "<String" + attribute("ID", "string_" + number + "_1") + attribute("CONTENT", "") +
           place(box_in_page(line.quad, page)) + "/>\n";
  }
  std::string content;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) content += space_element(words[i - 1].box, words[i].box);
    content += string_element(words[i], "string_" + number + "_" + std::to_string(i + 1));
  }
  return content;
}

class AltoRenderer : public Renderer {
 public:
  explicit AltoRenderer(Sink sink) : sink_(std::move(sink)) {}

  void add(const Document& document) override {
    if (document.reader) reader_ = *document.reader;
    if (!document.ok()) return;
    const std::string number = std::to_string(++pages_);
    const std::string id = "page_" + number;
    files_ += "<fileIdentifier" + attribute("fileIdentifierLocation", id) + ">" +
              escape_xml(document.path) + "</fileIdentifier>\n";
    if (pages_ == 1) name_ = document.path;
    one_file_ = one_file_ && name_ == document.path;
    layout_.write("<Page" + attribute("ID", id) + attribute("PHYSICAL_IMG_NR", number) +
                  attribute("WIDTH", std::to_string(document.width)) +
                  attribute("HEIGHT", std::to_string(document.height)) + ">\n<PrintSpace" +
                  place({0, 0, document.width, document.height}) + ">\n");
    std::size_t count = 0;
    for (const NamedText& item : named_texts(document))
      layout_.write(block(item, document, number + "_" + std::to_string(++count)));
    layout_.write("</PrintSpace>\n</Page>\n");
  }

  void finish() override {
    sink_(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\" SCHEMAVERSION=\"4.4\">\n");
    sink_(description());
    if (!tags_.empty()) sink_("<Tags>\n" + tag_elements_ + "</Tags>\n");
    sink_("<Layout>\n");
    layout_.copy_to(sink_);
    sink_("</Layout>\n</alto>\n");
  }

 private:
  std::string block(const NamedText& item, const Document& page, const std::string& number) {
    std::string tags = tag("field", item.name);
    if (page.placement && !page.placement->kind.empty())
      tags += " " + tag("template", page.placement->kind);
    const std::string where = place(box_in_page(item.text->quad, page));
    return "<TextBlock" + attribute("ID", "block_" + number) + attribute("TAGREFS", tags) + where +
           ">\n<TextLine" + attribute("ID", "line_" + number) + where + ">\n" +
           line_content(*item.text, page, number) + "</TextLine>\n</TextBlock>\n";
  }

  /// The ID of a tag, which is made when it is new.
  std::string tag(const std::string& type, const std::string& label) {
    const auto [known, is_new] =
        tags_.try_emplace({type, label}, "tag_" + std::to_string(tags_.size() + 1));
    if (is_new)
      tag_elements_ += "<OtherTag" + attribute("ID", known->second) + attribute("TYPE", type) +
                       attribute("LABEL", label) + "/>\n";
    return known->second;
  }

  std::string description() const {
    const std::string source =
        (one_file_ && pages_ > 0 ? "<fileName>" + escape_xml(name_) + "</fileName>\n" : "") +
        files_;
    return "<Description>\n<MeasurementUnit>pixel</MeasurementUnit>\n<sourceImageInformation>\n" +
           source +
           "</sourceImageInformation>\n<Processing ID=\"reading\">\n<processingCategory>contentGeneration</processingCategory>\n"
           "<processingStepSettings>" +
           escape_xml("model " + reader_.model + ", precision " + reader_.precision + ", " +
                      reader_.isa + ", " + reader_.digest) +
           "</processingStepSettings>\n<processingSoftware>\n<softwareName>nibble</softwareName>\n<softwareVersion>" +
           escape_xml(version()) +
           "</softwareVersion>\n</processingSoftware>\n</Processing>\n</Description>\n";
  }

  Sink sink_;
  ReaderInfo reader_;  ///< of the last document; one reader reads them all
  TemporaryText layout_;
  std::string files_;
  std::string name_;  ///< of the first page's file
  bool one_file_ = true;
  std::map<std::pair<std::string, std::string>, std::string> tags_;  ///< IDs by type and label
  std::string tag_elements_;
  std::size_t pages_ = 0;
};

}  // namespace

std::unique_ptr<Renderer> make_alto_renderer(Sink sink) {
  return std::make_unique<AltoRenderer>(std::move(sink));
}

}  // namespace nibble
