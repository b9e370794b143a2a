#include "app/template/template_check.h"

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "nn/checked_json.h"
#include "nn/error.h"
#include "recognizer/base/text.h"
#include "recognizer/base/text_file.h"
#include "recognizer/image/image_file.h"
#include "recognizer/kinds/template.h"
#include "recognizer/kinds/template_store.h"

namespace nibble {

namespace {

using nlohmann::json;

constexpr double kShapeTolerance = 0.02;

/// A field without fault that takes the place of a bad one, so that the others keep their numbers
/// in the messages.
json placeholder(const json& document, std::size_t index) {
  const double width = document["width"].get<double>();
  const double height = document["height"].get<double>();
  return {{"name", "placeholder " + std::to_string(index)},
          {"quad", {{0, 0}, {width, 0}, {width, height}, {0, height}}}};
}

/// What parse_template says of each field by itself, since it stops at the first problem. None when
/// the trouble is elsewhere.
std::vector<std::string> field_problems(json document, const std::string& name) {
  const json fields = document["fields"];
  document["fields"] = json::array({placeholder(document, 0)});
  try {
    parse_template(document.dump(), name);
  } catch (const Error&) {
    return {};
  }
  document["fields"].clear();
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    document["fields"].push_back(fields[i]);
    try {
      parse_template(document.dump(), name);
    } catch (const Error& error) {
      problems.emplace_back(error.what());
      document["fields"].back() = placeholder(document, i + 1);
    }
  }
  return problems;
}

bool has_fields(const json& document) {
  const bool sized = document.is_object() && document.contains("width") &&
                     document["width"].is_number() && document.contains("height") &&
                     document["height"].is_number();
  return sized && document.contains("fields") && document["fields"].is_array();
}

std::vector<std::string> picture_problems(const Template& document, const std::string& file) {
  if (document.picture.empty()) return {};
  const std::string picture =
      (std::filesystem::path(file).parent_path() / document.picture).string();
  try {
    const ImageSize size = probe_image(picture);
    const double shape = static_cast<double>(size.width) * document.height /
                         (static_cast<double>(size.height) * document.width);
    if (std::abs(shape - 1) <= kShapeTolerance) return {};
    return {printable_path(file) + ": its picture " + printable_path(document.picture) + " has " +
            std::to_string(size.width) + " x " + std::to_string(size.height) +
            " pixels, which is not the shape of " + std::to_string(document.width) + " x " +
            std::to_string(document.height)};
  } catch (const Error& error) {
    return {printable_path(file) + ": its picture cannot be used: " + error.what()};
  }
}

}  // namespace

std::vector<std::string> check_template(const std::string& name_or_file) {
  const std::string file = template_path(name_or_file);
  const std::string name = printable_path(file);
  std::string whole;
  try {
    return picture_problems(load_template(name_or_file), file);
  } catch (const Error& error) {
    whole = error.what();
  }
  std::vector<std::string> problems;
  try {
    json document = parse_checked_json(read_text_file(file), name, ErrorCode::bad_template);
    if (has_fields(document)) problems = field_problems(std::move(document), name);
  } catch (const Error&) {
    return {whole};  // the file cannot be read or is no JSON, which is what the message says
  }
  return problems.empty() ? std::vector<std::string>{whole} : problems;
}

void check_template_name(const std::string& name) {
  Template probe{name, 100, 100, {}, {}};
  probe.fields = {{"field", rectangle(100, 100), "", "", ""}};
  try {
    parse_template(template_to_json(probe), "--name " + printable_path(name));
  } catch (const Error& error) {
    throw Error(ErrorCode::usage, error.what());
  }
}

bool can_hold_field(Template document, const FieldSpec& field, std::string& problem) {
  document.fields = {field};
  try {
    parse_template(template_to_json(document), document.name);
    return true;
  } catch (const Error& error) {
    problem = error.what();
    return false;
  }
}

}  // namespace nibble
