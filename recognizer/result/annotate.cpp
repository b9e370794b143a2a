#include "recognizer/result/annotate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "recognizer/base/bounds.h"
#include "recognizer/base/median.h"
#include "recognizer/image/view.h"
#include "recognizer/page/mat_view.h"
#include "recognizer/result/annotate_label.h"
#include "recognizer/result/named_text.h"

namespace nibble {

namespace {

constexpr double kFree =
    0.15;                  // a place with less detail than this share of it is as good as empty
constexpr int kShift = 4;  // fractional bits of drawn coordinates
constexpr double kShiftScale = 1 << kShift;

const cv::Scalar kOutline(30, 110, 255);  // colours are red, green, blue

cv::Scalar text_colour(const TextLine& line) {
  if (line.decision == Decision::accept) return {0, 130, 60};
  return line.decision == Decision::review ? cv::Scalar(200, 120, 0) : cv::Scalar(200, 30, 30);
}

cv::Mat colour_copy(const Image& image) {
  cv::Mat copy;
  if (image.channels == 1) {
    cv::cvtColor(mat_view(image), copy, cv::COLOR_GRAY2RGB);
  } else {
    copy = mat_view(image).clone();
  }
  return copy;
}

void draw_quad(cv::Mat& canvas, const Quad& quad, const cv::Scalar& colour, int thickness) {
  std::vector<cv::Point> corners;
  for (const Point& p : quad)
    corners.emplace_back(cvRound(p.x * kShiftScale), cvRound(p.y * kShiftScale));
  cv::polylines(canvas, corners, true, colour, thickness, cv::LINE_AA, kShift);
}

cv::Rect rect_around(const Quad& quad) {
  const Bounds box = bounds_of(quad);
  return {cv::Point(cvFloor(box.left), cvFloor(box.top)),
          cv::Point(cvCeil(box.right) + 1, cvCeil(box.bottom) + 1)};
}

/// Height of the capitals of the labels, in pixels: readable in the whole picture, in keeping with
/// the fields, and alike for all of them.
double letter_height(const cv::Mat& canvas, const std::vector<NamedText>& texts) {
  const double least = std::max(8.0, std::min(canvas.cols, canvas.rows) / 80.0);
  std::vector<double> heights;
  for (const NamedText& item : texts) heights.push_back(quad_height(item.text->quad));
  if (heights.empty()) return least;
  return std::clamp(0.6 * median(std::move(heights)), least, 2 * least);
}

/// What a label at `place` would hide: other labels count most, then fields, then print.
double hidden(const cv::Rect& place, const std::vector<cv::Rect>& labels,
              const std::vector<cv::Rect>& boxes, const InkMap& ink) {
  double area = ink.inside(place);
  for (const cv::Rect& other : labels) area += 6.0 * (place & other).area();
  for (const cv::Rect& other : boxes) area += 2.0 * (place & other).area();
  return area;
}

/// Where around the field's box the label hides little, or else least: right of it, above, below,
/// left of it.
cv::Rect best_place(const cv::Size& canvas, const cv::Rect& box, const cv::Size& size,
                    const std::vector<cv::Rect>& labels, const std::vector<cv::Rect>& boxes,
                    const InkMap& ink) {
  const int gap = std::max(2, box.height / 8);
  const int above = box.y - size.height - gap;
  const int below = box.y + box.height + gap;
  const int end = box.x + box.width - size.width;
  const int middle = box.y + (box.height - size.height) / 2;
  const std::array<cv::Point, 6> candidates{
      cv::Point(box.x + box.width + gap, middle),  cv::Point(box.x, above), cv::Point(box.x, below),
      cv::Point(box.x - size.width - gap, middle), cv::Point(end, above),   cv::Point(end, below)};
  cv::Rect best;
  double least = -1;
  for (cv::Point corner : candidates) {
    corner.x = std::clamp(corner.x, 0, std::max(0, canvas.width - size.width));
    corner.y = std::clamp(corner.y, 0, std::max(0, canvas.height - size.height));
    const cv::Rect place(corner, size);
    const double cost = hidden(place, labels, boxes, ink);
    if (cost <= kFree * size.area()) return place;
    if (least >= 0 && cost >= 0.8 * least) continue;
    least = cost;
    best = place;
  }
  return best;
}

}  // namespace

Image annotate(const Image& image, const Document& document) {
  cv::Mat canvas = colour_copy(image);
  const InkMap ink(canvas);
  const int thickness = std::max(1, cvRound(std::min(canvas.cols, canvas.rows) / 500.0));
  if (document.placement) draw_quad(canvas, document.placement->quad, kOutline, 2 * thickness);
  const std::vector<NamedText> texts = named_texts(document);
  std::vector<cv::Rect> boxes;
  for (const NamedText& item : texts) {
    draw_quad(canvas, item.text->quad, text_colour(*item.text), thickness);
    boxes.push_back(rect_around(item.text->quad));
  }
  const double height = letter_height(canvas, texts);
  std::vector<cv::Rect> labels;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const TextLine& line = *texts[i].text;
    const Label label =
        make_label(line.text.empty() ? "(nothing read)" : line.text, height, canvas.cols);
    labels.push_back(best_place(canvas.size(), boxes[i], label.size, labels, boxes, ink));
    draw_label(canvas, label, labels.back().tl(), text_colour(line));
  }
  return Image{canvas.cols, canvas.rows, 3,
               std::vector<std::uint8_t>(canvas.datastart, canvas.dataend)};
}

Picture annotate(const ImageView& picture, const Document& document) {
  return to_picture(annotate(to_image(picture), document));
}

}  // namespace nibble
