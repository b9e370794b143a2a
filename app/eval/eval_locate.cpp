#include "app/eval/eval_locate.h"

#include <utility>
#include <vector>

#include "nn/error.h"
#include "recognizer/image/image_file.h"

namespace nibble {

namespace {

TemplatePicture picture_of(const DocumentType& type) {
  TemplatePicture item;
  item.picture = load_image(type.template_image);
  item.document.name = type.name;
  item.document.width = item.picture.width;
  item.document.height = item.picture.height;
  for (const LabelledField& field : type.fields) {
    if (field.value) {
      item.document.fields.push_back(field.spec);
    } else {
      item.document.variable.push_back(field.spec.quad);  // a photo or a signature
    }
  }
  return item;
}

}  // namespace

EvalLocator::EvalLocator(const Dataset& dataset, bool any_kind) : any_kind_(any_kind) {
  std::vector<TemplatePicture> all;
  for (const DocumentType& type : dataset.types) {
    if (type.template_image.empty()) continue;
    TemplatePicture item = picture_of(type);
    if (any_kind) {
      all.push_back(std::move(item));
    } else {
      finders_.emplace(type.name, DocumentFinder({std::move(item)}));
    }
  }
  if (any_kind) finders_.emplace("", DocumentFinder(all));
}

Quad EvalLocator::locate(const Image& picture, const EvalFrame& frame) const {
  const auto finder = finders_.find(any_kind_ ? "" : frame.type);
  if (finder == finders_.end())
    throw Error(ErrorCode::no_document, "there is no template picture of " + frame.type);
  const KnownDocument found = finder->second.find(picture);
  if (found.document.name != frame.type)
    throw Error(ErrorCode::no_document, "it is taken for a " + found.document.name);
  return found.quad;
}

}  // namespace nibble
