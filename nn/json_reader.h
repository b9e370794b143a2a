#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "nn/checked_json.h"
#include "nn/error.h"

namespace nibble {

/// Reads the members of one JSON object with checks; the messages name the object.
class JsonReader {
 public:
  JsonReader(const nlohmann::json& object, std::string what,
             std::initializer_list<std::string_view> known)
      : object_(object), what_(std::move(what)) {
    if (!object.is_object()) fail("is not an object");
    for (const auto& [key, unused] : object.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end())
        fail("has the unknown entry " + in_quotes(key));
    }
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw Error(ErrorCode::bad_model, what_ + " " + problem);
  }

  bool has(const char* key) const { return object_.contains(key); }

  const nlohmann::json& get(const char* key) const {
    if (!has(key)) fail("lacks " + in_quotes(key));
    return object_[key];
  }

  int integer(const char* key, int least, int most) const {
    return checked(key, get(key), least, most);
  }

  template <std::size_t N>
  void integers(const char* key, int least, int most, std::array<int, N>& values) const {
    if (!has(key)) return;
    const nlohmann::json& list = get(key);
    if (!list.is_array() || list.size() != N)
      fail("has " + in_quotes(key) + " that is not a list of " + std::to_string(N) + " integers");
    for (std::size_t i = 0; i < N; ++i) values[i] = checked(key, list[i], least, most);
  }

  /// A number above 0 and up to a million.
  double positive(const char* key) const {
    const nlohmann::json& value = get(key);
    if (!value.is_number() || !(value > 0.0) || value > 1e6)
      fail("has " + in_quotes(key) + " that is not a positive number");
    return value.get<double>();
  }

  std::string text(const char* key) const {
    if (!get(key).is_string()) fail("has " + in_quotes(key) + " that is not a string");
    return get(key).get<std::string>();
  }

 private:
  int checked(const char* key, const nlohmann::json& value, int least, int most) const {
    const bool fits = value.is_number_integer() && value >= least && value <= most;
    if (!fits)
      fail("has " + in_quotes(key) + " that is not an integer from " + std::to_string(least) +
           " to " + std::to_string(most));
    return value.get<int>();
  }

  const nlohmann::json& object_;
  std::string what_;
};

}  // namespace nibble
