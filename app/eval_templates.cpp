#include "app/eval_templates.h"

#include <algorithm>

#include "app/template_store.h"

namespace nibble {
namespace {

/// Of two quads' outlines, the common area as a share of the smaller one: texts of other holders in
/// one field are longer or shorter.
constexpr double kLeastCommon = 0.5;

struct Box {
  double left, top, right, bottom;
  double area() const { return std::max(0.0, right - left) * std::max(0.0, bottom - top); }
};

Box box_of(const Quad& quad, double x, double y) {
  const auto [left, right] = std::minmax({quad[0].x, quad[1].x, quad[2].x, quad[3].x});
  const auto [top, bottom] = std::minmax({quad[0].y, quad[1].y, quad[2].y, quad[3].y});
  return {left * x, top * y, right * x, bottom * y};
}

double common_share(const Box& a, const Box& b) {
  const Box both{std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
                 std::min(a.bottom, b.bottom)};
  return both.area() / std::max(std::min(a.area(), b.area()), 1e-9);
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
    const Box place = box_of(field.spec.quad, 1, 1);
    double most = kLeastCommon;
    for (const FieldSpec& known : document->fields) {
      const double share = common_share(place, box_of(known.quad, x, y));
      if (share < most) continue;
      most = share;
      field.spec.kind = known.kind;
      field.spec.format = known.format;
      field.spec.alphabet = known.alphabet;
    }
  }
}

}  // namespace nibble
