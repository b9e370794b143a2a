#include "recognizer/match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "nn/error.h"
#include "recognizer/feature_index.h"
#include "recognizer/features.h"
#include "recognizer/mat_view.h"
#include "recognizer/match_fit.h"
#include "recognizer/match_patches.h"

namespace nibble {
namespace {

// Features bear a change of scale of about a fifth. Documents from a quarter of the picture's longer side to all of it are met by
// one of these sizes of the reference in one of these of the picture.
constexpr std::array<int, 3> kReferenceSides = {256, 362, 512};
constexpr int kReferenceFeatures = 400;
constexpr int kPatchSide = 480;    // longer side of the reference for comparing its print
constexpr int kMostDistance = 72;  // bits
constexpr std::size_t kMostPairs = 250;
constexpr std::size_t kLeastPairs = 6;
constexpr std::size_t kLeastPatches = 12;
constexpr std::size_t kMostTried = 4;

/// A size at which features of the picture are found, and how many.
struct PictureLevel {
  int side = 0;  ///< pixels of the longer side
  int features = 0;
};
// The smaller one first: it is enough for nearly all documents that fill much of the picture.
constexpr std::array<PictureLevel, 2> kPictureLevels = {{{640, 800}, {960, 1500}}};
// With this much of the print in its place there is no need to look closer.
constexpr double kSureScore = 0.5;

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

/// A feature of the reference and one of the picture that look alike.
struct Pair {
  Point from;         ///< template pixels
  Point to;           ///< picture pixels
  double scale = 1;   ///< picture pixels per template pixel
  double cosine = 1;  ///< of the turn from template to picture, times the scale
  double sine = 0;
  int distance = 0;
};

/// A map that some pairs support.
struct Hypothesis {
  std::size_t reference = 0;
  Homography map;
  double support = 0;
};

Homography scaling(double x, double y) { return {{x, 0, (x - 1) / 2, 0, y, (y - 1) / 2, 0, 0, 1}}; }

cv::Mat with_longer_side(const cv::Mat& picture, int side) {
  const double factor = static_cast<double>(side) / std::max(picture.cols, picture.rows);
  const cv::Size size(std::max(1, cvRound(picture.cols * factor)), std::max(1, cvRound(picture.rows * factor)));
  if (size == picture.size()) return picture;
  cv::Mat scaled;
  cv::resize(picture, scaled, size, 0, 0, factor < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return scaled;
}

// 0 where fields and other variable areas lie: they hold another text and another face on each document.
cv::Mat static_mask(const Template& document, cv::Size size) {
  cv::Mat mask(size, CV_8U, cv::Scalar(255));
  const double x = static_cast<double>(size.width) / document.width;
  const double y = static_cast<double>(size.height) / document.height;
  const auto blank = [&](const Quad& quad) {
    std::vector<cv::Point> corners;
    for (const Point& p : widen(quad, 2, 2)) corners.emplace_back(cvRound(p.x * x), cvRound(p.y * y));
    cv::fillConvexPoly(mask, corners, cv::Scalar(0));
  };
  for (const FieldSpec& field : document.fields) blank(field.quad);
  for (const Quad& quad : document.variable) blank(quad);
  return mask;
}

// Whether two pairs tell of about the same place, size and turn of the document.
bool agree(const Pair& a, const Pair& b, double size) {
  constexpr double kLeastCosine = 0.88;  // 28 degrees
  constexpr double kMostScale = 1.6;
  constexpr double kReach = 0.12;
  const double square = a.scale * a.scale;
  if (a.cosine * b.cosine + a.sine * b.sine < kLeastCosine * a.scale * b.scale) return false;
  if (a.scale > kMostScale * b.scale || b.scale > kMostScale * a.scale) return false;
  const double x = b.from.x - a.from.x;
  const double y = b.from.y - a.from.y;
  const double off_x = a.to.x + a.cosine * x - a.sine * y - b.to.x;
  const double off_y = a.to.y + a.sine * x + a.cosine * y - b.to.y;
  return off_x * off_x + off_y * off_y < kReach * kReach * size * size * square;
}

// Farther apart in bits, more likely chance.
double pair_weight(const Pair& pair) { return 1.0 - 0.5 * pair.distance / kMostDistance; }

/// The pairs that agree with the one that most agree with.
std::vector<PointPair> largest_group(const std::vector<Pair>& pairs, double size) {
  double most = 0;
  std::size_t best = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    double sum = 0;
    for (const Pair& other : pairs) sum += agree(pairs[i], other, size) ? pair_weight(other) : 0;
    if (sum > most) {
      most = sum;
      best = i;
    }
  }
  std::vector<PointPair> group;
  for (const Pair& other : pairs) {
    if (agree(pairs[best], other, size)) group.push_back({other.from, other.to, pair_weight(other)});
  }
  return group;
}

std::vector<PointPair> near(const std::vector<PointPair>& pairs, const Homography& map, double reach) {
  std::vector<PointPair> kept;
  for (const PointPair& pair : pairs) {
    if (distance(map.map(pair.from), pair.to) < reach) kept.push_back(pair);
  }
  return kept;
}

double weight_of(const std::vector<PointPair>& pairs) {
  double sum = 0;
  for (const PointPair& pair : pairs) sum += pair.weight;
  return sum;
}

/// A map through a group of pairs, wrong ones among them: an affine one through ever fewer, then a projective one.
std::optional<Hypothesis> fit_group(std::size_t index, const std::vector<PointPair>& group, const std::vector<Pair>& pairs, double size) {
  std::vector<PointPair> kept = group;
  std::optional<Homography> map;
  double reach = 0;
  for (const double share : {0.08, 0.05, 0.03}) {
    map = fit_affine(kept);
    if (!map) return std::nullopt;
    reach = share * size * std::sqrt(std::abs(map->m[0] * map->m[4] - map->m[1] * map->m[3])) / std::abs(map->m[8]);
    kept = near(group, *map, reach);
  }
  std::vector<PointPair> all;
  for (const Pair& pair : pairs) all.push_back({pair.from, pair.to, pair_weight(pair)});
  for (const double share : {1.0, 0.5}) {
    const auto next = fit_homography(all, *map, share * reach);
    if (!next) return std::nullopt;
    map = next;
  }
  return Hypothesis{index, *map, weight_of(near(all, *map, 0.35 * reach))};
}

}  // namespace

struct TemplateMatcher::Data {
  std::vector<Reference> references;
  std::vector<ReferenceFeature> features;
  FeatureIndex index{{}};

