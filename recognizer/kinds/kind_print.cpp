#include "recognizer/kinds/kind_print.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "nn/error.h"
#include "recognizer/base/maps.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

// At each of the three sizes. With 128 or 200 all of 48 frames of 6 kinds are still found among 30
// kinds, but with 256 a small scan of one of the shipped kinds is put in the wrong place.
constexpr int kReferenceFeatures = 400;
constexpr int kPatchSide = 480;  // longer side of the reference for comparing its print
constexpr std::size_t kMinPatches = 12;
constexpr int kLayoutSide = 640;  // longer side of the reference, and of pictures, for its layout

// 0 where fields and other variable areas lie: they hold another text and another face on each
// document.
cv::Mat static_mask(const Template& document, cv::Size size) {
  cv::Mat mask(size, CV_8U, cv::Scalar(255));
  const double x = static_cast<double>(size.width) / document.width;
  const double y = static_cast<double>(size.height) / document.height;
  const auto blank = [&](const Quad& quad) {
    std::vector<cv::Point> corners;
    for (const Point& p : widen(quad, 2, 2))
      corners.emplace_back(cvRound(p.x * x), cvRound(p.y * y));
    cv::fillConvexPoly(mask, corners, cv::Scalar(0));
  };
  for (const FieldSpec& field : document.fields) blank(field.quad);
  for (const Quad& quad : document.variable) blank(quad);
  return mask;
}

PrintLayout static_layout(const Template& document, const cv::Mat& grey) {
  const cv::Mat level = with_longer_side(grey, kLayoutSide);
  PrintLayout layout = layout_of(level, rectangle(level.cols, level.rows));
  cv::Mat share;
  cv::resize(static_mask(document, level.size()), share, cv::Size(kLayoutCells, kLayoutCells), 0, 0,
             cv::INTER_AREA);
  std::copy_n(share.ptr<std::uint8_t>(), layout.fixed.size(), layout.fixed.begin());
  return layout;
}

}  // namespace

PrintLayout picture_layout(const cv::Mat& grey, const Quad& quad) {
  const cv::Mat level = with_longer_side(grey, kLayoutSide);
  const double scale = static_cast<double>(level.cols) / grey.cols;
  return layout_of(level, scaling(scale, scale).map(quad));
}

cv::Mat with_longer_side(const cv::Mat& picture, int side) {
  const double factor = static_cast<double>(side) / std::max(picture.cols, picture.rows);
  const cv::Size size(std::max(1, cvRound(picture.cols * factor)),
                      std::max(1, cvRound(picture.rows * factor)));
  if (size == picture.size()) return picture;
  cv::Mat scaled;
  cv::resize(picture, scaled, size, 0, 0, factor < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return scaled;
}

double radians_of(std::uint8_t angle) { return angle * (2 * std::numbers::pi / 256); }

std::uint8_t angle_of(double radians) {
  return static_cast<std::uint8_t>(std::lround(radians * (256 / (2 * std::numbers::pi))) & 255);
}

KindPrint take_print(const TemplatePicture& kind) {
  const Template& document = kind.document;
  const cv::Mat grey = to_grey(mat_view(kind.picture));
  KindPrint print;
  print.width = document.width;
  print.height = document.height;
  for (std::size_t l = 0; l < kReferenceSides.size(); ++l) {
    const cv::Mat level = with_longer_side(grey, kReferenceSides[l]);
    print.levels[l] = level.size();
    for (const Feature& feature :
         find_features(level, kReferenceFeatures, static_mask(document, level.size())))
      print.features.push_back({feature.descriptor, static_cast<std::uint16_t>(feature.x),
                                static_cast<std::uint16_t>(feature.y), angle_of(feature.angle),
                                static_cast<std::uint8_t>(l), 0});
  }
  const cv::Mat level = with_longer_side(grey, kPatchSide);
  const Homography to_level = scaling(static_cast<double>(level.cols) / document.width,
                                      static_cast<double>(level.rows) / document.height);
  print.patches = choose_patches(level, static_mask(document, level.size()), to_level);
  if (print.patches.patches.size() < kMinPatches) {
    throw Error(
        ErrorCode::bad_template,
        document.name + ": its picture has too little static print to recognise the document by");
  }
  print.layout = static_layout(document, grey);
  return print;
}

}  // namespace nibble
