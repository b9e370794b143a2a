#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "data/midv2020.h"
#include "nn/checked_json.h"
#include "nn/error.h"

namespace nibble {
namespace {

using nlohmann::json;

constexpr double kMaxCoordinate = 1e6;

/// The member of an object, or null.
const json& member(const json& object, const char* key) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

/// The text of an attribute; empty when there is none.
std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::array<double, 4>> rectangle_of(const json& shape) {
  std::array<double, 4> values{};
  const std::array<const char*, 4> keys = {"x", "y", "width", "height"};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const json& value = member(shape, keys[i]);
    if (!value.is_number()) return std::nullopt;
    values[i] = value.get<double>();
  }
  return values;
}

/// Returns what is wrong, or an empty string with `quad` filled.
std::string parse_shape(const json& shape, Quad& quad) {
  const std::string kind = text_of(member(shape, "name"));
  if (kind == "rect") {
    const auto box = rectangle_of(shape);
    if (!box) return "its rectangle has no x, y, width and height";
    const auto [x, y, width, height] = *box;
    quad = {{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}};
  } else if (kind == "polygon") {
    const json& xs = member(shape, "all_points_x");
    const json& ys = member(shape, "all_points_y");
    if (!xs.is_array() || !ys.is_array() || xs.size() != quad.size() || ys.size() != quad.size())
      return "its polygon has not four points";
    for (std::size_t i = 0; i < quad.size(); ++i) {
      if (!xs[i].is_number() || !ys[i].is_number()) return "its polygon has not four points";
      quad[i] = {xs[i].get<double>(), ys[i].get<double>()};
    }
  } else {
    return "is neither a rectangle nor a polygon";
  }
  for (const Point& p : quad) {
    if (!(std::abs(p.x) <= kMaxCoordinate && std::abs(p.y) <= kMaxCoordinate))
      return "a corner is out of range";
  }
  const std::string problem = quad_problem(quad);
  return problem.empty() ? problem : "its outline " + problem;
}

/// Adds a region to its picture. Returns what is wrong, or an empty string.
std::string add_region(const json& region, ViaPicture& picture, std::set<std::string>& names) {
  const json& attributes = member(region, "region_attributes");
  const std::string name = text_of(member(attributes, "field_name"));
  if (name.empty()) return "a region has no field_name";
  const std::string quoted = json(name).dump();
  if (!names.insert(name).second) return quoted + " is there twice";
  Quad quad{};
  if (const std::string problem = parse_shape(member(region, "shape_attributes"), quad);
      !problem.empty())
    return quoted + ": " + problem;
  if (name == "doc_quad") {
    picture.document = quad;
    return {};
  }
  LabelledField field;
  field.spec.name = name;
  field.spec.quad = quad;
  if (std::string value = text_of(member(attributes, "value")); !value.empty())
    field.value = std::move(value);
  picture.fields.push_back(std::move(field));
  return {};
}

/// Names in VIA files are given with or without folders, of either system.
std::string base_name(const std::string& path) {
  const std::size_t separator = path.find_last_of("/\\");
  return separator == std::string::npos ? path : path.substr(separator + 1);
}

}  // namespace

std::vector<ViaPicture> parse_via(const std::string& text, const std::string& name,
                                  std::vector<std::string>& problems) {
  const json root = parse_checked_json(text, name, ErrorCode::decode_failed);
  const json& wrapped = member(root, "_via_img_metadata");
  const json& metadata = wrapped.is_object() ? wrapped : root;
  if (!metadata.is_object())
    throw Error(ErrorCode::decode_failed, name + ": is no file of the VGG Image Annotator");
  std::vector<ViaPicture> pictures;
  for (const auto& [key, entry] : metadata.items()) {
    ViaPicture picture;
    picture.name = base_name(text_of(member(entry, "filename")));
    const json& regions = member(entry, "regions");
    // VIA 1 writes an object {"0": region, ...} where VIA 2 has an array.
    if (picture.name.empty() || !regions.is_structured()) {
      problems.push_back(name + ": " + json(key).dump() + " has no filename and regions");
      continue;
    }
    std::set<std::string> names;
    for (const auto& region : regions) {
      const std::string problem = add_region(region, picture, names);
      if (!problem.empty())
        problems.push_back(name + ": " + json(picture.name).dump() + ": " + problem);
    }
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace nibble
