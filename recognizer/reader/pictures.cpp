#include <utility>

#include "include/nibble/nibble.hpp"
#include "recognizer/image/view.h"
#include "recognizer/page/normalize.h"
#include "recognizer/page/page.h"
#include "recognizer/result/named_text.h"

namespace nibble {
namespace {

TextCrop crop_of(std::string name, Image crop) {
  LineImage line = normalize_line(crop);
  Image normalized{line.width, kLineHeight, 1, std::move(line.pixels)};
  return {std::move(name), to_picture(std::move(crop)), to_picture(std::move(normalized))};
}

/// The places of what was read, as they were cut out.
std::vector<FieldSpec> specs_of(const Document& document) {
  std::vector<FieldSpec> specs;
  for (const NamedText& item : named_texts(document))
    specs.push_back({item.name, item.text->place, item.kind, {}, {}});
  return specs;
}

}  // namespace

Picture upright(const ImageView& picture, const Placement& placement) {
  return to_picture(
      rectify(to_image(picture), placement.quad, placement.width, placement.height).image);
}

std::vector<TextCrop> crop_texts(const ImageView& picture, const Document& document,
                                 double margin) {
  Image image = to_image(picture);
  std::vector<TextCrop> crops;
  if (!document.placement) {
    crops.push_back(crop_of("", std::move(image)));
    return crops;
  }
  const Placement& place = *document.placement;
  const Page page = rectify(image, place.quad, place.width, place.height, PageColor::grey);
  for (FieldCrop& crop : crop_fields(page, specs_of(document), margin))
    crops.push_back(crop_of(std::move(crop.field.name), std::move(crop.image)));
  return crops;
}

}  // namespace nibble
