#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "nn/checked_json.h"
#include "nn/error.h"
#include "recognizer/line/confidence.h"

namespace nibble {
namespace {

using nlohmann::json;

// No sum of evidence needs more, and their product stays far from overflow.
constexpr double kMaxWeight = 1000;
constexpr std::size_t kLongestText = 1'000'000;

class EntryReader {
 public:
  explicit EntryReader(const std::string& name) : name_(name) {}

  [[noreturn]] void fail(const std::string& problem) const {
    throw Error(ErrorCode::bad_model, name_ + ": " + problem);
  }

  const json& member(const json& object, const char* key) const {
    if (!object.is_object())
      fail("is no calibration: an object is needed where \"" + std::string(key) + "\" stands");
    const auto found = object.find(key);
    if (found == object.end()) fail("is no calibration: \"" + std::string(key) + "\" is missing");
    return *found;
  }

  std::string text(const json& object, const char* key) const {
    const json& value = member(object, key);
    if (!value.is_string()) fail("\"" + std::string(key) + "\" must be a string");
    return value.get<std::string>();
  }

  double number(const json& object, const char* key, double least, double most) const {
    const json& value = member(object, key);
    const double number = value.is_number() ? value.get<double>() : std::nan("");
    if (!(number >= least && number <= most)) {
      fail("\"" + std::string(key) + "\" must be a number from " + json(least).dump() + " to " +
           json(most).dump());
    }
    return number;
  }

 private:
  const std::string& name_;
};

Evidence parse_weights(const json& weights, const EntryReader& reader) {
  Evidence result{};
  for (std::size_t i = 0; i < result.size(); ++i) {
    const int direction = clue_direction(static_cast<Clue>(i));
    // Calibrations of single pictures from before clips were read do not have theirs.
    if (i >= kClipClues && weights.is_object() && !weights.contains(kClueNames[i])) continue;
    result[i] = reader.number(weights, kClueNames[i], direction > 0 ? 0 : -kMaxWeight,
                              direction < 0 ? 0 : kMaxWeight);
  }
  return result;
}

/// Bias, weights and decisions.
Calibration parse_formula(const json& object, const EntryReader& reader) {
  Calibration calibration;
  calibration.bias = reader.number(object, "bias", -kMaxWeight, kMaxWeight);
  calibration.weights = parse_weights(reader.member(object, "weights"), reader);
  const json& decisions = reader.member(object, "decisions");
  calibration.review = reader.number(decisions, "review", 0, 1);
  calibration.accept = reader.number(decisions, "accept", calibration.review, 1);
  calibration.error_rate = reader.number(decisions, "error_rate", 0, 1);
  return calibration;
}

Calibration parse_object(const json& object, const EntryReader& reader) {
  if (!reader.text(object, "schema_version").starts_with("1."))
    reader.fail("its \"schema_version\" is not 1.x: calibrate again");
  const std::string model = reader.text(object, "model");
  Calibration calibration = parse_formula(object, reader);
  calibration.model = model;
  const auto clip = object.find("clip");
  if (clip == object.end()) return calibration;
  Calibration combined = parse_formula(*clip, reader);
  combined.model = model;
  combined.dependence = reader.number(*clip, "dependence", 0, 1);
  calibration.clip = std::make_shared<const Calibration>(std::move(combined));
  return calibration;
}

}  // namespace

Calibration parse_calibration(const std::string& text, const std::string& name) {
  const EntryReader reader(name);
  return parse_object(parse_checked_json(text, name, ErrorCode::bad_model, kLongestText), reader);
}

}  // namespace nibble
