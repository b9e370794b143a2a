#include "nn/checked_json.h"

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

namespace nibble {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxQuoted = 64;

/// Of the byte, counted from 1, at which parsing stopped; 0 before all.
std::string position(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte > 0 ? byte - 1 : 0);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - start + 1);
}

/// Refuses what is nested too deep and names that stand twice.
template <typename Json>
class Watch {
 public:
  Watch(const std::string& what, ErrorCode code) : what_(what), code_(code) {}

  bool operator()(int depth, typename Json::parse_event_t event, const Json& value) {
    using Event = typename Json::parse_event_t;
    if (depth > kMaxDepth)
      fail("is nested more than " + std::to_string(kMaxDepth) + " levels deep");
    if (event == Event::object_start) names_.emplace_back();
    if (event == Event::object_end) names_.pop_back();
    if (event == Event::key) {
      const auto& name = value.template get_ref<const std::string&>();
      if (!names_.back().insert(name).second) fail("has the name " + in_quotes(name) + " twice");
    }
    return true;
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw Error(code_, what_ + " " + problem);
  }

 private:
  const std::string& what_;
  ErrorCode code_;
  std::vector<std::set<std::string>> names_;  ///< of the objects that are open
};

template <typename Json>
Json parse(std::string_view text, const std::string& what, ErrorCode code, std::size_t max_bytes) {
  Watch<Json> watch(what, code);
  if (text.size() > max_bytes) watch.fail("is larger than " + std::to_string(max_bytes) + " bytes");
  try {
    return Json::parse(text.begin(), text.end(), std::ref(watch));
  } catch (const nlohmann::json::parse_error& error) {  // its own text quotes the input
    watch.fail("is not valid JSON (" + position(text, error.byte) + ")");
  } catch (const nlohmann::json::exception&) {
    watch.fail("holds a number out of range");
  }
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, kMaxQuoted))
    out += (c >= 0 && c < ' ') || c == '"' || c == 127 ? '?' : c;
  return out + (text.size() > kMaxQuoted ? "...\"" : "\"");
}

nlohmann::json parse_checked_json(std::string_view text, const std::string& what, ErrorCode code,
                                  std::size_t max_bytes) {
  return parse<nlohmann::json>(text, what, code, max_bytes);
}

nlohmann::ordered_json parse_ordered_json(std::string_view text, const std::string& what,
                                          ErrorCode code) {
  return parse<nlohmann::ordered_json>(text, what, code, kMaxJsonBytes);
}

}  // namespace nibble
