#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recognizer/base/geometry.h"
#include "recognizer/image/image.h"
#include "recognizer/kinds/kind_index.h"

namespace nibble {

/// Which kind of document a picture shows, and where.
struct TemplateMatch {
  std::size_t index = 0;  ///< of the template
  Quad quad{};  ///< the document's corners in the picture, in the template's order; may lie outside
  double score = 0;  ///< share of the static print that was found in its place, 0 to 1
  std::optional<std::size_t> rival{};  ///< another kind whose print lies there about as well
  double rival_score = 0;
};

/// A match with a smaller score is chance.
inline constexpr double kMinMatchScore = 0.4;

/// Kinds with scores that differ by less, in the same place, can't be told apart.
inline constexpr double kMinScoreLead = 0.05;

/// Finds documents by their static print: what stands in the fields and in the variable areas
/// differs from holder to holder and is left out of the comparison. Immutable, so threads may share
/// it. Of more than 16 kinds only those are compared that features of the picture vote for (see
/// KindVotes).
class TemplateMatcher {
 public:
  /// Throws Error(bad_template) for a picture too small or too plain to be recognised.
  explicit TemplateMatcher(const std::vector<TemplatePicture>& templates);
  /// The kinds of an index.
  explicit TemplateMatcher(std::shared_ptr<const KindIndex> index);
  ~TemplateMatcher();
  TemplateMatcher(TemplateMatcher&&) noexcept;
  TemplateMatcher& operator=(TemplateMatcher&&) noexcept;

  /// The best match in a picture (1 or 3 channels), whatever its score; none when nothing looks
  /// alike at all. The document may lie at any angle and partly outside the picture.
  std::optional<TemplateMatch> match(const Image& picture) const;

  /// The same, and behind it another document that lies beside it on the picture, if it has about
  /// its size.
  std::vector<TemplateMatch> match_all(const Image& picture) const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace nibble
