#include "recognizer/kinds/match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "nn/error.h"
#include "recognizer/base/bounds.h"
#include "recognizer/base/maps.h"
#include "recognizer/base/vector.h"
#include "recognizer/kinds/feature_index.h"
#include "recognizer/kinds/features.h"
#include "recognizer/kinds/match_pairs.h"
#include "recognizer/kinds/match_patches.h"
#include "recognizer/locate/locate.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

// Features bear a change of scale of about a fifth. Documents from a quarter of the picture's
// longer side to all of it are met by one of these sizes of the reference in one of these of the
// picture.
constexpr std::array<int, 3> kReferenceSides = {256, 362, 512};
constexpr int kReferenceFeatures = 400;
constexpr int kPatchSide = 480;  // longer side of the reference for comparing its print
constexpr std::size_t kMaxPairs = 250;
constexpr std::size_t kMinPairs = 6;
constexpr std::size_t kMinPatches = 12;
constexpr std::size_t kMaxTried = 4;

// An outline is right to about a hundredth of the document, so the first step looks farther.
const std::vector<PrintStep> kOutlineSteps = {{16, 8}};
const std::vector<PrintStep> kSteps = {{8, 4}, {5, 2}, {3, 1.5}};
constexpr double kMaxForeshortened = 1.5;

// Beside a document another one of about its size is looked for, at this many pixels of its longer
// side.
constexpr double kBesideSide = 362;
constexpr double kMinRoom = 0.8;

/// A size at which features of the picture are found, and how many.
struct PictureLevel {
  int side = 0;  ///< pixels of the longer side
  int features = 0;
};
// The smaller one first: it is enough for nearly all documents that fill much of the picture. At
// the last one, those that fill all of it have the size of a reference.
constexpr std::array<PictureLevel, 3> kPictureLevels = {{{640, 800}, {960, 1500}, {480, 600}}};
// With this much of the print in its place there is no need to look closer.
constexpr double kSureScore = 0.5;
// A hypothesis with this share of the support of the best one is compared too, though that one is
// sure: kinds of document may share print.
constexpr double kRival = 0.5;

struct ReferenceFeature {
  std::uint32_t reference = 0;
  Point at;  ///< template pixels
  double angle = 0;
  double scale = 1;  ///< pixels in which it was found, per template pixel
};

struct Reference {
  int width = 0;
  int height = 0;
  PrintPatches print;
};

/// A map that speaks for one of the references.
struct Hypothesis {
  std::size_t reference = 0;
  Homography map;
  double support = 0;
};

cv::Mat with_longer_side(const cv::Mat& picture, int side) {
  const double factor = static_cast<double>(side) / std::max(picture.cols, picture.rows);
  const cv::Size size(std::max(1, cvRound(picture.cols * factor)),
                      std::max(1, cvRound(picture.rows * factor)));
  if (size == picture.size()) return picture;
  cv::Mat scaled;
  cv::resize(picture, scaled, size, 0, 0, factor < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return scaled;
}

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

void keep_best(std::vector<Hypothesis>& hypotheses) {
  std::stable_sort(hypotheses.begin(), hypotheses.end(),
                   [](const Hypothesis& a, const Hypothesis& b) { return a.support > b.support; });
  if (hypotheses.size() > kMaxTried) hypotheses.resize(kMaxTried);
}

/// The parts of a picture above, below, left and right of a document that have room for another of
/// its size.
std::vector<cv::Rect> rooms_beside(const Quad& quad, cv::Size picture) {
  const Bounds box = bounds_of(quad);
  const auto inside = [](double value, int size) { return std::clamp(cvRound(value), 0, size); };
  const int left = inside(box.left, picture.width);
  const int right = inside(box.right, picture.width);
  const int top = inside(box.top, picture.height);
  const int bottom = inside(box.bottom, picture.height);
  const auto [less, more] = std::minmax({distance(quad[0], quad[1]), distance(quad[0], quad[3])});
  std::vector<cv::Rect> rooms = {{0, 0, picture.width, top},
                                 {0, bottom, picture.width, picture.height - bottom},
                                 {0, 0, left, picture.height},
                                 {right, 0, picture.width - right, picture.height}};
  std::erase_if(rooms, [less = less, more = more](const cv::Rect& room) {
    return std::min(room.width, room.height) < kMinRoom * less ||
           std::max(room.width, room.height) < kMinRoom * more;
  });
  return rooms;
}

/// Whether an outline could be that of a document of this size, seen aslant.
bool has_shape(const Quad& quad, double width, double height) {
  const double across = distance(quad[0], quad[1]) + distance(quad[3], quad[2]);
  const double down = distance(quad[0], quad[3]) + distance(quad[1], quad[2]);
  const double ratio = across * height / (down * width);
  return ratio < kMaxForeshortened && ratio * kMaxForeshortened > 1;
}

}  // namespace