  void add(const TemplatePicture& picture, std::vector<Descriptor>& descriptors);
  void add_pairs(const cv::Mat& grey, const PictureLevel& level, std::vector<std::vector<Pair>>& found) const;
  std::vector<Hypothesis> hypotheses(const std::vector<std::vector<Pair>>& pairs) const;
  std::optional<TemplateMatch> best_of(const std::vector<Hypothesis>& hypotheses, const cv::Mat& grey) const;
};

void TemplateMatcher::Data::add(const TemplatePicture& picture, std::vector<Descriptor>& descriptors) {
  const Template& document = picture.document;
  const cv::Mat grey = to_grey(mat_view(picture.picture));
  for (const int side : kReferenceSides) {
    const cv::Mat level = with_longer_side(grey, side);
    const double scale_x = static_cast<double>(level.cols) / document.width;
    const double scale_y = static_cast<double>(level.rows) / document.height;
    for (const Feature& feature : find_features(level, kReferenceFeatures, static_mask(document, level.size()))) {
      const Point at{(feature.x + 0.5) / scale_x - 0.5, (feature.y + 0.5) / scale_y - 0.5};
      features.push_back({static_cast<std::uint32_t>(references.size()), at, feature.angle, scale_x});
      descriptors.push_back(feature.descriptor);
    }
  }
  const cv::Mat level = with_longer_side(grey, kPatchSide).clone();
  const Homography to_level = scaling(static_cast<double>(level.cols) / document.width, static_cast<double>(level.rows) / document.height);
  references.push_back({document.width, document.height, choose_patches(level, static_mask(document, level.size()), to_level)});
  if (references.back().print.patches.size() < kLeastPatches) {
    throw Error(ErrorCode::bad_template, document.name + ": its picture has too little static print to recognise the document by");
  }
}

void TemplateMatcher::Data::add_pairs(const cv::Mat& grey, const PictureLevel& level, std::vector<std::vector<Pair>>& found) const {
  FeatureIndex::Scratch scratch;
  std::vector<std::pair<int, std::uint32_t>> best(references.size());
  const cv::Mat picture = with_longer_side(grey, level.side);
  const double scale = static_cast<double>(picture.cols) / grey.cols;
  for (const Feature& feature : find_features(picture, level.features)) {
    index.find(feature.descriptor, scratch);
    std::fill(best.begin(), best.end(), std::pair(kMostDistance + 1, 0U));
    for (const std::uint32_t candidate : scratch.found) {
      const int bits = descriptor_distance(feature.descriptor, index.descriptor(candidate));
      auto& place = best[features[candidate].reference];
      place = std::min(place, std::pair(bits, candidate));
    }
    for (std::size_t r = 0; r < best.size(); ++r) {
      if (best[r].first > kMostDistance) continue;
      const ReferenceFeature& of = features[best[r].second];
      const Point at{(feature.x + 0.5) / scale - 0.5, (feature.y + 0.5) / scale - 0.5};
      const double ratio = of.scale / scale;
      const double turn = feature.angle - of.angle;
      found[r].push_back({of.at, at, ratio, ratio * std::cos(turn), ratio * std::sin(turn), best[r].first});
    }
  }
  for (std::vector<Pair>& list : found) {
    std::stable_sort(list.begin(), list.end(), [](const Pair& a, const Pair& b) { return a.distance < b.distance; });
    if (list.size() > kMostPairs) list.resize(kMostPairs);
  }
}

std::vector<Hypothesis> TemplateMatcher::Data::hypotheses(const std::vector<std::vector<Pair>>& pairs) const {
  std::vector<Hypothesis> found;
  for (std::size_t r = 0; r < pairs.size(); ++r) {
    if (pairs[r].size() < kLeastPairs) continue;
    const double size = std::max(references[r].width, references[r].height);
    if (const auto hypothesis = fit_group(r, largest_group(pairs[r], size), pairs[r], size)) found.push_back(*hypothesis);
  }
  std::stable_sort(found.begin(), found.end(), [](const Hypothesis& a, const Hypothesis& b) { return a.support > b.support; });
  if (found.size() > kMostTried) found.resize(kMostTried);
  return found;
}

std::optional<TemplateMatch> TemplateMatcher::Data::best_of(const std::vector<Hypothesis>& hypotheses, const cv::Mat& grey) const {
  std::optional<TemplateMatch> best;
  for (const Hypothesis& hypothesis : hypotheses) {
    const Reference& reference = references[hypothesis.reference];
    const PrintFit fit = fit_print(reference.print, grey, hypothesis.map, {{8, 4}, {5, 2}, {3, 1.5}});
    const Quad quad = fit.map.map(rectangle(reference.width, reference.height));
    if (!quad_problem(quad).empty()) continue;
    if (!best || fit.score > best->score) best = TemplateMatch{hypothesis.reference, quad, fit.score};
  }
  return best;
}

TemplateMatcher::TemplateMatcher(const std::vector<TemplatePicture>& templates) : data_(std::make_unique<Data>()) {
  std::vector<Descriptor> descriptors;
  for (const TemplatePicture& picture : templates) data_->add(picture, descriptors);
  data_->index = FeatureIndex(std::move(descriptors));
}

TemplateMatcher::~TemplateMatcher() = default;
TemplateMatcher::TemplateMatcher(TemplateMatcher&&) noexcept = default;
TemplateMatcher& TemplateMatcher::operator=(TemplateMatcher&&) noexcept = default;

std::optional<TemplateMatch> TemplateMatcher::match(const Image& picture) const {
  const cv::Mat grey = to_grey(mat_view(picture));
  std::vector<std::vector<Pair>> pairs(data_->references.size());
  std::optional<TemplateMatch> best;
  for (const PictureLevel& level : kPictureLevels) {
    data_->add_pairs(grey, level, pairs);
    const auto found = data_->best_of(data_->hypotheses(pairs), grey);
    if (found && (!best || found->score > best->score)) best = found;
    if (best && best->score >= kSureScore) break;
  }
  return best;
}

}  // namespace nibble
