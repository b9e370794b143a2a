#include "app/bench/synthetic_kinds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <random>
#include <string>
#include <vector>

#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

constexpr std::uint32_t kGenerationSalt = 0x9e3779b9U;
constexpr std::array<const char*, 20> kCaptions = {
    "Surname",     "Given names",    "Date of birth", "Sex",
    "Nationality", "Place of birth", "Date of issue", "Date of expiry",
    "Authority",   "Document No.",   "Nom",           "Prenoms",
    "Sexe",        "Nationalite",    "Signature",     "Personal No.",
    "Height",      "Address",        "Card No.",      "Valid until"};
// Cards ID-1, the page of a passport and an upright booklet, in pixels.
constexpr std::array<std::array<int, 2>, 4> kSizes = {
    {{856, 540}, {856, 540}, {1000, 704}, {620, 880}}};

/// Numbers that are the same with every maker's library.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed * 2654435761U + 12345U) {}
  int number(int least, int most) {
    return least + static_cast<int>(engine_() % static_cast<unsigned>(most - least + 1));
  }
  double real(double least, double most) {
    return least + (most - least) * static_cast<double>(engine_()) /
                       static_cast<double>(std::mt19937::max());
  }
  std::string word(int letters) {
    std::string text;
    for (int i = 0; i < letters; ++i) text += static_cast<char>('A' + number(0, 25));
    return text;
  }
  cv::Scalar ink(int least, int most) {
    return {double(number(least, most)), double(number(least, most)), double(number(least, most))};
  }

 private:
  std::mt19937 engine_;
};

/// Waves that keep their distance, as on the paper of documents.
void draw_guilloche(cv::Mat& card, Dice& dice) {
  const int bundles = dice.number(2, 4);
  for (int b = 0; b < bundles; ++b) {
    const double angle = dice.real(0, std::numbers::pi);
    const double height = dice.real(8, 40);
    const double wave = dice.real(0.01, 0.05);
    const double second = dice.real(0.02, 0.09);
    const int apart = dice.number(9, 24);
    const cv::Scalar ink = dice.ink(180, 226);
    const int reach = card.cols + card.rows;
    for (int line = -reach / 2; line < reach / 2; line += apart) {
      std::vector<cv::Point> points;
      for (int t = -reach / 2; t < reach / 2; t += 6) {
        const double off = line + height * std::sin(wave * t) + height / 3 * std::sin(second * t);
        points.emplace_back(cvRound(card.cols / 2.0 + t * std::cos(angle) - off * std::sin(angle)),
                            cvRound(card.rows / 2.0 + t * std::sin(angle) + off * std::cos(angle)));
      }
      cv::polylines(card, points, false, ink, 2, cv::LINE_AA);
    }
  }
  cv::GaussianBlur(card, card, {5, 5}, 1.2);
}

/// A coloured band, a flag and a wide seal, as many documents have.
void draw_ornaments(cv::Mat& card, Dice& dice) {
  const int band = dice.number(0, 100);
  if (band < 60)
    cv::rectangle(card, {0, 0, card.cols, dice.number(36, 100)}, dice.ink(120, 210), cv::FILLED);
  const cv::Point at(dice.number(10, card.cols - 100), dice.number(10, card.rows / 5));
  for (int i = 0; i < 3; ++i)
    cv::rectangle(card, {at.x, at.y + 16 * i, 72, 16}, dice.ink(30, 220), cv::FILLED);
  const cv::Point centre(dice.number(card.cols / 4, card.cols * 3 / 4),
                         dice.number(card.rows / 3, card.rows * 3 / 4));
  const int corners = dice.number(3, 9);
  const int size = dice.number(90, 170);
  for (int ring = 0; ring < dice.number(2, 4); ++ring) {
    std::vector<cv::Point> points;
    for (int i = 0; i < corners; ++i) {
      const double turn = 2 * std::numbers::pi * (i + 0.3 * ring) / corners;
      points.emplace_back(cvRound(centre.x + size * std::cos(turn)),
                          cvRound(centre.y + size * std::sin(turn)));
    }
    cv::polylines(card, points, true, dice.ink(130, 200), 3, cv::LINE_AA);
  }
}