struct TemplateMatcher::Data {
  std::vector<Reference> references;
  std::vector<ReferenceFeature> features;
  FeatureIndex index{{}};

  void add(const TemplatePicture& picture, std::vector<Descriptor>& descriptors);
  void add_pairs(const cv::Mat& grey, const PictureLevel& level,
                 std::vector<std::vector<FeaturePair>>& found) const;
  std::vector<Hypothesis> hypotheses(const std::vector<std::vector<FeaturePair>>& pairs) const;
  std::vector<Hypothesis> hypotheses_of_outline(const Image& picture, const cv::Mat& grey) const;
  void add_outline(Quad quad, const cv::Mat& grey, std::vector<Hypothesis>& found) const;
  std::optional<TemplateMatch> best_of(const std::vector<Hypothesis>& hypotheses,
                                       const cv::Mat& grey) const;
  std::optional<TemplateMatch> best_match(const Image& picture, const cv::Mat& grey) const;
  std::optional<TemplateMatch> match_beside(const Quad& quad, const cv::Mat& grey) const;
};

void TemplateMatcher::Data::add(const TemplatePicture& picture,
                                std::vector<Descriptor>& descriptors) {
  const Template& document = picture.document;
  const cv::Mat grey = to_grey(mat_view(picture.picture));
  for (const int side : kReferenceSides) {
    const cv::Mat level = with_longer_side(grey, side);
    const double scale_x = static_cast<double>(level.cols) / document.width;
    const double scale_y = static_cast<double>(level.rows) / document.height;
    for (const Feature& feature :
         find_features(level, kReferenceFeatures, static_mask(document, level.size()))) {
      const Point at{(feature.x + 0.5) / scale_x - 0.5, (feature.y + 0.5) / scale_y - 0.5};
      features.push_back(
          {static_cast<std::uint32_t>(references.size()), at, feature.angle, scale_x});
      descriptors.push_back(feature.descriptor);
    }
  }
  const cv::Mat level = with_longer_side(grey, kPatchSide).clone();
  const Homography to_level = scaling(static_cast<double>(level.cols) / document.width,
                                      static_cast<double>(level.rows) / document.height);
  references.push_back({document.width, document.height,
                        choose_patches(level, static_mask(document, level.size()), to_level)});
  if (references.back().print.patches.size() < kMinPatches) {
    throw Error(
        ErrorCode::bad_template,
        document.name + ": its picture has too little static print to recognise the document by");
  }
}

void TemplateMatcher::Data::add_pairs(const cv::Mat& grey, const PictureLevel& level,
                                      std::vector<std::vector<FeaturePair>>& found) const {
  FeatureIndex::Scratch scratch;
  std::vector<std::pair<int, std::uint32_t>> best(references.size());
  const cv::Mat picture = with_longer_side(grey, level.side);
  const double scale = static_cast<double>(picture.cols) / grey.cols;
  for (const Feature& feature : find_features(picture, level.features)) {
    index.find(feature.descriptor, scratch);
    std::fill(best.begin(), best.end(), std::pair(kMaxPairDistance + 1, 0U));
    for (const std::uint32_t candidate : scratch.found) {
      const int bits = descriptor_distance(feature.descriptor, index.descriptor(candidate));
      auto& place = best[features[candidate].reference];
      place = std::min(place, std::pair(bits, candidate));
    }
    for (std::size_t r = 0; r < best.size(); ++r) {
      if (best[r].first > kMaxPairDistance) continue;
      const ReferenceFeature& of = features[best[r].second];
      const Point at{(feature.x + 0.5) / scale - 0.5, (feature.y + 0.5) / scale - 0.5};
      const double ratio = of.scale / scale;
      const double turn = feature.angle - of.angle;
      found[r].push_back(
          {of.at, at, ratio, ratio * std::cos(turn), ratio * std::sin(turn), best[r].first});
    }
  }
  for (std::vector<FeaturePair>& list : found) {
    std::stable_sort(list.begin(), list.end(), [](const FeaturePair& a, const FeaturePair& b) {
      return a.distance < b.distance;
    });
    if (list.size() > kMaxPairs) list.resize(kMaxPairs);
  }
}

std::vector<Hypothesis> TemplateMatcher::Data::hypotheses(
    const std::vector<std::vector<FeaturePair>>& pairs) const {
  std::vector<Hypothesis> found;
  for (std::size_t r = 0; r < pairs.size(); ++r) {
    if (pairs[r].size() < kMinPairs) continue;
    const double size = std::max(references[r].width, references[r].height);
    if (const auto fit = map_of_pairs(pairs[r], size)) found.push_back({r, fit->map, fit->support});
  }
  keep_best(found);
  return found;
}

