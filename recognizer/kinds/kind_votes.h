#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "recognizer/kinds/kind_index.h"

namespace nibble {

/// Ranks the kinds of an index by what the features of a picture say: each votes for the kinds that
/// have one like it, the less the more they are (inverse document frequency), and for where the
/// document then lies. Of a kind the votes count that agree about its place, size and turn
/// (generalised Hough transform, as in Lowe, IJCV 2004). One a picture; the index must outlive it.
class KindVotes {
 public:
  explicit KindVotes(const KindIndex& index);

  /// Adds the features of the picture at a size. Only votes of one size can agree.
  void add(const std::vector<Feature>& features);

  /// The kinds with the most votes, best first; without any, it has none.
  std::vector<std::size_t> best(std::size_t most) const;

 private:
  struct Vote {
    const KindFeature* like = nullptr;  ///< of the index
    float x = 0;                        ///< of the feature in the picture
    float y = 0;
    std::uint8_t angle = 0;
    float weight = 0;
  };
  void find_like(const Feature& feature);
  void count(const std::vector<Vote>& votes);

  const KindIndex& index_;
  std::vector<std::uint32_t> seen_;  ///< by kind: the last feature that voted for it
  std::uint32_t round_ = 0;
  std::vector<const KindFeature*> found_;
  std::vector<Vote> votes_;
  std::vector<float> scores_;  ///< by kind
};

}  // namespace nibble
