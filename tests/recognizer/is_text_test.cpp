#include "recognizer/line/is_text.h"

#include <string>
#include <vector>

#include "tests/catch.h"

TEST_CASE("what is read without confidence, too wide or without letters is no text", "[is_text]") {
  const auto line = [](const std::vector<std::string>& characters, double confidence,
                       double width) {
    nibble::FieldResult result;
    result.quad = nibble::rectangle(width, 20);
    result.reading.confidence = 1;
    for (const std::string& c : characters) {
      result.reading.chars.push_back({c, confidence, 0, 1, {}});
      result.reading.confidence *= confidence;
    }
    return result;
  };
  CHECK(nibble::is_text(line({"3", ".", "2", "0"}, 0.7, 60)));
  CHECK(nibble::is_text(line({"Ž"}, 0.95, 16)));
  CHECK_FALSE(nibble::is_text(line({"3", ".", "2", "0"}, 0.5, 60)));
  CHECK_FALSE(nibble::is_text(line({"3", "2"}, 0.8, 30)));
  CHECK_FALSE(nibble::is_text(line({"7"}, 0.99, 32)));
  CHECK_FALSE(nibble::is_text(line({".", "-", "."}, 0.99, 30)));
  CHECK_FALSE(nibble::is_text(line({}, 0.99, 30)));
}