void TemplateMatcher::Data::add_outline(Quad quad, const cv::Mat& grey,
                                        std::vector<Hypothesis>& found) const {
  for (std::size_t r = 0; r < references.size(); ++r) {
    const Reference& reference = references[r];
    for (int turn = 0; turn < 4; ++turn) {
      if (has_shape(quad, reference.width, reference.height)) {
        const PrintFit fit = fit_print(
            reference.print, grey, homography(rectangle(reference.width, reference.height), quad),
            kOutlineSteps);
        found.push_back({r, fit.map, fit.score});
      }
      std::rotate(quad.begin(), quad.begin() + 1, quad.end());
    }
  }
}

std::vector<Hypothesis> TemplateMatcher::Data::hypotheses_of_outline(const Image& picture,
                                                                     const cv::Mat& grey) const {
  std::vector<Hypothesis> found;
  add_outline(rectangle(picture.width, picture.height), grey, found);
  const auto outline = locate_document(picture);
  if (outline && outline->confidence >= kMinLocateConfidence)
    add_outline(outline->quad, grey, found);
  keep_best(found);
  return found;
}

std::optional<TemplateMatch> TemplateMatcher::Data::best_of(
    const std::vector<Hypothesis>& hypotheses, const cv::Mat& grey) const {
  std::optional<TemplateMatch> best;
  for (const Hypothesis& hypothesis : hypotheses) {
    if (best && best->score >= kSureScore &&
        hypothesis.support < kRival * hypotheses.front().support)
      break;
    const Reference& reference = references[hypothesis.reference];
    const PrintFit fit = fit_print(reference.print, grey, hypothesis.map, kSteps);
    const Quad quad = fit.map.map(rectangle(reference.width, reference.height));
    if (!quad_problem(quad).empty()) continue;
    if (fit.score <= 0) continue;  // nothing of the print is there
    if (!best || fit.score > best->score)
      best = TemplateMatch{hypothesis.reference, quad, fit.score};
  }
  return best;
}

TemplateMatcher::TemplateMatcher(const std::vector<TemplatePicture>& templates)
    : data_(std::make_unique<Data>()) {
  std::vector<Descriptor> descriptors;
  for (const TemplatePicture& picture : templates) data_->add(picture, descriptors);
  data_->index = FeatureIndex(std::move(descriptors));
}

TemplateMatcher::~TemplateMatcher() = default;
TemplateMatcher::TemplateMatcher(TemplateMatcher&&) noexcept = default;
TemplateMatcher& TemplateMatcher::operator=(TemplateMatcher&&) noexcept = default;

std::optional<TemplateMatch> TemplateMatcher::match(const Image& picture) const {
  return data_->best_match(picture, to_grey(mat_view(picture)));
}

std::vector<TemplateMatch> TemplateMatcher::match_all(const Image& picture) const {
  const cv::Mat grey = to_grey(mat_view(picture));
  std::vector<TemplateMatch> matches;
  const auto best = data_->best_match(picture, grey);
  if (best) matches.push_back(*best);
  const auto other =
      best && best->score >= kMinMatchScore ? data_->match_beside(best->quad, grey) : std::nullopt;
  if (other) matches.push_back(*other);
  return matches;
}

std::optional<TemplateMatch> TemplateMatcher::Data::match_beside(const Quad& quad,
                                                                 const cv::Mat& grey) const {
  const double size = std::max(distance(quad[0], quad[1]), distance(quad[0], quad[3]));
  for (const cv::Rect& room : rooms_beside(quad, grey.size())) {
    const double side = kBesideSide * std::max(room.width, room.height) / size;
    const PictureLevel level{std::min(cvRound(side), kPictureLevels[1].side),
                             kPictureLevels[0].features};
    std::vector<std::vector<FeaturePair>> pairs(references.size());
    add_pairs(grey(room), level, pairs);
    auto match = best_of(hypotheses(pairs), grey(room));
    if (!match || match->score < kMinMatchScore) continue;
    for (Point& p : match->quad) p = p + Point{1.0 * room.x, 1.0 * room.y};
    return match;
  }
  return std::nullopt;
}

std::optional<TemplateMatch> TemplateMatcher::Data::best_match(const Image& picture,
                                                               const cv::Mat& grey) const {
  std::vector<std::vector<FeaturePair>> pairs(references.size());
  std::optional<TemplateMatch> best;
  for (const PictureLevel& level : kPictureLevels) {
    add_pairs(grey, level, pairs);
    const auto found = best_of(hypotheses(pairs), grey);
    if (found && (!best || found->score > best->score)) best = found;
    if (best && best->score >= kSureScore) return best;
  }
  if (best && best->score >= kMinMatchScore) return best;
  // Small or glossy print has too few features to tell where the document is, but may be compared
  // where its outline is, or where it fills the picture.
  const auto found = best_of(hypotheses_of_outline(picture, grey), grey);
  return found && (!best || found->score > best->score) ? found : best;
}

}  // namespace nibble
