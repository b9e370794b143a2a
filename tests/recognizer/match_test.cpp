#include "recognizer/kinds/match.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "nn/error.h"
#include "recognizer/image/image_file.h"
#include "tests/catch.h"
#include "tests/recognizer/scene.h"

using nibble::Error;
using nibble::Image;
using nibble::kMinMatchScore;
using nibble::Point;
using nibble::Quad;
using nibble::TemplateMatcher;
using nibble::TemplatePicture;

namespace {

const TemplateMatcher& three_kinds() {
  static const TemplateMatcher kMatcher(
      {nibble::card_kind(1), nibble::card_kind(2), nibble::card_kind(3)});
  return kMatcher;
}

/// The kinds of document that the program ships with.
std::vector<TemplatePicture> shipped_prints() {
  std::vector<TemplatePicture> prints;
  const std::filesystem::path folder = std::filesystem::path(NIBBLE_SOURCE_DIR) / "data/templates";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::ifstream stream(file);
    const std::string json{std::istreambuf_iterator<char>(stream), {}};
    TemplatePicture item{nibble::parse_template(json, file.stem().string()), {}};
    if (item.document.picture.empty()) continue;
    item.picture = nibble::load_image((folder / item.document.picture).string());
    prints.push_back(std::move(item));
  }
  REQUIRE(prints.size() >= 4);
  return prints;
}

struct Framed {
  Image picture;
  Quad quad{};  ///< the print's corners in it
};

/// A print scaled, with a light border (a share of its longer side), turned by quarters.
Framed frame_print(const Image& print, double scale, double border, int turn) {
  cv::Mat pixels;
  cv::resize(nibble::mat_view(print), pixels, {}, scale, scale,
             scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  const int edge = cvRound(border * std::max(pixels.cols, pixels.rows));
  Quad quad = nibble::rectangle(pixels.cols, pixels.rows);
  for (Point& p : quad) p = {p.x + edge, p.y + edge};
  cv::copyMakeBorder(pixels, pixels, edge, edge, edge, edge, cv::BORDER_CONSTANT,
                     cv::Scalar(236, 236, 232));
  for (int i = 0; i < turn; ++i) {
    for (Point& p : quad) p = {pixels.rows - 1 - p.y, p.x};
    cv::rotate(pixels, pixels, cv::ROTATE_90_CLOCKWISE);
  }
  return {nibble::image_of(pixels), quad};
}

}  // namespace

TEST_CASE("a document is recognised at any turn, whoever holds it", "[match]") {
  const double degrees = GENERATE(0.0, 37.0, 90.0, 180.0, 270.0, 318.0);
  const Quad quad = nibble::place({540, 900}, 760, 480, degrees);
  const Image photo =
      nibble::photograph(nibble::draw_table({1080, 1920}, 5), nibble::draw_card(2, 77), quad);
  const auto match = three_kinds().match(photo);
  CAPTURE(degrees);
  REQUIRE(match);
  CHECK(match->index == 1);
  CHECK(match->score >= kMinMatchScore + 0.1);
  CHECK(nibble::corner_error(match->quad, quad) < 3);
}

TEST_CASE("a second document beside it is seen, of another kind or the same", "[match]") {
  for (const unsigned other : {1U, 2U}) {
    const Quad quad = nibble::place({540, 500}, 760, 480, 8);
    const Quad beside = nibble::place({560, 1350}, 760, 480, 355);
    const Image first =
        nibble::photograph(nibble::draw_table({1080, 1920}, 5), nibble::draw_card(2, 77), quad);
    CHECK(three_kinds().match_all(first).size() == 1);
    const Image both =
        nibble::photograph(nibble::mat_view(first).clone(), nibble::draw_card(other, 78), beside);
    const auto matches = three_kinds().match_all(both);
    CAPTURE(other);
    REQUIRE(matches.size() == 2);
    const bool first_is_best = nibble::corner_error(matches[0].quad, quad) < 3;
    CHECK(matches[first_is_best ? 0 : 1].index == 1);
    CHECK(matches[first_is_best ? 1 : 0].index == other - 1);
    CHECK(nibble::corner_error(matches[first_is_best ? 1 : 0].quad, beside) < 3);
  }
}

TEST_CASE("a document that fills the picture is recognised in all four orientations", "[match]") {
  // As scanners and cropped photographs show it: no border, or next to none, at any size.
  const std::vector<TemplatePicture> prints = shipped_prints();
  const TemplateMatcher matcher(prints);
  for (std::size_t index = 0; index < prints.size(); ++index) {
    for (const double scale : {0.6, 1.5}) {
      for (const double border : {0.0, 0.01, 0.03}) {
        for (int turn = 0; turn < 4; ++turn) {
          CAPTURE(prints[index].document.name, scale, border, turn);
          const Framed framed = frame_print(prints[index].picture, scale, border, turn);
          const auto match = matcher.match(framed.picture);
          REQUIRE(match);
          CHECK(match->index == index);
          CHECK(match->score >= kMinMatchScore);
          CHECK(nibble::corner_error(match->quad, framed.quad) <
                0.025 * std::max(framed.picture.width, framed.picture.height));
        }
      }
    }
  }
}

