#include "recognizer/line/confidence.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "nn/error.h"
#include "tests/catch.h"

using namespace nibble;
using nlohmann::json;

namespace {

double clue(const Evidence& evidence, Clue which) {
  return evidence[static_cast<std::size_t>(which)];
}

FieldResult field(const std::string& text, double confidence) {
  FieldResult result;
  result.text = text;
  result.reading.text = text;
  result.reading.confidence = confidence;
  for (const char c : text)
    result.reading.chars.push_back({std::string(1, c), confidence, 0, 0, {}});
  result.quad = Quad{Point{10, 10}, Point{90, 10}, Point{90, 30}, Point{10, 30}};
  return result;
}

Evidence evidence(const FieldResult& result) { return evidence_of(result, 100, 50); }

Calibration sample_calibration() {
  Calibration calibration;
  calibration.weights = {1, 0, -0.5, -1, 0.5, 2, -3, -4};
  calibration.accept = 0.95;
  calibration.review = 0.5;
  return calibration;
}

Decision decide(const Calibration* calibration, FieldResult result) {
  std::vector<FieldResult> fields = {std::move(result)};
  judge_fields(calibration, 100, 50, fields);
  return fields[0].decision;
}

json sample_file() {
  return {{"schema_version", "1.0"},
          {"model", "sha256:ab"},
          {"bias", -0.25},
          {"weights",
           {{"odds", 1},
            {"length", -0.5},
            {"accented", 0},
            {"changed", -1},
            {"formed", 0},
            {"verified", 2},
            {"refused", -1},
            {"outside", -4}}},
          {"decisions", {{"accept", 0.97}, {"review", 0.5}, {"error_rate", 0.01}}}};
}

std::string refusal(const std::string& text) {
  try {
    parse_calibration(text, "c.json");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::bad_model);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("nothing is accepted against a rule") {
  Calibration calibration = sample_calibration();
  calibration.weights = {1, 0, 0, 0, 0, 0, 0, 0};
  FieldResult sure = field("31.02.1974", 0.9999);
  CHECK(decide(&calibration, sure) == Decision::accept);
  sure.checks.push_back({"date:dd.mm.yyyy", false, {}});
  CHECK(decide(&calibration, sure) == Decision::review);
}

TEST_CASE("evidence is the network's confidence, the length, and what the rules say") {
  CHECK(clue(evidence(field("ABC", 0.9)), Clue::odds) == Approx(std::log(9.0)));
  CHECK(clue(evidence(field("ABC", 0.9)), Clue::length) == Approx(std::log(3.0)));
  CHECK(clue(evidence(field("ABC", 1)), Clue::odds) == Approx(kMaxOdds));
  CHECK(clue(evidence(field("ABC", 0)), Clue::odds) == Approx(-kMaxOdds));
  CHECK(clue(evidence(field("Muller", 0.9)), Clue::accented) == 0);
  CHECK(clue(evidence(field("Müller", 0.9)), Clue::accented) == 1);

  FieldResult date = field("22,05", 0.9);
  date.checks = {{"date:dd.mm", true, {{2, ",", ".", 1.5}}}};
  date.text = "22.05";
  CHECK(clue(evidence(date), Clue::changed) == 1.5);
  CHECK(clue(evidence(date), Clue::formed) == 1);
  CHECK(clue(evidence(date), Clue::verified) == 0);

  date.checks.push_back(
      {"mrz:birth_date", true, {}});  // agrees with the text as the date's rule made it
  CHECK(clue(evidence(date), Clue::changed) == 1.5);
  CHECK(clue(evidence(date), Clue::verified) == 1);

  date.checks[1].changes = {{2, ",", ".", 1.5},
                            {0, "2", "1", 3}};  // made another text of the reading
  CHECK(clue(evidence(date), Clue::changed) == 4.5);

  FieldResult refused = field("99.99", 0.9);
  refused.checks = {{"date:dd.mm", false, {}}};
  CHECK(clue(evidence(refused), Clue::refused) == 1);
  CHECK(clue(evidence(refused), Clue::formed) == 0);
}

TEST_CASE("a field that the picture cuts off is outside") {
  FieldResult cut = field("ABC", 0.9);
  CHECK(clue(evidence(cut), Clue::outside) == 0);
  CHECK(clue(evidence(cut), Clue::odds) > 2);
  cut.quad[1].x = 120;
  CHECK(clue(evidence(cut), Clue::outside) == 1);
  CHECK(clue(evidence(cut), Clue::odds) == 0);  // how clear its rest is says nothing
  cut.quad[1].x = 100.5;                        // within what corners are known to
  CHECK(clue(evidence(cut), Clue::outside) == 0);
  cut.quad[0].y = -7;
  CHECK(clue(evidence(cut), Clue::outside) == 1);
}

TEST_CASE("more of a clue never speaks against its direction") {
  const Calibration calibration = sample_calibration();
  for (std::size_t i = 0; i < kClueNames.size(); ++i) {
    Evidence more{};
    more[i] = 1;
    const int direction = clue_direction(static_cast<Clue>(i));
    const double change =
        calibrated_confidence(calibration, more) - calibrated_confidence(calibration, Evidence{});
    CHECK(direction * change >= 0);
  }
  double last = 0;
  for (double confidence = 0; confidence <= 1; confidence += 1.0 / 64) {
    const double now = calibrated_confidence(calibration, evidence(field("ABC", confidence)));
    CHECK(now >= last);
    last = now;
  }
  CHECK(last > 0.99);
}

TEST_CASE("decisions follow the calibrated confidence, and nothing read is rejected") {
  const Calibration calibration = sample_calibration();
  CHECK(decide(&calibration, field("A", 0.99)) == Decision::accept);
  CHECK(decide(&calibration, field("A", 0.7)) == Decision::review);
  CHECK(decide(&calibration, field("A", 0.2)) == Decision::reject);
  CHECK(decide(&calibration, field("", 1)) == Decision::reject);
  FieldResult verified = field("A", 0.9);
  CHECK(decide(&calibration, verified) == Decision::review);
  verified.checks = {{"mrz:td1", true, {}}};
  CHECK(decide(&calibration, verified) == Decision::accept);
}

TEST_CASE("without a calibration nothing is accepted") {
  CHECK(decide(nullptr, field("A", 1)) == Decision::review);
  CHECK(decide(nullptr, field("A", 0.2)) == Decision::reject);
  CHECK(decide(nullptr, field("", 1)) == Decision::reject);
  std::vector<FieldResult> fields = {field("A", 0.75)};
  judge_fields(nullptr, 100, 50, fields);
  CHECK(fields[0].confidence == 0.75);
}

TEST_CASE("a calibration's file is read as it was written") {
  const Calibration calibration = parse_calibration(sample_file().dump(), "c.json");
  CHECK(calibration.model == "sha256:ab");
  CHECK(calibration.bias == -0.25);
  CHECK(calibration.weights == Evidence{1, -0.5, 0, -1, 0, 2, -1, -4});
  CHECK(calibration.accept == 0.97);
  CHECK(calibration.review == 0.5);
  CHECK(calibration.error_rate == 0.01);
}

TEST_CASE("a calibration's file is not trusted") {
  const std::string whole = sample_file().dump();
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK(refusal(whole.substr(0, length)) ==
          "c.json is not valid JSON (line 1, column " + std::to_string(length + 1) + ")");
  CHECK(refusal("[]") != "");
  CHECK(refusal("null") != "");
  CHECK(refusal("\"\xff\"") != "");
  CHECK(refusal(std::string(3000, '[')) == "c.json is nested more than 16 levels deep");
  CHECK(refusal("{\"bias\": 1, \"bias\": 2}") == "c.json has the name \"bias\" twice");
  CHECK(refusal(whole + std::string(1'000'000, ' ')) == "c.json is larger than 1000000 bytes");
  for (const char* key : {"schema_version", "model", "bias", "weights", "decisions"}) {
    json file = sample_file();
    file.erase(key);
    CHECK(refusal(file.dump()).find(std::string("\"") + key + "\"") != std::string::npos);
    file[key] = json::array();
    CHECK(refusal(file.dump()) != "");
  }
  const auto changed = [](const char* object, const char* key, const json& value) {
    json file = sample_file();
    file[object][key] = value;
    return refusal(file.dump());
  };
  CHECK(changed("weights", "odds", -0.1).find("\"odds\" must be a number from 0") !=
        std::string::npos);
  CHECK(changed("weights", "changed", 0.1) != "");
  CHECK(changed("weights", "outside", 0.1) != "");
  CHECK(changed("weights", "length", 1e9) != "");
  CHECK(changed("weights", "length", nullptr) != "");
  CHECK(changed("weights", "length", "1") != "");
  CHECK(changed("decisions", "accept", 0.4) != "");  // below review
  CHECK(changed("decisions", "accept", 1.5) != "");
  CHECK(changed("decisions", "error_rate", -0.01) != "");
  json file = sample_file();
  file["schema_version"] = "2.0";
  CHECK(refusal(file.dump()).find("schema_version") != std::string::npos);
  std::string text = sample_file().dump();
  text.replace(text.find("-0.25"), 5, "1e999");
  CHECK(refusal(text) != "");
}
