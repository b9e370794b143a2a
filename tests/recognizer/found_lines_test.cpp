#include "recognizer/reader/found_lines.h"

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "nn/model_file.h"
#include "recognizer/base/vector.h"
#include "recognizer/locate/find/reading_direction.h"
#include "tests/catch.h"
#include "tests/recognizer/scene.h"

using namespace nibble;

namespace {

const std::vector<std::string> kTexts = {"RECEIPT 4217", "Bread rolls", "Total 3.20"};

struct Sheet {
  Image picture;
  std::vector<LineOutline> lines;
};

/// Lines of print, turned about the middle, with their outlines as they are found.
Sheet sheet(double degrees) {
  cv::Mat page(640, 640, CV_8UC3, cv::Scalar(235, 235, 235));
  Sheet result;
  const cv::Mat turn = cv::getRotationMatrix2D({320, 320}, -degrees, 1);
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    const cv::Point at(200, 230 + 90 * static_cast<int>(i));
    cv::putText(page, kTexts[i], at, cv::FONT_HERSHEY_DUPLEX, 1, {30, 30, 30}, 1, cv::LINE_AA);
    int below = 0;
    const cv::Size size = cv::getTextSize(kTexts[i], cv::FONT_HERSHEY_DUPLEX, 1, 1, &below);
    LineOutline line;
    line.half_height = 10.5;
    line.upright = 1;
    const double left = at.x - 3;
    const double right = at.x + size.width + 3;
    line.quad = {Point{left, at.y - 24.0}, Point{right, at.y - 24.0}, Point{right, at.y + 5.0},
                 Point{left, at.y + 5.0}};
    for (Point& p : line.quad) {
      const cv::Matx23d m = turn;
      p = {m(0, 0) * p.x + m(0, 1) * p.y + m(0, 2), m(1, 0) * p.x + m(1, 1) * p.y + m(1, 2)};
    }
    result.lines.push_back(line);
  }
  cv::warpAffine(page, page, turn, page.size(), cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  result.picture = image_of(page);
  return result;
}

const Network& reader() {
  static const Network network(
      read_model(std::string(NIBBLE_SOURCE_DIR) + "/data/models/nibble-int4.safetensors"),
      "nibble-int4");
  return network;
}

std::vector<std::string> texts_of(const std::vector<FieldResult>& lines) {
  std::vector<std::string> texts;
  for (const FieldResult& line : lines) texts.push_back(line.text);
  return texts;
}

}  // namespace

TEST_CASE("found lines are read at any angle, in their order") {
  for (const double degrees : {0.0, 30.0, 90.0, 180.0, 225.0}) {
    CAPTURE(degrees);
    const Sheet page = sheet(degrees);
    const auto lines = read_found_lines(reader(), page.picture, page.lines, {});
    CHECK(texts_of(lines) == kTexts);
    REQUIRE(lines.size() == 3);
    CHECK(lines[1].spec.name == "line02");
    CHECK(distance(lines[1].quad[0], page.lines[1].quad[0]) < 1e-6);
  }
}

TEST_CASE("a line of unsure direction is read the way that makes sense") {
  Sheet page = sheet(20);
  for (LineOutline& line : page.lines) {
    line.quad = upside_down(line.quad);
    line.upright = 0.1;
  }
  const auto lines = read_found_lines(reader(), page.picture, page.lines, {});
  CHECK(texts_of(lines) == kTexts);
  const Sheet upright = sheet(20);
  CHECK(distance(lines.at(0).quad[0], upright.lines[0].quad[0]) < 1e-6);
}

TEST_CASE("outlines around nothing, or without area, are no lines of text") {
  Sheet page = sheet(0);
  LineOutline blank = page.lines[0];
  for (Point& p : blank.quad) p.y -= 150;
  LineOutline flat = page.lines[0];
  flat.quad[2] = flat.quad[1];
  flat.quad[3] = flat.quad[0];
  page.lines.insert(page.lines.begin(), {blank, flat});
  const auto lines = read_found_lines(reader(), page.picture, page.lines, {});
  CHECK(texts_of(lines) == kTexts);
  CHECK(lines.at(0).spec.name == "line01");
  CHECK(read_found_lines(reader(), page.picture, {}, {}).empty());
}

TEST_CASE("lines in batches are read as one by one") {
  Sheet page = sheet(0);
  std::vector<LineOutline> many;
  for (int i = 0; i < 40; ++i) many.insert(many.end(), page.lines.begin(), page.lines.end());
  const auto lines = read_found_lines(reader(), page.picture, many, {});
  REQUIRE(lines.size() == many.size());
  // The same three places again and again, in reading order.
  for (std::size_t i = 0; i < lines.size(); ++i) CHECK(lines[i].text == kTexts[i / 40]);
}
