#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <random>
#include <string>

#include "recognizer/kinds/kind_print.h"
#include "recognizer/page/mat_view.h"

namespace nibble {

inline Image image_of(const cv::Mat& mat) {
  const cv::Mat whole = mat.clone();
  return Image{whole.cols, whole.rows, whole.channels(), {whole.datastart, whole.dataend}};
}

/// A made-up card: words, a frame and an emblem from `print`, and a holder's texts in three fields
/// from `holder`.
inline cv::Mat draw_card(unsigned print, unsigned holder, cv::Size size = {640, 404}) {
  cv::Mat card(size, CV_8UC3, cv::Scalar(228, 232, 238));
  std::mt19937 engine(print);
  const auto number = [](std::mt19937& from, int most) {
    return static_cast<int>(from() % static_cast<unsigned>(most));
  };
  const auto word = [&](std::mt19937& from, int letters) {
    std::string text;
    for (int i = 0; i < letters; ++i) text += static_cast<char>('A' + number(from, 26));
    return text;
  };
  for (int i = 0; i < 26; ++i) {
    const cv::Point at(20 + number(engine, size.width - 160),
                       30 + number(engine, size.height - 50));
    cv::putText(card, word(engine, 4 + number(engine, 5)), at, cv::FONT_HERSHEY_DUPLEX, 0.45,
                cv::Scalar(60, 40, 90), 1, cv::LINE_AA);
  }
  for (int i = 0; i < 5; ++i) {
    cv::circle(card,
               {60 + number(engine, size.width - 120), 60 + number(engine, size.height - 120)},
               10 + number(engine, 40), cv::Scalar(160 - 12 * i, 120, 60 + 25 * i), 2, cv::LINE_AA);
  }
  std::mt19937 person(holder + 1000);
  for (int i = 0; i < 3; ++i) {
    const cv::Rect field(220, 90 + 100 * i, 300, 40);
    cv::rectangle(card, field, cv::Scalar(228, 232, 238), cv::FILLED);
    cv::putText(card, word(person, 10), field.tl() + cv::Point(6, 30), cv::FONT_HERSHEY_TRIPLEX, 1,
                cv::Scalar(20, 20, 20), 2, cv::LINE_AA);
  }
  return card;
}

/// A table with blots of many colours, darker than a card.
inline cv::Mat draw_table(cv::Size size, unsigned seed, int blots = 60) {
  std::mt19937 engine(seed);
  cv::Mat table(size, CV_8UC3, cv::Scalar(120, 90, 70));
  const auto number = [&](int most) {
    return static_cast<int>(engine() % static_cast<unsigned>(most));
  };
  for (int i = 0; i < blots; ++i) {
    const cv::Scalar colour(40 + number(140), 40 + number(120), 30 + number(110));
    cv::ellipse(table, {number(size.width), number(size.height)}, {5 + number(60), 5 + number(40)},
                number(180), 0, 360, colour, cv::FILLED, cv::LINE_AA);
  }
  return table;
}

/// Corners of a document of `width` pixels about `centre`, turned clockwise and seen a little from
/// the side.
inline Quad place(Point centre, double width, double height, double degrees) {
  const double angle = degrees * std::numbers::pi / 180;
  Quad quad = rectangle(width, height);
  for (Point& p : quad) {
    const double x = p.x - width / 2;
    const double y = (p.y - height / 2) * (1 + 0.06 * x / width);
    p = {centre.x + x * std::cos(angle) - y * std::sin(angle),
         centre.y + x * std::sin(angle) + y * std::cos(angle)};
  }
  return quad;
}

/// The scene with the document laid on it; blurred and with noise, as a camera gives it.
inline Image photograph(const cv::Mat& table, const cv::Mat& document, const Quad& quad) {
  const cv::Matx33d map = matrix(homography(rectangle(document.cols, document.rows), quad));
  cv::Mat scene = table.clone();
  cv::Mat laid;
  cv::Mat mask;
  cv::warpPerspective(document, laid, map, scene.size(), cv::INTER_AREA);
  cv::warpPerspective(cv::Mat(document.size(), CV_8U, cv::Scalar(255)), mask, map, scene.size(),
                      cv::INTER_LINEAR);
  laid.copyTo(scene, mask > 127);
  cv::GaussianBlur(scene, scene, {5, 5}, 0.9);
  cv::Mat noise(scene.size(), CV_16SC3);
  cv::RNG(7).fill(noise, cv::RNG::NORMAL, 0, 3);
  cv::add(scene, noise, scene, cv::noArray(), CV_8UC3);
  return image_of(scene);
}

/// Largest distance of a corner from where it should be.
inline double corner_error(const Quad& found, const Quad& expected) {
  double most = 0;
  for (std::size_t i = 0; i < 4; ++i) most = std::max(most, distance(found[i], expected[i]));
  return most;
}

/// The kind of document that draw_card(print, ...) draws, with its three fields.
inline TemplatePicture card_kind(unsigned print, unsigned holder = 0) {
  const cv::Mat drawn = draw_card(print, holder);
  const std::string name = "card" + std::to_string(print);
  TemplatePicture kind{{name, drawn.cols, drawn.rows, name + ".png", {}}, image_of(drawn)};
  for (int i = 0; i < 3; ++i) {
    const double y = 90 + 100 * i;
    FieldSpec field;
    field.name = "field" + std::to_string(i);
    field.quad = {{{220, y}, {519, y}, {519, y + 39}, {220, y + 39}}};
    kind.document.fields.push_back(field);
  }
  return kind;
}

}  // namespace nibble