/// A rosette with a star in it.
void draw_emblem(cv::Mat& card, Dice& dice) {
  const cv::Point centre(dice.number(card.cols / 8, card.cols * 7 / 8),
                         dice.number(card.rows / 8, card.rows * 7 / 8));
  const int size = dice.number(36, 70);
  const cv::Scalar ink = dice.ink(40, 150);
  const int petals = dice.number(3, 9);
  const double depth = dice.real(0.2, 0.6);
  for (double share = 1; share > 0.3; share -= dice.real(0.15, 0.3)) {
    std::vector<cv::Point> points;
    for (int i = 0; i <= 120; ++i) {
      const double turn = 2 * std::numbers::pi * i / 120;
      const double r = share * size * (1 - depth / 2 + depth / 2 * std::cos(petals * turn));
      points.emplace_back(cvRound(centre.x + r * std::cos(turn)),
                          cvRound(centre.y + r * std::sin(turn)));
    }
    cv::polylines(card, points, true, ink, 2, cv::LINE_AA);
  }
  const int rays = dice.number(4, 8);
  std::vector<cv::Point> star;
  for (int i = 0; i < 2 * rays; ++i) {
    const double r = size * (i % 2 == 0 ? 0.3 : 0.12);
    star.emplace_back(cvRound(centre.x + r * std::sin(std::numbers::pi * i / rays)),
                      cvRound(centre.y - r * std::cos(std::numbers::pi * i / rays)));
  }
  cv::fillPoly(card, std::vector<std::vector<cv::Point>>{star}, ink, cv::LINE_AA);
}

void draw_text(cv::Mat& card, const std::string& text, cv::Point at, int face, double scale,
               const cv::Scalar& ink) {
  cv::putText(card, text, at, face, scale, ink, scale > 0.8 ? 2 : 1, cv::LINE_AA);
}

/// Captions with a field below each, in two columns beside the photo.
void draw_fields(cv::Mat& card, Dice& dice, Template& document) {
  const bool photo_left = dice.number(0, 1) == 0;
  const int photo_width = card.cols * dice.number(22, 30) / 100;
  const int photo_top = card.rows * dice.number(20, 32) / 100;
  const int photo_left_edge = photo_left ? 24 : card.cols - 24 - photo_width;
  const cv::Rect photo(photo_left_edge, photo_top, photo_width, photo_width * 5 / 4);
  cv::rectangle(card, photo, dice.ink(120, 190), cv::FILLED);
  cv::rectangle(card, photo, dice.ink(60, 120), 2);
  Quad quad = rectangle(photo.width, photo.height);
  for (Point& p : quad) p = {p.x + photo.x, p.y + photo.y};
  document.variable.push_back(quad);

  const int face = dice.number(0, 4);
  const cv::Scalar ink = dice.ink(30, 120);
  const double scale = dice.real(0.38, 0.5);
  const int left = photo_left ? photo.x + photo.width + 30 : 30;
  const int wide = card.cols - photo.width - 84;
  const int pitch = dice.number(52, 74);
  int number = 0;
  for (int y = photo_top; y + 44 < card.rows - 20; y += pitch) {
    for (int column = 0; column < 2; ++column) {
      const int x = left + column * wide / 2;
      std::string caption = kCaptions[static_cast<std::size_t>(dice.number(0, 19))];
      if (dice.number(0, 1) == 0) caption += " / " + dice.word(dice.number(4, 8));
      draw_text(card, caption, {x, y + 10}, face, scale, ink);
      FieldSpec field;
      field.name = "field" + std::to_string(number++);
      const double bottom = y + 40;
      field.quad = {{{x + 0.0, y + 18.0},
                     {x + wide * 0.46, y + 18.0},
                     {x + wide * 0.46, bottom},
                     {x + 0.0, bottom}}};
      document.fields.push_back(field);
    }
  }
}

void draw_holder(cv::Mat& card, const Template& document, Dice& dice) {
  for (const FieldSpec& field : document.fields) {
    const cv::Point at(cvRound(field.quad[3].x) + 4, cvRound(field.quad[3].y) - 3);
    draw_text(card, dice.word(dice.number(5, 10)), at, cv::FONT_HERSHEY_DUPLEX, 0.62, {20, 20, 24});
  }
  for (const Quad& quad : document.variable) {
    const cv::Rect area(cvRound(quad[0].x), cvRound(quad[0].y), cvRound(quad[2].x - quad[0].x),
                        cvRound(quad[2].y - quad[0].y));
    const cv::Point centre = (area.tl() + area.br()) / 2;
    cv::ellipse(card, centre, {area.width / 4, area.height / 4}, 0, 0, 360, dice.ink(90, 220),
                cv::FILLED, cv::LINE_AA);
    cv::ellipse(card, centre + cv::Point(0, area.height / 3), {area.width / 3, area.height / 7}, 0,
                0, 360, dice.ink(30, 160), cv::FILLED, cv::LINE_AA);
  }
}

