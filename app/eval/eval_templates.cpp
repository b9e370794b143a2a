#include "app/eval/eval_templates.h"

#include <algorithm>

#include "recognizer/base/bounds.h"
#include "recognizer/kinds/template.h"
#include "recognizer/kinds/template_store.h"

namespace nibble {
namespace {

/// Of two quads' outlines, the common area as a share of the smaller one: texts of other holders in
/// one field are longer or shorter.
constexpr double kMinCommon = 0.5;

double area(const Bounds& box) {
  return std::max(0.0, box.right - box.left) * std::max(0.0, box.bottom - box.top);
}

/// The bounds in a picture that is so many times as wide and as high.
Bounds scaled(const Bounds& box, double x, double y) {
  return {box.left * x, box.top * y, box.right * x, box.bottom * y};
}

double common_share(const Bounds& a, const Bounds& b) {
  const Bounds both{std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
                    std::min(a.bottom, b.bottom)};
  return area(both) / std::max(std::min(area(a), area(b)), 1e-9);
}

std::string without_number(const std::string& type) {
  const std::size_t digits = type.find_first_not_of("0123456789");
  return digits == 0 || digits == std::string::npos || type[digits] != '_'
             ? type
             : type.substr(digits + 1);
}

}  // namespace

KnownTemplates::KnownTemplates(const std::string& folder) {
  for (const std::string& file : template_files(folder)) documents_.push_back(load_template(file));
}

void KnownTemplates::describe(const std::string& type, int width, int height,
                              std::vector<EvalField>& fields) const {
  const auto document =
      std::find_if(documents_.begin(), documents_.end(), [&](const Template& known) {
        return known.name == type || known.name == without_number(type);
      });
  if (document == documents_.end()) return;
  const double x = static_cast<double>(width) / document->width;
  const double y = static_cast<double>(height) / document->height;
  for (EvalField& field : fields) {
    const Bounds place = bounds_of(field.spec.quad);
    double most = kMinCommon;
    for (const FieldSpec& known : document->fields) {
      const double share = common_share(place, scaled(bounds_of(known.quad), x, y));
      if (share < most) continue;
      most = share;
      field.spec.kind = known.kind;
      field.spec.format = known.format;
      field.spec.alphabet = known.alphabet;
    }
  }
}

}  // namespace nibble
