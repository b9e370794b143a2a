#include "recognizer/kinds/match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "recognizer/base/bounds.h"
#include "recognizer/base/vector.h"
#include "recognizer/kinds/candidates.h"
#include "recognizer/kinds/features.h"
#include "recognizer/kinds/kind_print.h"
#include "recognizer/kinds/kind_votes.h"
#include "recognizer/kinds/layout_match.h"
#include "recognizer/locate/locate.h"
#include "recognizer/page/mat_view.h"

namespace nibble {
namespace {

// So many kinds are compared by their features, and so many with an outline. Among 106 kinds the
// vote puts the right one among the first three (12 frames of 6 kinds, 12 of made-up ones).
constexpr std::size_t kMaxCandidates = 16;
constexpr std::size_t kMaxOutlined = 6;

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

Look look_at(const cv::Mat& grey, const PictureLevel& level) {
  const cv::Mat picture = with_longer_side(grey, level.side);
  return {find_features(picture, level.features), static_cast<double>(picture.cols) / grey.cols};
}

std::optional<Quad> outline_of(const Image& picture) {
  const auto found = locate_document(picture);
  if (!found || found->confidence < kMinLocateConfidence) return std::nullopt;
  return found->quad;
}

std::shared_ptr<const KindIndex> index_in_memory(const std::vector<TemplatePicture>& templates) {
  KindIndexBuilder builder;
  for (const TemplatePicture& kind : templates) builder.add(kind);
  return index_of(builder.finish({}), "templates");
}

/// All looks at one picture, and the kinds that they speak for.
class Looks {
 public:
  Looks(const KindIndex& index, const std::shared_ptr<const Candidates>& all)
      : index_(index), candidates_(all), few_(all != nullptr) {
    if (!few_) votes_.emplace(index);
  }

  std::optional<TemplateMatch> match_closer(const cv::Mat& grey, const PictureLevel& level) {
    looks_.push_back(look_at(grey, level));
    if (!few_) {
      votes_->add(looks_.back().features);
      std::vector<std::size_t> kinds = votes_->best(kMaxCandidates);
      if (!candidates_ || candidates_->kinds() != kinds)
        candidates_ = std::make_shared<const Candidates>(index_, std::move(kinds));
    }
    return candidates_->match(looks_, grey);
  }

  std::optional<TemplateMatch> match_outline(const std::optional<Quad>& outline,
                                             const cv::Mat& grey) const {
    return candidates_->match_outline(outline, grey, few_ ? kMaxCandidates : kMaxOutlined);
  }

 private:
  const KindIndex& index_;
  std::shared_ptr<const Candidates> candidates_;
  bool few_;
  std::optional<KindVotes> votes_;
  std::vector<Look> looks_;
};

}  // namespace

struct TemplateMatcher::Data {
  std::shared_ptr<const KindIndex> index;
  std::shared_ptr<const Candidates> all;  ///< where there are few; else null

  std::optional<TemplateMatch> best_match(const Image& picture, const cv::Mat& grey) const;
  std::optional<TemplateMatch> match_beside(const Quad& quad, const cv::Mat& grey) const;
  std::optional<TemplateMatch> match_in(const cv::Mat& room, double side) const;
};

TemplateMatcher::TemplateMatcher(std::shared_ptr<const KindIndex> index)
    : data_(std::make_unique<Data>()) {
  data_->index = std::move(index);
  if (data_->index->size() > kMaxCandidates) return;
  std::vector<std::size_t> kinds(data_->index->size());
  std::iota(kinds.begin(), kinds.end(), std::size_t{0});
  data_->all = std::make_shared<const Candidates>(*data_->index, std::move(kinds));
}

TemplateMatcher::TemplateMatcher(const std::vector<TemplatePicture>& templates)
    : TemplateMatcher(index_in_memory(templates)) {}

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
    const auto match = match_in(grey(room), kBesideSide * std::max(room.width, room.height) / size);
    if (!match || match->score < kMinMatchScore) continue;
    TemplateMatch found = *match;
    for (Point& p : found.quad) p = p + Point{1.0 * room.x, 1.0 * room.y};
    return found;
  }
  return std::nullopt;
}

// A document beside another one is seldom worth a vote of many kinds: there its outline decides.
std::optional<TemplateMatch> TemplateMatcher::Data::match_in(const cv::Mat& room,
                                                             double side) const {
  if (all) {
    const PictureLevel level{std::min(cvRound(side), kPictureLevels[1].side),
                             kPictureLevels[0].features};
    return Looks(*index, all).match_closer(room, level);
  }
  Image part = make_image(room.cols, room.rows, 1);
  room.copyTo(mat_view(part));
  const auto outline = outline_of(part);
  return outline ? match_layouts(*index, *outline, room) : std::nullopt;
}

std::optional<TemplateMatch> TemplateMatcher::Data::best_match(const Image& picture,
                                                               const cv::Mat& grey) const {
  std::optional<Quad> outline;
  std::optional<TemplateMatch> best;
  if (!all) {
    outline = outline_of(picture);
    if (outline) best = match_layouts(*index, *outline, grey);
    if (best && best->score >= kSureScore) return best;
  }
  Looks looks(*index, all);
  for (const PictureLevel& level : kPictureLevels) {
    const auto found = looks.match_closer(grey, level);
    if (found && (!best || found->score > best->score)) best = found;
    if (best && best->score >= kSureScore) return best;
  }
  if (best && best->score >= kMinMatchScore) return best;
  // Small or glossy print has too few features to tell where the document is, but may be compared
  // where its outline is, or where it fills the picture.
  if (all) outline = outline_of(picture);
  const auto found = looks.match_outline(outline, grey);
  return found && (!best || found->score > best->score) ? found : best;
}

}  // namespace nibble
