#include "app/annotate.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "app/read_output.h"
#include "recognizer/mat_view.h"

namespace nibble {

namespace {

constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
constexpr double kLabelOpacity = 0.78;
constexpr int kShift = 4;  // fractional bits of drawn coordinates
constexpr double kShiftScale = 1 << kShift;

const cv::Scalar kOutline(30, 110, 255);  // colours are red, green, blue
const cv::Scalar kInk(255, 255, 255);

cv::Scalar field_colour(const FieldResult& field) {
  if (field.decision == Decision::accept) return {0, 130, 60};
  return field.decision == Decision::review ? cv::Scalar(200, 120, 0) : cv::Scalar(200, 30, 30);
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
  for (const Point& p : quad) corners.emplace_back(cvRound(p.x * kShiftScale), cvRound(p.y * kShiftScale));
  cv::polylines(canvas, corners, true, colour, thickness, cv::LINE_AA, kShift);
}

cv::Rect bounds(const Quad& quad) {
  const auto [left, right] = std::minmax({quad[0].x, quad[1].x, quad[2].x, quad[3].x});
  const auto [top, bottom] = std::minmax({quad[0].y, quad[1].y, quad[2].y, quad[3].y});
  return {cv::Point(cvFloor(left), cvFloor(top)), cv::Point(cvCeil(right) + 1, cvCeil(bottom) + 1)};
}

struct Label {
  std::string text;
  cv::Rect place;
  int baseline = 0;
  double scale = 0;
  int thickness = 1;
};

/// Height of the capitals of a label, in pixels: readable in the whole picture, in keeping with the field.
double letter_height(const cv::Mat& canvas, const cv::Rect& field) {
  const double least = std::max(9.0, std::min(canvas.cols, canvas.rows) / 75.0);
  return std::clamp(0.55 * field.height, least, 2.2 * least);
}

Label make_label(const cv::Mat& canvas, const FieldResult& field, const cv::Rect& box) {
  Label label;
  label.text = fold_to_ascii(field.text.empty() ? "(nothing read)" : field.text);
  const double height = letter_height(canvas, box);
  label.thickness = height > 22 ? 2 : 1;
  label.scale = cv::getFontScaleFromHeight(kFont, cvRound(height), label.thickness);
  cv::Size size = cv::getTextSize(label.text, kFont, label.scale, label.thickness, &label.baseline);
  if (size.width > canvas.cols - 8 && size.width > 0) {
    label.scale *= static_cast<double>(canvas.cols - 8) / size.width;
    size = cv::getTextSize(label.text, kFont, label.scale, label.thickness, &label.baseline);
  }
  label.place = cv::Rect(box.x, 0, size.width + 8, size.height + label.baseline + 4);
  return label;
}

/// Area of `place` that other labels or boxes take, labels counting more.
double covered(const cv::Rect& place, const std::vector<cv::Rect>& labels, const std::vector<cv::Rect>& boxes) {
  double area = 0;
  for (const cv::Rect& other : labels) area += 4.0 * (place & other).area();
  for (const cv::Rect& other : boxes) area += (place & other).area();
  return area;
}

/// Above the field's box, or where else around it less is hidden.
void place_label(const cv::Mat& canvas, const cv::Rect& box, const std::vector<cv::Rect>& labels, const std::vector<cv::Rect>& boxes,
                 Label& label) {
  const int gap = 2;
  const cv::Size size = label.place.size();
  const int above = box.y - size.height - gap;
  const int below = box.y + box.height + gap;
  const int end = box.x + box.width - size.width;
  const std::array<cv::Point, 5> candidates{cv::Point(box.x, above), cv::Point(box.x, below), cv::Point(end, above), cv::Point(end, below),
                                            cv::Point(box.x + box.width + gap, box.y)};
  double least = -1;
  for (cv::Point corner : candidates) {
    corner.x = std::clamp(corner.x, 0, std::max(0, canvas.cols - size.width));
    corner.y = std::clamp(corner.y, 0, std::max(0, canvas.rows - size.height));
    const cv::Rect place(corner, size);
    const double hidden = covered(place, labels, boxes);
    if (least >= 0 && hidden >= least) continue;
    least = hidden;
    label.place = place;
  }
}

void draw_label(cv::Mat& canvas, const Label& label, const cv::Scalar& colour) {
  const cv::Rect inside = label.place & cv::Rect(0, 0, canvas.cols, canvas.rows);
  if (inside.empty()) return;
  cv::Mat part = canvas(inside);
  const cv::Mat fill(part.size(), part.type(), colour);
  cv::addWeighted(fill, kLabelOpacity, part, 1 - kLabelOpacity, 0, part);
  const cv::Point origin(label.place.x + 4, label.place.y + label.place.height - label.baseline - 1);
  cv::putText(canvas, label.text, origin, kFont, label.scale, kInk, label.thickness, cv::LINE_AA);
}

}  // namespace

Image annotate(const Image& image, const DocumentResult& result) {
  cv::Mat canvas = colour_copy(image);
  const int thickness = std::max(1, cvRound(std::min(canvas.cols, canvas.rows) / 500.0));
  if (result.document) draw_quad(canvas, result.document->quad, kOutline, 2 * thickness);
  std::vector<cv::Rect> boxes;
  for (const FieldResult& field : result.fields) {
    draw_quad(canvas, field.quad, field_colour(field), thickness);
    boxes.push_back(bounds(field.quad));
  }
  std::vector<cv::Rect> labels;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    Label label = make_label(canvas, result.fields[i], boxes[i]);
    place_label(canvas, boxes[i], labels, boxes, label);
    draw_label(canvas, label, field_colour(result.fields[i]));
    labels.push_back(label.place);
  }
  return Image{canvas.cols, canvas.rows, 3, std::vector<std::uint8_t>(canvas.datastart, canvas.dataend)};
}

}  // namespace nibble
