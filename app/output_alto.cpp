#include "app/output_alto.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <utility>

#include "app/common.h"
#include "app/output_layout.h"
#include "app/report_html.h"

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

  void copy_to(OutputFile& out) {
    if (std::fflush(file_) != 0 || std::fseek(file_, 0, SEEK_SET) != 0) fail();
    std::array<char, 65536> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file_))
      out.write(std::string(buffer.data(), size));
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

std::string line_content(const FieldResult& field, const DocumentResult& page,
                         const std::string& number) {
  const std::vector<PlacedWord> words = place_words(field, page);
  // A line has at least one string.
  if (words.empty()) {
    return "<String" + attribute("ID", "string_" + number + "_1") + attribute("CONTENT", "") +
           place(box_in_page(field.quad, page)) + "/>\n";
  }
  std::string content;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) content += space_element(words[i - 1].box, words[i].box);
    content += string_element(words[i], "string_" + number + "_" + std::to_string(i + 1));
  }
  return content;
}

class AltoWriter : public ResultWriter {
 public:
  AltoWriter(OutputFile& out, ToolInfo tool) : out_(out), tool_(std::move(tool)) {}

  void add(const DocumentResult& result) override {
    if (result.failure) return;
    const std::string number = std::to_string(++pages_);
    const std::string id = "page_" + number;
    files_ += "<fileIdentifier" + attribute("fileIdentifierLocation", id) + ">" +
              escape_xml(result.path) + "</fileIdentifier>\n";
    if (pages_ == 1) name_ = result.path;
    one_file_ = one_file_ && name_ == result.path;
    layout_.write("<Page" + attribute("ID", id) + attribute("PHYSICAL_IMG_NR", number) +
                  attribute("WIDTH", std::to_string(result.width)) +
                  attribute("HEIGHT", std::to_string(result.height)) + ">\n<PrintSpace" +
                  place({0, 0, result.width, result.height}) + ">\n");
    std::size_t count = 0;
    for (const FieldResult& field : result.fields)
      layout_.write(block(field, result, number + "_" + std::to_string(++count)));
    layout_.write("</PrintSpace>\n</Page>\n");
  }

  void finish() override {
    out_.write(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\" SCHEMAVERSION=\"4.4\">\n");
    out_.write(description());
    if (!tags_.empty()) out_.write("<Tags>\n" + tag_elements_ + "</Tags>\n");
    out_.write("<Layout>\n");
    layout_.copy_to(out_);
    out_.write("</Layout>\n</alto>\n");
  }

 private:
  std::string block(const FieldResult& field, const DocumentResult& page,
                    const std::string& number) {
    std::string tags = tag("field", field.field.name);
    if (page.document && !page.document->name.empty())
      tags += " " + tag("template", page.document->name);
    const std::string where = place(box_in_page(field.quad, page));
    return "<TextBlock" + attribute("ID", "block_" + number) + attribute("TAGREFS", tags) + where +
           ">\n<TextLine" + attribute("ID", "line_" + number) + where + ">\n" +
           line_content(field, page, number) + "</TextLine>\n</TextBlock>\n";
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
           escape_xml("model " + tool_.model + ", precision " + tool_.precision + ", " + tool_.isa +
                      ", " + tool_.digest) +
           "</processingStepSettings>\n<processingSoftware>\n<softwareName>nibble</softwareName>\n<softwareVersion>" +
           escape_xml(version()) +
           "</softwareVersion>\n</processingSoftware>\n</Processing>\n</Description>\n";
  }

  OutputFile& out_;
  ToolInfo tool_;
  TemporaryText layout_;
  std::string files_;
  std::string name_;  ///< of the first page's file
  bool one_file_ = true;
  std::map<std::pair<std::string, std::string>, std::string> tags_;  ///< IDs by type and label
  std::string tag_elements_;
  std::size_t pages_ = 0;
};

}  // namespace

std::unique_ptr<ResultWriter> make_alto_writer(OutputFile& out, const ToolInfo& tool) {
  return std::make_unique<AltoWriter>(out, tool);
}

}  // namespace nibble