TEST_CASE("a picture filled by something else is refused", "[match]") {
  const TemplateMatcher matcher(shipped_prints());
  for (const unsigned print : {40U, 41U, 42U, 43U}) {
    for (int turn = 0; turn < 4; ++turn) {
      const Image card = nibble::image_of(nibble::draw_card(print, print));
      const auto match = matcher.match(frame_print(card, 1.5, 0.01, turn).picture);
      CHECK((!match || match->score < kMinMatchScore - 0.1));
    }
  }
}

TEST_CASE("a document may lie partly outside the picture", "[match]") {
  const Quad quad = nibble::place({880, 700}, 800, 505, 12);
  const Image photo =
      nibble::photograph(nibble::draw_table({1080, 1440}, 6), nibble::draw_card(3, 5), quad);
  const auto match = three_kinds().match(photo);
  REQUIRE(match);
  CHECK(match->index == 2);
  CHECK(match->score >= kMinMatchScore);
  CHECK(nibble::corner_error(match->quad, quad) < 6);
}

TEST_CASE("print too blurred for features is compared where the outline is", "[match]") {
  const Quad quad = nibble::place({540, 900}, 420, 265, 24);
  cv::Mat card = nibble::draw_card(2, 77);
  const Image sharp =
      nibble::photograph(cv::Mat(1920, 1080, CV_8UC3, cv::Scalar(60, 50, 45)), card, quad);
  cv::Mat blurred;
  cv::GaussianBlur(nibble::mat_view(sharp), blurred, {}, 3);
  const auto match = three_kinds().match(nibble::image_of(blurred));
  REQUIRE(match);
  CHECK(match->index == 1);
  CHECK(match->score >= kMinMatchScore);
  CHECK(nibble::corner_error(match->quad, quad) < 8);
}

TEST_CASE("a grey picture will do", "[match]") {
  const Quad quad = nibble::place({540, 400}, 700, 442, -8);
  const Image photo =
      nibble::photograph(nibble::draw_table({1080, 800}, 8), nibble::draw_card(1, 9), quad);
  cv::Mat grey;
  cv::cvtColor(nibble::mat_view(photo), grey, cv::COLOR_RGB2GRAY);
  const auto match = three_kinds().match(nibble::image_of(grey));
  REQUIRE(match);
  CHECK(match->index == 0);
  CHECK(match->score >= kMinMatchScore);
}

TEST_CASE("a document of an unknown kind is refused, even when it holds the same texts",
          "[match]") {
  const unsigned print = GENERATE(40U, 41U, 42U);
  const Quad quad = nibble::place({540, 900}, 760, 480, 10);
  // The holder of the templates: were the fields compared, they would agree.
  const Image photo = nibble::photograph(nibble::draw_table({1080, 1920}, print),
                                         nibble::draw_card(print, 0), quad);
  const auto match = three_kinds().match(photo);
  CHECK((!match || match->score < kMinMatchScore - 0.1));
}

TEST_CASE("nothing is found where there is nothing", "[match]") {
  CHECK_FALSE(
      three_kinds().match(nibble::image_of(cv::Mat(600, 800, CV_8UC3, cv::Scalar(90, 90, 90)))));
  CHECK_FALSE(three_kinds().match(nibble::image_of(cv::Mat(3, 4, CV_8UC1, cv::Scalar(90)))));
  const auto match =
      three_kinds().match(nibble::image_of(nibble::draw_table({1000, 1400}, 3, 400)));
  CHECK((!match || match->score < kMinMatchScore - 0.1));
}

TEST_CASE("a template picture without print is refused", "[match]") {
  TemplatePicture plain = nibble::card_kind(1);
  plain.picture = nibble::image_of(cv::Mat(404, 640, CV_8UC1, cv::Scalar(200)));
  CHECK_THROWS_AS(TemplateMatcher({plain}), Error);
}

TEST_CASE("the same picture always gives the same match", "[match]") {
  const Quad quad = nibble::place({540, 700}, 700, 442, 20);
  const Image photo =
      nibble::photograph(nibble::draw_table({1080, 1440}, 9), nibble::draw_card(2, 3), quad);
  const auto first = three_kinds().match(photo);
  const auto second =
      TemplateMatcher({nibble::card_kind(1), nibble::card_kind(2), nibble::card_kind(3)})
          .match(photo);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->quad == second->quad);
  CHECK(first->score == second->score);
}
