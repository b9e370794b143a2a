#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <string>

#include "nn/error.h"
#include "recognizer/page/line_slope.h"
#include "recognizer/page/mat_view.h"
#include "recognizer/page/page.h"

#include "recognizer/base/bounds.h"

namespace nibble {
namespace {

// Twice a page's largest side; no field needs more.
constexpr int kMaxCropSide = 8000;
// A corner this close to the upright rectangle is taken to lie on it, and the field is cut without
// resampling, whose blur would cost more than the slant.
constexpr double kMaxSlant = 0.5;
// A line this many times as long as high leaves its crop when it slants by two degrees; a shorter
// one stays, and its few letters do not show a slope well.
constexpr double kLongLine = 5;
// Rounding in the template's arithmetic must not take a column away.
constexpr double kEpsilon = 1e-6;

// Whether the quad is its bounding box, the right way up.
bool is_upright(const Quad& q, const Bounds& box) {
  const auto near = [](double a, double b) { return std::abs(a - b) <= kMaxSlant; };
  return near(q[0].x, box.left) && near(q[3].x, box.left) && near(q[1].x, box.right) &&
         near(q[2].x, box.right) && near(q[0].y, box.top) && near(q[1].y, box.top) &&
         near(q[2].y, box.bottom) && near(q[3].y, box.bottom);
}

Image grey_image(const cv::Mat& pixels) {
  Image grey = make_image(pixels.cols, pixels.rows, 1);
  to_grey(pixels).copyTo(mat_view(grey));
  return grey;
}

// The rectangle's pixels, the border replicated outside the page.
Image copy_part(const Image& page, const cv::Rect& part) {
  cv::Mat pixels(part.height, part.width, CV_8UC(page.channels));
  const std::ptrdiff_t channels = page.channels;
  for (int y = 0; y < part.height; ++y) {
    const std::uint8_t* from = page.row(std::clamp(part.y + y, 0, page.height - 1));
    auto* to = pixels.ptr<std::uint8_t>(y);
    for (int x = 0; x < part.width; ++x) {
      const std::ptrdiff_t column = std::clamp(part.x + x, 0, page.width - 1);
      std::copy_n(from + column * channels, channels, to + x * channels);
    }
  }
  return grey_image(pixels);
}

// Cuts the pixels whose centres lie inside the box, one at least.
FieldCrop cut_upright(const Page& page, const FieldSpec& field, const Bounds& box) {
  const auto left = static_cast<int>(std::ceil(box.left - kEpsilon));
  const auto top = static_cast<int>(std::ceil(box.top - kEpsilon));
  const int width = std::max(1, static_cast<int>(std::floor(box.right + kEpsilon)) - left + 1);
  const int height = std::max(1, static_cast<int>(std::floor(box.bottom + kEpsilon)) - top + 1);
  const Homography to_page{
      {1, 0, static_cast<double>(left), 0, 1, static_cast<double>(top), 0, 0, 1}};
  return {field, copy_part(page.image, {left, top, width, height}), to_page};
}

FieldCrop cut_warped(const Page& page, const FieldSpec& field, const Quad& outline) {
  const auto pixels = [](double a, double b) {
    return static_cast<int>(
        std::lround(std::clamp(std::max(a, b), 1.0, static_cast<double>(kMaxCropSide))));
  };
  const int width = pixels(distance(outline[0], outline[1]), distance(outline[3], outline[2]));
  const int height = pixels(distance(outline[0], outline[3]), distance(outline[1], outline[2]));
  const Homography to_page = homography(rectangle(width, height), outline);
  cv::Mat warped;
  cv::warpPerspective(mat_view(page.image), warped, matrix(to_page), cv::Size(width, height),
                      cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  return {field, grey_image(warped), to_page};
}

FieldCrop cut(const Page& page, const FieldSpec& field, const Quad& outline) {
  const Bounds box = bounds_of(outline);
  const bool fits = box.right - box.left < kMaxCropSide && box.bottom - box.top < kMaxCropSide;
  return fits && is_upright(outline, box) ? cut_upright(page, field, box)
                                          : cut_warped(page, field, outline);
}

// The outline turned along its text line, which is looked for with as much room above and below as
// a slope could take.
Quad follow_line(const Page& page, const FieldSpec& field, const Quad& outline) {
  const double length = (distance(outline[0], outline[1]) + distance(outline[3], outline[2])) / 2;
  if (length < kLongLine * quad_height(outline)) return outline;
  const FieldCrop around = cut(page, field, widen(outline, 0, kMaxLineSlope * length / 2));
  const double slope = line_slope(around.image);
  if (slope == 0) return outline;
  Quad turned = inverse(around.to_page).map(outline);
  const double centre = (turned[0].x + turned[1].x + turned[2].x + turned[3].x) / 4;
  for (Point& p : turned) p.y += slope * (p.x - centre);
  return around.to_page.map(turned);
}

}  // namespace

FieldCrop crop_field(const Page& page, const FieldSpec& field, double margin) {
  if (page.image.empty() || (page.image.channels != 1 && page.image.channels != 3)) {
    throw Error(ErrorCode::usage, "a page to crop needs at least one pixel and 1 or 3 channels");
  }
  if (!(margin >= 0) || margin > kMaxMargin) {
    throw Error(ErrorCode::usage, "the margin of a field is a share of its height between 0 and 2");
  }
  if (const std::string problem = quad_problem(field.quad); !problem.empty()) {
    throw Error(ErrorCode::bad_quad, "field \"" + field.name + "\": its quad " + problem);
  }
  Quad quad = field.quad;
  for (Point& p : quad) p = page.from_template(p);
  const double room = margin * quad_height(quad);
  return cut(page, field, follow_line(page, field, widen(quad, room, room)));
}

std::vector<FieldCrop> crop_fields(const Page& page, const std::vector<FieldSpec>& fields,
                                   double margin) {
  std::vector<FieldCrop> crops;
  crops.reserve(fields.size());
  for (const FieldSpec& field : fields) crops.push_back(crop_field(page, field, margin));
  return crops;
}

}  // namespace nibble
