#include "nn/checked_json.h"

#include <set>
#include <vector>

namespace nibble {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxQuoted = 64;

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, kMaxQuoted))
    out += (c >= 0 && c < ' ') || c == '"' || c == 127 ? '?' : c;
  return out + (text.size() > kMaxQuoted ? "...\"" : "\"");
}

json parse_checked_json(std::string_view text, const std::string& what, ErrorCode code) {
  std::vector<std::set<std::string>> names;  // of the objects that are open
  const auto check = [&](int depth, json::parse_event_t event, const json& value) {
    if (depth > kMaxDepth)
      throw Error(code,
                  what + " is nested more than " + std::to_string(kMaxDepth) + " levels deep");
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key &&
        !names.back().insert(value.get<std::string>()).second) {
      throw Error(code, what + " has the name " + in_quotes(value.get<std::string>()) + " twice");
    }
    return true;
  };
  try {
    return json::parse(text.begin(), text.end(), check);
  } catch (const json::parse_error& error) {
    throw Error(code, what + " is not valid JSON (at byte " + std::to_string(error.byte) + ")");
  } catch (const json::exception&) {
    throw Error(code, what + " holds a number out of range");
  }
}

}  // namespace nibble
