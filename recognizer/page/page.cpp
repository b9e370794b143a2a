#include "recognizer/page/page.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>

#include "nn/error.h"
#include "recognizer/base/bounds.h"
#include "recognizer/base/maps.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

constexpr double kMinScale = 0.25;
constexpr double kMaxScale = 4;
constexpr int kMaxPageSide = 4000;
// A cubic kernel spans four source pixels: up to this many a page pixel it still sees nearly all of
// them.
constexpr double kMaxMinification = 1.5;

// Page pixels per template pixel at which the longer of opposite sides keeps its length.
double source_scale(const Quad& quad, int width, int height) {
  const double horizontal = std::max(distance(quad[0], quad[1]), distance(quad[3], quad[2]));
  const double vertical = std::max(distance(quad[0], quad[3]), distance(quad[1], quad[2]));
  return std::max(horizontal / width, vertical / height);
}

double page_scale(double wanted, int width, int height) {
  const double most = static_cast<double>(kMaxPageSide) / std::max(width, height);
  return std::min(std::clamp(wanted, kMinScale, kMaxScale), most);
}

// The part of the picture within the quad's bounding box; empty when the document lies outside.
cv::Rect visible_part(const Quad& quad, const Image& source) {
  const auto [left, top, right, bottom] = bounds_of(quad);
  // A cubic kernel reaches two pixels beyond the outline.
  const cv::Point first(static_cast<int>(std::floor(left)) - 2,
                        static_cast<int>(std::floor(top)) - 2);
  const cv::Point last(static_cast<int>(std::ceil(right)) + 3,
                       static_cast<int>(std::ceil(bottom)) + 3);
  return cv::Rect(first, last) & cv::Rect(0, 0, source.width, source.height);
}

void check(const Image& source, const Quad& quad, int width, int height) {
  if (source.empty() || (source.channels != 1 && source.channels != 3)) {
    throw Error(ErrorCode::usage,
                "a picture to rectify needs at least one pixel and 1 or 3 channels");
  }
  if (width < 1 || height < 1)
    throw Error(ErrorCode::usage, "a page needs a positive width and height");
  if (const std::string problem = quad_problem(quad); !problem.empty())
    throw Error(ErrorCode::bad_quad, "the quad " + problem);
  if (visible_part(quad, source).empty())
    throw Error(ErrorCode::bad_quad, "the quad lies wholly outside the picture");
}

// Shrinks by area, since a cubic kernel alone would skip pixels; `map` then leads into the smaller
// picture.
cv::Mat shrink(const cv::Mat& pixels, double factor, Homography& map) {
  const cv::Size size(std::max(1, static_cast<int>(std::lround(pixels.cols / factor))),
                      std::max(1, static_cast<int>(std::lround(pixels.rows / factor))));
  cv::Mat small;
  cv::resize(pixels, small, size, 0, 0, cv::INTER_AREA);
  map = compose(scaling(static_cast<double>(size.width) / pixels.cols,
                        static_cast<double>(size.height) / pixels.rows),
                map);
  return small;
}

}  // namespace

Page rectify(const Image& source, const Quad& quad, int width, int height, PageColor color) {
  check(source, quad, width, height);
  const double wanted = source_scale(quad, width, height);

  Page page;
  page.scale = page_scale(wanted, width, height);
  page.image = make_image(std::max(1, static_cast<int>(std::lround(width * page.scale))),
                          std::max(1, static_cast<int>(std::lround(height * page.scale))),
                          color == PageColor::grey ? 1 : source.channels);
  page.to_source =
      compose(homography(rectangle(width, height), quad), scaling(1 / page.scale, 1 / page.scale));

  const cv::Rect part = visible_part(quad, source);
  cv::Mat pixels = mat_view(source)(part);
  if (page.image.channels < source.channels) pixels = to_grey(pixels);
  const cv::Scalar ground = cv::mean(pixels);
  Homography to_pixels = compose(shift(-part.x, -part.y), page.to_source);
  if (const double minification = wanted / page.scale; minification > kMaxMinification)
    pixels = shrink(pixels, minification, to_pixels);

  // Text is resampled again to the line's height. On patterns of 4 to 8 pixels, the period of
  // strokes, cubic interpolation keeps 45 to 47 dB and linear 29 to 42.
  //
  // What lies outside the picture gets the mean colour: replicating the border would draw its
  // strokes on as bars, which read as letters, while a flat patch reads as nothing and stays
  // between ink and ground in a line's contrast stretch.
  cv::Mat target = mat_view(page.image);
  cv::warpPerspective(pixels, target, matrix(to_pixels), target.size(),
                      cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT, ground);
  return page;
}

Page picture_page(const Image& picture) {
  Page page;
  page.image = make_image(picture.width, picture.height, 1);
  to_grey(mat_view(picture)).copyTo(mat_view(page.image));
  return page;
}

}  // namespace nibble
