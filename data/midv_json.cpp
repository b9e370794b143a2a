#include <cmath>
#include <nlohmann/json.hpp>

#include "data/midv.h"
#include "nn/checked_json.h"
#include "nn/error.h"

namespace nibble {
namespace {

using nlohmann::json;

// Corners outside the frame are normal; coordinates beyond any picture mean a damaged file.
constexpr double kMaxCoordinate = 1e6;

json parse_object(const std::string& text, const std::string& name) {
  json value = parse_checked_json(text, name, ErrorCode::decode_failed);
  if (!value.is_object()) throw Error(ErrorCode::decode_failed, name + ": expected a JSON object");
  return value;
}

/// Returns what is wrong, or an empty string with `quad` filled.
std::string parse_quad(const json& value, Quad& quad) {
  const char* expected = "expected \"quad\" to be four points [x, y]";
  if (!value.is_array() || value.size() != quad.size()) return expected;
  for (std::size_t i = 0; i < quad.size(); ++i) {
    const json& point = value[i];
    if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number())
      return expected;
    quad[i] = {point[0].get<double>(), point[1].get<double>()};
    if (!(std::abs(quad[i].x) <= kMaxCoordinate && std::abs(quad[i].y) <= kMaxCoordinate))
      return "a corner of \"quad\" is out of range";
  }
  const std::string problem = quad_problem(quad);
  return problem.empty() ? problem : "its quad " + problem;
}

/// Returns what is wrong, or an empty string with `field` filled.
std::string parse_field(const json& entry, LabelledField& field) {
  const auto quad = entry.find("quad");
  if (quad == entry.end()) return "has no \"quad\"";
  if (std::string problem = parse_quad(*quad, field.spec.quad); !problem.empty()) return problem;
  const auto value = entry.find("value");
  if (value == entry.end() || value->is_null()) return {};
  if (!value->is_string()) return "its \"value\" is not a string";
  if (const auto& text = value->get_ref<const std::string&>(); !text.empty()) field.value = text;
  return {};
}

}  // namespace

Quad parse_frame_quad(const std::string& text, const std::string& name) {
  const json root = parse_object(text, name);
  const auto value = root.find("quad");
  if (value == root.end()) throw Error(ErrorCode::decode_failed, name + ": has no \"quad\"");
  Quad quad{};
  if (const std::string problem = parse_quad(*value, quad); !problem.empty()) {
    throw Error(ErrorCode::decode_failed, name + ": " + problem);
  }
  return quad;
}

std::vector<LabelledField> parse_template_fields(const std::string& text, const std::string& name,
                                                 std::vector<std::string>& problems) {
  const json root = parse_object(text, name);
  std::vector<LabelledField> fields;
  for (const auto& [key, entry] : root.items()) {
    if (!entry.is_object()) continue;
    LabelledField field;
    field.spec.name = key;
    const std::string problem = parse_field(entry, field);
    if (problem.empty()) {
      fields.push_back(std::move(field));
    } else {
      problems.push_back(name + ": " + json(key).dump() + ": " + problem);
    }
  }
  return fields;
}

}  // namespace nibble
