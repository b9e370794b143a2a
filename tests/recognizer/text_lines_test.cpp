#include "recognizer/reader/text_lines.h"

#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/recognizer/scene.h"

using nibble::FieldSpec;
using nibble::Page;

namespace {

struct Word {
  std::string text;
  cv::Point at;  ///< left end of the baseline
};

Page page_with(const std::vector<Word>& words, const cv::Scalar& ground, const cv::Scalar& ink) {
  cv::Mat picture(400, 640, CV_8UC3, ground);
  for (const Word& word : words)
    cv::putText(picture, word.text, word.at, cv::FONT_HERSHEY_DUPLEX, 0.8, ink, 1, cv::LINE_AA);
  Page page;
  page.image = nibble::image_of(picture);
  return page;
}

bool contains(const FieldSpec& field, cv::Point p) {
  return field.quad[0].x <= p.x && p.x <= field.quad[2].x && field.quad[0].y <= p.y &&
         p.y <= field.quad[2].y;
}

const std::vector<Word> kWords = {{"RECEIPT 42", {40, 60}},
                                  {"Bread rolls", {40, 140}},
                                  {"3.20", {480, 142}},
                                  {"Total 3.20", {40, 220}}};

}  // namespace

TEST_CASE("lines are found in reading order, dark on light and light on dark", "[text_lines]") {
  const bool light = GENERATE(false, true);
  const cv::Scalar paper(240, 240, 235);
  const cv::Scalar ink(30, 30, 40);
  const auto lines =
      nibble::find_text_lines(page_with(kWords, light ? ink : paper, light ? paper : ink));
  REQUIRE(lines.size() == kWords.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CAPTURE(i);
    CHECK(lines[i].name == "line0" + std::to_string(i + 1));
    CHECK(contains(lines[i], kWords[i].at + cv::Point(8, -8)));
    CHECK(lines[i].quad[2].y - lines[i].quad[0].y < 32);
    CHECK(lines[i].quad[0].y < kWords[i].at.y - 12);
  }
}

TEST_CASE("lines are given in template pixels", "[text_lines]") {
  Page page = page_with(kWords, {240, 240, 235}, {30, 30, 40});
  const auto plain = nibble::find_text_lines(page);
  page.scale = 2;
  const auto halved = nibble::find_text_lines(page);
  REQUIRE(plain.size() == halved.size());
  const nibble::Point back = page.from_template(halved[0].quad[2]);
  CHECK(nibble::distance(back, plain[0].quad[2]) < 0.01);
}

TEST_CASE("what is read without confidence, too wide or without letters is no text",
          "[text_lines]") {
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

TEST_CASE("a page without text has no lines", "[text_lines]") {
  CHECK(nibble::find_text_lines(page_with({}, {200, 200, 200}, {0, 0, 0})).empty());
}