TemplatePicture draw_kind(std::uint32_t number, std::uint32_t emblem) {
  Dice dice(number);
  const auto& size = kSizes[static_cast<std::size_t>(dice.number(0, 3))];
  cv::Mat card(size[1], size[0], CV_8UC3, dice.ink(222, 246));
  TemplatePicture kind;
  char name[32];
  std::snprintf(name, sizeof name, "kind%05u", number);
  kind.document = {name, card.cols, card.rows, std::string(name) + ".png", {}};
  draw_guilloche(card, dice);
  draw_ornaments(card, dice);
  const int face = dice.number(0, 4);
  const cv::Scalar ink = dice.ink(20, 110);
  draw_text(card, dice.word(dice.number(5, 9)) + " " + dice.word(dice.number(4, 8)),
            {dice.number(20, card.cols / 3), dice.number(30, 50)}, face, dice.real(0.8, 1.2), ink);
  draw_text(card, dice.word(dice.number(6, 12)) + " " + dice.word(dice.number(4, 8)),
            {dice.number(20, card.cols / 2), dice.number(70, 90)}, face, dice.real(0.5, 0.8), ink);
  draw_fields(card, dice, kind.document);
  Dice other(emblem);
  draw_emblem(card, other);
  draw_emblem(card, other);
  kind.picture = make_image(card.cols, card.rows, 3);
  card.copyTo(mat_view(kind.picture));
  return kind;
}

cv::Mat draw_table(cv::Size size, Dice& dice) {
  cv::Mat table(size, CV_8UC3, dice.ink(60, 150));
  for (int i = 0; i < 70; ++i)
    cv::ellipse(table, {dice.number(0, size.width), dice.number(0, size.height)},
                {dice.number(5, 64), dice.number(5, 44)}, dice.number(0, 179), 0, 360,
                dice.ink(30, 190), cv::FILLED, cv::LINE_AA);
  return table;
}

/// A rectangle of these sides about a point, turned and with its far side smaller.
Quad lay_down(Point centre, double width, double height, Dice& dice) {
  const double angle = dice.real(0, 2 * std::numbers::pi);
  const double across = dice.real(-0.08, 0.08);
  const double down = dice.real(-0.08, 0.08);
  Quad quad = rectangle(width, height);
  for (Point& p : quad) {
    const double x = p.x - width / 2;
    const double y = p.y - height / 2;
    const double w = 1 + across * x / width + down * y / height;
    p = {centre.x + (x * std::cos(angle) - y * std::sin(angle)) / w,
         centre.y + (x * std::sin(angle) + y * std::cos(angle)) / w};
  }
  return quad;
}

}  // namespace

TemplatePicture synthetic_kind(std::uint32_t number) { return draw_kind(number, number); }

TemplatePicture synthetic_generation(std::uint32_t number) {
  TemplatePicture kind = draw_kind(number, number ^ kGenerationSalt);
  kind.document.name += "b";
  return kind;
}

Image synthetic_photograph(const TemplatePicture& kind, std::uint32_t seed) {
  Dice dice(seed);
  const cv::Size size(1080, 1440);
  cv::Mat scene = draw_table(size, dice);
  cv::Mat card = mat_view(kind.picture).clone();
  draw_holder(card, kind.document, dice);
  const double longer = dice.real(640, 960);
  const double scale = longer / std::max(card.cols, card.rows);
  const Quad quad = lay_down({540 + dice.real(-30, 30), 720 + dice.real(-60, 60)},
                             card.cols * scale, card.rows * scale, dice);
  const cv::Matx33d map = matrix(homography(rectangle(card.cols, card.rows), quad));
  cv::Mat laid;
  cv::Mat mask;
  cv::warpPerspective(card, laid, map, size, cv::INTER_AREA);
  cv::warpPerspective(cv::Mat(card.size(), CV_8U, cv::Scalar(255)), mask, map, size,
                      cv::INTER_LINEAR);
  laid.copyTo(scene, mask > 127);
  cv::GaussianBlur(scene, scene, {5, 5}, dice.real(0.6, 1.3));
  cv::Mat noise(size, CV_16SC3);
  cv::RNG(seed).fill(noise, cv::RNG::NORMAL, 0, 3);
  Image photo = make_image(size.width, size.height, 3);
  cv::Mat out = mat_view(photo);
  cv::add(scene, noise, out, cv::noArray(), CV_8UC3);
  return photo;
}

}  // namespace nibble
