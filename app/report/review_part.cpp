#include "app/report/review_part.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/report/crop_image.h"
#include "app/report/report_html.h"
#include "app/report/review_alternatives.h"
#include "app/support/json_text.h"
#include "nn/error.h"
#include "recognizer/image/codecs.h"
#include "recognizer/image/view.h"
#include "recognizer/result/named_text.h"

namespace nibble {
namespace {

using Json = nlohmann::ordered_json;

// Share of a text's height that is seen around it, so that a letter which the frame cuts shows; at
// 0.1, which is read, it does not, and at 0.6 the lines above and below come in.
constexpr double kMargin = 0.3;
// Pixels of a crop in the page: its text is then as high as any that the network sees (32), and a
// line of a machine readable zone is about 1000 wide.
constexpr int kHeight = 56;
constexpr int kMaxWidth = 1200;
constexpr int kQuality = 80;  // 3 to 6 KB a crop; at 60 thin strokes blur, at 92 it is twice that
constexpr std::size_t kMostAlternatives = 5;

/// A crop of each text, in the order of named_texts(); fewer where they cannot be cut out.
std::vector<std::string> crop_uris(const ImageView& picture, const Document& document) {
  std::vector<std::string> uris;
  if (picture.pixels == nullptr) return uris;
  try {
    for (const TextCrop& text : crop_texts(picture, document, kMargin)) {
      const Image crop = fit_crop(to_image(text.crop.view()), kHeight, kMaxWidth, 1);
      uris.push_back(data_uri("image/jpeg", encode_jpeg(crop, kQuality, "crop")));
    }
  } catch (const Error&) {
    // The text was read all the same, and is shown without its picture.
  }
  return uris;
}

/// The layout of a date that a rule found, e.g. "dd.mm.yyyy"; empty where there is none.
std::string date_layout(const TextLine& line) {
  static const std::string begin = "date:";
  for (const RuleCheck& check : line.checks) {
    if (check.ok && check.rule.starts_with(begin)) return check.rule.substr(begin.size());
  }
  return {};
}

Json text_json(const NamedText& item, const std::string& crop) {
  const TextLine& text = *item.text;
  return {{"name", visible_text(item.name)},
          {"text", visible_text(text.text)},
          {"confidence", text.confidence},
          {"decision", decision_name(text.decision)},
          {"alternatives", text_alternatives(text, kMostAlternatives)},
          {"crop", crop}};
}

/// What only a field has: where it stands in the result, and what names and means it.
void add_field(const Field& field, std::size_t index, Json& json) {
  json["list"] = "fields";
  json["index"] = index;
  json["value"] = visible_text(field.value);
  json["caption"] = visible_text(field.caption);
  if (field.kind == "date") json["layout"] = visible_text(date_layout(field));
}

Json texts_json(const ImageView& picture, const Document& document) {
  const std::vector<std::string> crops = crop_uris(picture, document);
  const std::vector<NamedText> texts = named_texts(document);
  Json all = Json::array();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    all.push_back(text_json(texts[i], i < crops.size() ? crops[i] : ""));
    if (i < document.fields.size()) add_field(document.fields[i], i, all.back());
  }
  for (std::size_t line = 0, i = document.fields.size(); line < document.lines.size(); ++line) {
    if (!document.lines[line].field.empty()) continue;
    all[i]["list"] = "lines";
    all[i++]["index"] = line;
  }
  return all;
}

}  // namespace

std::string review_part(const ImageView& picture, const Document& document) {
  std::string name = visible_text(document.path);
  if (document.page > 1) name += ", page " + std::to_string(document.page);
  Json shown = {{"name", name}};
  if (document.ok()) {
    shown["texts"] = texts_json(picture, document);
  } else {
    shown["error"] = visible_text(document.message);
  }
  return html_json("class=\"result\"", to_json(document)) +
         html_json("class=\"shown\"", json_text(shown));
}

}  // namespace nibble
