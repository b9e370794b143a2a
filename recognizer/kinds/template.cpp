#include "recognizer/kinds/template.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nn/checked_json.h"
#include "nn/error.h"

namespace nibble {
namespace {

using nlohmann::json;

constexpr int kLargestSide = 20000;
constexpr std::size_t kMaxFields = 1000;
constexpr std::size_t kLongestName = 100;
// Quads are drawn by hand: this far outside the picture a corner is a slip of the hand, beyond it a
// mistake.
constexpr double kTolerance = 2;

// Where in a template something is wrong, for the message.
class Place {
 public:
  explicit Place(std::string text) : text_(std::move(text)) {}
  Place in(const std::string& part) const { return Place(text_ + ": " + part); }
  [[noreturn]] void fail(const std::string& problem) const {
    throw Error(ErrorCode::bad_template, text_ + ": " + problem);
  }

 private:
  std::string text_;
};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Names become names of files of crops, so they must not reach into other folders.
std::string name_problem(const std::string& name) {
  if (name.empty()) return "is empty";
  if (name.size() > kLongestName) return "is longer than 100 bytes";
  if (name.front() == '.') return "starts with a dot";
  for (const char c : name) {
    if (is_control(c)) return "contains a control character";
    if (std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos)
      return std::string("contains '") + c + "', which a file name can't";
  }
  return {};
}

const json& member(const json& object, const char* key, const Place& place) {
  const auto found = object.find(key);
  if (found == object.end()) place.fail(std::string("\"") + key + "\" is missing");
  return *found;
}

std::string text(const json& value, const char* key, const Place& place) {
  if (!value.is_string()) place.fail(std::string("\"") + key + "\" must be a string");
  return value.get<std::string>();
}

std::string optional_text(const json& object, const char* key, const Place& place) {
  const auto found = object.find(key);
  return found == object.end() ? std::string() : text(*found, key, place);
}

int side(const json& object, const char* key, const Place& place) {
  const json& value = member(object, key, place);
  if (!value.is_number_integer()) place.fail(std::string("\"") + key + "\" must be a whole number");
  const auto pixels = value.get<double>();
  if (pixels < 1 || pixels > kLargestSide) {
    place.fail(std::string("\"") + key + "\" must be between 1 and " +
               std::to_string(kLargestSide) + " pixels");
  }
  return static_cast<int>(pixels);
}

Point parse_point(const json& value, const Place& place) {
  if (!value.is_array() || value.size() != 2 || !value[0].is_number() || !value[1].is_number()) {
    place.fail("\"quad\" must be four corners [x, y]");
  }
  return {value[0].get<double>(), value[1].get<double>()};
}

Quad parse_quad(const json& value, const Place& place) {
  if (!value.is_array() || value.size() != 4) place.fail("\"quad\" must be four corners [x, y]");
  Quad quad;
  for (std::size_t i = 0; i < 4; ++i) quad[i] = parse_point(value[i], place);
  return quad;
}

void check_quad(const Template& document, const Quad& quad, const Place& place) {
  if (const std::string problem = quad_problem(quad); !problem.empty())
    place.fail("its quad " + problem);
  for (const Point& p : quad) {
    if (p.x < -kTolerance || p.y < -kTolerance || p.x > document.width + kTolerance ||
        p.y > document.height + kTolerance) {
      place.fail("its quad lies outside the picture of " + std::to_string(document.width) + " x " +
                 std::to_string(document.height) + " pixels");
    }
  }
}

FieldSpec parse_field(const json& value, const Template& document, const Place& unnamed) {
  if (!value.is_object()) unnamed.fail("must be an object");
  FieldSpec field;
  field.name = text(member(value, "name", unnamed), "name", unnamed);
  if (const std::string problem = name_problem(field.name); !problem.empty())
    unnamed.fail("its name " + problem);
  const Place place = unnamed.in("\"" + field.name + "\"");
  field.quad = parse_quad(member(value, "quad", place), place);
  check_quad(document, field.quad, place);
  field.kind = optional_text(value, "kind", place);
  field.format = optional_text(value, "format", place);
  field.alphabet = optional_text(value, "alphabet", place);
  return field;
}

std::vector<FieldSpec> parse_fields(const json& value, const Template& document,
                                    const Place& place) {
  if (!value.is_array()) place.fail("\"fields\" must be a list");
  if (value.empty()) place.fail("it has no fields");
  if (value.size() > kMaxFields)
    place.fail("it has more than " + std::to_string(kMaxFields) + " fields");
  std::vector<FieldSpec> fields;
  std::set<std::string> names;
  for (const json& item : value) {
    const Place here = place.in("field " + std::to_string(fields.size() + 1));
    fields.push_back(parse_field(item, document, here));
    if (!names.insert(fields.back().name).second)
      here.fail("\"" + fields.back().name + "\" is the name of an earlier field");
  }
  return fields;
}

std::vector<Quad> parse_variable(const json& value, const Template& document, const Place& place) {
  if (!value.is_array()) place.fail("\"variable\" must be a list");
  if (value.size() > kMaxFields)
    place.fail("it has more than " + std::to_string(kMaxFields) + " variable areas");
  std::vector<Quad> areas;
  for (const json& item : value) {
    const Place here = place.in("variable area " + std::to_string(areas.size() + 1));
    areas.push_back(parse_quad(item, here));
    check_quad(document, areas.back(), here);
  }
  return areas;
}

Template parse_document(const json& value, const Place& place) {
  if (!value.is_object()) place.fail("it is not a JSON object");
  if (const std::string version =
          text(member(value, "schema_version", place), "schema_version", place);
      !version.starts_with("1.")) {
    place.fail("its \"schema_version\" is not 1.x: import it again");
  }
  Template document;
  document.name = text(member(value, "name", place), "name", place);
  if (const std::string problem = name_problem(document.name); !problem.empty())
    place.fail("its name " + problem);
  document.width = side(value, "width", place);
  document.height = side(value, "height", place);
  document.picture = optional_text(value, "picture", place);
  if (const std::string problem = name_problem(document.picture);
      !document.picture.empty() && !problem.empty()) {
    place.fail("the file name in \"picture\" " + problem);
  }
  document.fields = parse_fields(member(value, "fields", place), document, place);
  if (const auto variable = value.find("variable"); variable != value.end()) {
    document.variable = parse_variable(*variable, document, place);
  }
  return document;
}

// Whole numbers are written without a decimal point.
json number(double value) {
  if (value == std::trunc(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json quad_to_json(const Quad& quad) {
  json corners = json::array();
  for (const Point& p : quad) corners.push_back({number(p.x), number(p.y)});
  return corners;
}

std::string field_to_json(const FieldSpec& field) {
  std::string line =
      "{\"name\": " + dump(field.name) + ", \"quad\": " + dump(quad_to_json(field.quad));
  if (!field.kind.empty()) line += ", \"kind\": " + dump(field.kind);
  if (!field.format.empty()) line += ", \"format\": " + dump(field.format);
  if (!field.alphabet.empty()) line += ", \"alphabet\": " + dump(field.alphabet);
  return line + "}";
}

}  // namespace

Template parse_template(const std::string& json_text, const std::string& name) {
  return parse_document(parse_checked_json(json_text, name + ": it", ErrorCode::bad_template),
                        Place(name));
}

std::string template_to_json(const Template& document) {
  std::string out = "{\n  \"schema_version\": \"1.0\",\n  \"name\": " + dump(document.name) +
                    ",\n  \"width\": " + std::to_string(document.width) +
                    ",\n  \"height\": " + std::to_string(document.height);
  if (!document.picture.empty()) out += ",\n  \"picture\": " + dump(document.picture);
  if (!document.variable.empty()) {
    json areas = json::array();
    for (const Quad& quad : document.variable) areas.push_back(quad_to_json(quad));
    out += ",\n  \"variable\": " + dump(areas);
  }
  out += ",\n  \"fields\": [";
  const char* separator = "\n    ";
  for (const FieldSpec& field : document.fields) {
    out += separator + field_to_json(field);
    separator = ",\n    ";
  }
  return out + "\n  ]\n}\n";
}

}  // namespace nibble
