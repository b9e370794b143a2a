#include <cstddef>
#include <optional>
#include <utility>

#include "include/nibble/nibble.hpp"
#include "recognizer/image/view.h"
#include "recognizer/line/read_fields.h"
#include "recognizer/page/normalize.h"
#include "recognizer/page/page.h"
#include "recognizer/result/named_text.h"

namespace nibble {
namespace {

TextCrop with_line(std::string name, Image crop, LineImage line) {
  Image normalized{line.width, kLineHeight, 1, std::move(line.pixels)};
  return {std::move(name), to_picture(std::move(crop)), to_picture(std::move(normalized))};
}

/// One text as it was cut out of a page.
TextCrop crop_of(const Page& page, const NamedText& text, const Quad& quad, double margin) {
  const FieldSpec field{text.name, quad, text.kind, {}, {}};
  ReadOptions options;
  options.margin = margin;
  return with_line(text.name, crop_field(page, field, margin).image,
                   field_line(page, field, options));
}

/// Whether the document is one line that fills its picture.
bool is_single_line(const Document& document) {
  return !document.placement && !document.zone && document.lines.empty();
}

}  // namespace

Picture upright(const ImageView& picture, const Placement& placement) {
  return to_picture(
      rectify(to_image(picture), placement.quad, placement.width, placement.height).image);
}

std::vector<TextCrop> crop_texts(const ImageView& picture, const Document& document,
                                 double margin) {
  const Image image = to_image(picture);
  std::vector<TextCrop> crops;
  if (is_single_line(document)) {
    crops.push_back(with_line("", image, normalize_line(image)));
    return crops;
  }
  // Fields of a kind were read on its upright page, all else on the picture.
  const bool of_kind = document.placement && !document.placement->kind.empty();
  std::optional<Page> upright_page;
  if (of_kind) {
    const Placement& place = *document.placement;
    upright_page = rectify(image, place.quad, place.width, place.height, PageColor::grey);
  }
  const Page whole = picture_page(image);
  const std::vector<NamedText> texts = named_texts(document);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool on_page = upright_page && i < document.fields.size();
    crops.push_back(on_page ? crop_of(*upright_page, texts[i], texts[i].text->place, margin)
                            : crop_of(whole, texts[i], texts[i].text->quad, margin));
  }
  return crops;
}

}  // namespace nibble
