#include "recognizer/clip/quality.h"

#include <opencv2/imgproc.hpp>

#include "recognizer/page/mat_view.h"
#include "tests/catch.h"
#include "tests/recognizer/scene.h"

namespace nibble {
namespace {

Image card(double blur, double streak = 0) {
  cv::Mat picture = draw_card(1, 2, {1280, 808});
  if (blur > 0) cv::GaussianBlur(picture, picture, {}, blur);
  if (streak > 0) cv::blur(picture, picture, {cvRound(streak), 1});
  return image_of(picture);
}

double sharpness(const Image& image) { return score_frame(image).sharpness; }

}  // namespace

TEST_CASE("sharpness falls with blur, and with motion along one direction") {
  const double sharp = sharpness(card(0));
  CHECK(sharp > 0.4);
  double before = sharp;
  for (const double blur : {1.5, 3.0, 6.0, 12.0}) {
    const double now = sharpness(card(blur));
    CHECK(now < before);
    before = now;
  }
  CHECK(sharpness(card(0, 30)) < 0.6 * sharp);
}

TEST_CASE("sharpness is the same in the dark, and 0 where there is nothing") {
  Image dark = card(0);
  for (std::uint8_t& value : dark.pixels) value = static_cast<std::uint8_t>(value / 3);
  CHECK(sharpness(dark) == Approx(sharpness(card(0))).margin(0.08));
  CHECK(sharpness(Image{640, 480, 1, std::vector<std::uint8_t>(640 * 480, 200)}) == 0);
  CHECK(sharpness(Image{1, 1, 1, {7}}) == 0);
}

TEST_CASE("glare is what is white without edges") {
  cv::Mat picture = draw_card(1, 2, {1280, 808});
  const double without = score_frame(image_of(picture)).glare;
  cv::rectangle(picture, cv::Rect(0, 0, 640, 808), cv::Scalar(255, 255, 255), cv::FILLED);
  const double with = score_frame(image_of(picture)).glare;
  CHECK(without < 0.05);
  CHECK(with == Approx(0.5).margin(0.05));
}

TEST_CASE("what lies outside of the picture is cut off") {
  const Quad inside = {Point{10, 10}, Point{90, 10}, Point{90, 60}, Point{10, 60}};
  CHECK(cut_off(inside, 200, 100) == 0);
  const Quad half = {Point{-50.5, 10}, Point{49.5, 10}, Point{49.5, 60}, Point{-50.5, 60}};
  CHECK(cut_off(half, 200, 100) == Approx(0.5).margin(0.01));
  const Quad outside = {Point{300, 10}, Point{400, 10}, Point{400, 60}, Point{300, 60}};
  CHECK(cut_off(outside, 200, 100) == Approx(1));
}

}  // namespace nibble
