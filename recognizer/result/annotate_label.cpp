#include "recognizer/result/annotate_label.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

#include "recognizer/result/annotate.h"

namespace nibble {

namespace {

constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
constexpr double kOpacity = 0.86;
constexpr int kPadding = 5;
constexpr double kMarkRoom = 0.42;  // above the capitals, share of their height
constexpr int kDetail = 36;         // grey levels between neighbours that count as print
constexpr int kShift = 4;           // fractional bits of drawn coordinates

const cv::Scalar kInk(255, 255, 255);  // colours are red, green, blue

using Stroke = std::vector<cv::Point2d>;

/// Strokes of a diacritic: x from -1 to 1 around the letter's middle, y upwards; 0 to 1 above the
/// letter, negative below its feet.
std::vector<Stroke> strokes_of(char kind) {
  switch (kind) {
    case '`': return {{{-0.7, 1}, {0.4, 0}}};
    case '\'': return {{{0.7, 1}, {-0.4, 0}}};
    case '^': return {{{-1, 0}, {0, 1}, {1, 0}}};
    case 'v': return {{{-1, 1}, {0, 0}, {1, 1}}};
    case '~': return {{{-1, 0.1}, {-0.5, 0.8}, {0.5, 0.2}, {1, 0.9}}};
    case ':': return {{{-0.8, 0.4}, {-0.6, 0.4}}, {{0.6, 0.4}, {0.8, 0.4}}};
    case '.': return {{{-0.1, 0.4}, {0.1, 0.4}}};
    case 'o': return {{{-0.6, 0.5}, {0, -0.1}, {0.6, 0.5}, {0, 1.1}, {-0.6, 0.5}}};
    case 'u': return {{{-1, 1}, {-0.5, 0.2}, {0.5, 0.2}, {1, 1}}};
    case '-': return {{{-1, 0.4}, {1, 0.4}}};
    case '"': return {{{-0.2, 1}, {-0.8, 0}}, {{0.9, 1}, {0.3, 0}}};
    case ',': return {{{0.1, -0.5}, {-0.3, -1.4}}};
    default: return {{{0.2, -0.1}, {-0.3, -0.8}, {0.5, -1.1}}};
  }
}

bool is_tall(char letter) {
  return std::string_view("bdfhklt").find(letter) != std::string_view::npos || letter < 'a';
}

int text_width(const Label& label, const std::string& text) {
  int ignored = 0;
  return cv::getTextSize(text, kFont, label.scale, label.thickness, &ignored).width -
         label.thickness;
}

void draw_stroke(cv::Mat& canvas, const Stroke& stroke, const cv::Point2d& origin, double unit,
                 int thickness) {
  std::vector<cv::Point> points;
  for (const cv::Point2d& point : stroke)
    points.emplace_back(cvRound((origin.x + unit * point.x) * (1 << kShift)),
                        cvRound((origin.y - unit * point.y) * (1 << kShift)));
  cv::polylines(canvas, points, false, kInk, thickness, cv::LINE_AA, kShift);
}

/// The drawing font has no diacritics: they are put onto its letters.
void draw_marks(cv::Mat& canvas, const Label& label, const std::string& folded,
                const cv::Point& origin) {
  for (const LetterMark& mark : letter_marks(label.text)) {
    const double left = text_width(label, folded.substr(0, mark.position));
    const double right = text_width(label, folded.substr(0, mark.position + 1));
    const double middle = origin.x + (left + right) / 2;
    const char letter = folded[mark.position];
    const double height = is_tall(letter) ? label.letter : 0.72 * label.letter;
    if (mark.kind == '/') {  // a slope through O and L, a bar across D, H and T
      const double slope =
          std::string_view("OoLl").find(letter) != std::string_view::npos ? 0.55 : 0;
      draw_stroke(canvas, {{-0.42, -slope}, {0.42, slope}}, {middle, origin.y - height / 2},
                  label.letter, label.thickness);
      continue;
    }
    const bool below = mark.kind == ',' || mark.kind == ';';
    const double y = below ? origin.y : origin.y - height - 0.14 * label.letter;
    const int thickness = mark.kind == ':' || mark.kind == '.'
                              ? label.thickness + 1
                              : label.thickness;  // a thin point would not be seen
    for (const Stroke& stroke : strokes_of(mark.kind))
      draw_stroke(canvas, stroke, {middle, y}, 0.24 * label.letter, thickness);
  }
}

}  // namespace

Label make_label(const std::string& text, double letter_height, int most_width) {
  Label label;
  label.text = text;
  const std::string folded = fold_to_ascii(text);
  label.letter = cvRound(letter_height);
  label.thickness = letter_height > 20 ? 2 : 1;
  label.scale = cv::getFontScaleFromHeight(kFont, label.letter, label.thickness);
  int width = text_width(label, folded);
  if (width > most_width - 2 * kPadding && width > 0) {
    const double factor = static_cast<double>(most_width - 2 * kPadding) / width;
    label.scale *= factor;
    label.letter = cvRound(factor * label.letter);
    width = text_width(label, folded);
  }
  const bool marked = !letter_marks(text).empty();
  label.baseline = cvRound((marked ? 1 + kMarkRoom : 1) * label.letter) + kPadding;
  label.size = {width + 2 * kPadding,
                label.baseline + cvRound((marked ? 0.4 : 0.25) * label.letter) + kPadding - 2};
  return label;
}

void draw_label(cv::Mat& canvas, const Label& label, const cv::Point& corner,
                const cv::Scalar& colour) {
  const cv::Rect inside = cv::Rect(corner, label.size) & cv::Rect(0, 0, canvas.cols, canvas.rows);
  if (inside.empty()) return;
  cv::Mat part = canvas(inside);
  const cv::Mat fill(part.size(), part.type(), colour);
  cv::addWeighted(fill, kOpacity, part, 1 - kOpacity, 0, part);
  const cv::Point origin(corner.x + kPadding, corner.y + label.baseline);
  const std::string folded = fold_to_ascii(label.text);
  cv::putText(canvas, folded, origin, kFont, label.scale, kInk, label.thickness, cv::LINE_AA);
  draw_marks(canvas, label, folded, origin);
}

InkMap::InkMap(const cv::Mat& colours) {
  cv::Mat grey;
  cv::cvtColor(colours, grey, cv::COLOR_RGB2GRAY);
  cv::Mat change;
  cv::morphologyEx(grey, change, cv::MORPH_GRADIENT,
                   cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
  cv::integral(change > kDetail, sums_, CV_64F);
}

double InkMap::inside(const cv::Rect& place) const {
  const cv::Rect part = place & cv::Rect(0, 0, sums_.cols - 1, sums_.rows - 1);
  if (part.empty()) return 0;
  const auto sum = [&](int y, int x) { return sums_.at<double>(y, x); };
  const int bottom = part.y + part.height;
  const int right = part.x + part.width;
  return (sum(bottom, right) - sum(part.y, right) - sum(bottom, part.x) + sum(part.y, part.x)) /
         255;
}

}  // namespace nibble
