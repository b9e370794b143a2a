#include "recognizer/kinds/kind_votes.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace nibble {
namespace {

// Of 12 frames of 6 kinds and 12 photographs of made-up ones, among 106 kinds, exact nearest
// neighbours rank the right kind first in all with 32 or 40 bits; in 11 with 48 and 56.
constexpr int kMaxDistance = 32;
// A word that so large a share of the kinds has once each tells nothing: leaving such words out
// saves 4 of 10 comparisons and changes no rank by more than one place (106 kinds).
constexpr double kCommonWord = 0.5;

// Cells of place and turn. Each vote goes to the nearest two along each axis.
constexpr int kTurns = 12;
constexpr int kCells = 16;
constexpr int kFirstCell = 6;   // that of a document's centre at 0
constexpr float kCell = 0.25F;  // longer sides of the document
constexpr std::size_t kGrid = std::size_t{kTurns} * kReferenceSides.size() * kCells * kCells;

struct Direction {
  float cosine = 1;
  float sine = 0;
};

const std::array<Direction, 256>& directions() {
  static const std::array<Direction, 256> kTable = [] {
    std::array<Direction, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
      const double angle = radians_of(static_cast<std::uint8_t>(i));
      table[i] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
    }
    return table;
  }();
  return kTable;
}

/// Where a feature says the centre of the document is, in cells, and its turn.
struct Pose {
  float turn = 0;
  float x = 0;
  float y = 0;
};

/// The grid of one kind.
class Grid {
 public:
  Grid() : cells_(kGrid, 0) {}

  void add(const Pose& pose, std::size_t level, float weight) {
    const auto first = [](float value) { return static_cast<int>(std::floor(value - 0.5F)); };
    for (int t = first(pose.turn); t < first(pose.turn) + 2; ++t) {
      for (int x = first(pose.x); x < first(pose.x) + 2; ++x) {
        for (int y = first(pose.y); y < first(pose.y) + 2; ++y) {
          if (x < 0 || y < 0 || x >= kCells || y >= kCells) continue;
          const auto turn = static_cast<std::size_t>((t + kTurns) % kTurns);
          const std::size_t at =
              ((turn * kReferenceSides.size() + level) * kCells + static_cast<std::size_t>(y)) *
                  kCells +
              static_cast<std::size_t>(x);
          if (cells_[at] == 0) touched_.push_back(at);
          cells_[at] += weight;
        }
      }
    }
  }

  /// The fullest cell, after which all are empty.
  float take_most() {
    float most = 0;
    for (const std::size_t at : touched_) {
      most = std::max(most, cells_[at]);
      cells_[at] = 0;
    }
    touched_.clear();
    return most;
  }

 private:
  std::vector<float> cells_;
  std::vector<std::size_t> touched_;
};

/// Half of the bits first: most features differ there already.
bool is_like(const BinaryDescriptor& a, const BinaryDescriptor& b) {
  constexpr std::uint64_t kPairs = 0x5555555555555555U;
  constexpr std::uint64_t kFours = 0x3333333333333333U;
  constexpr std::uint64_t kBytes = 0x0f0f0f0f0f0f0f0fU;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    std::uint64_t bits = a[i] ^ b[i];
    bits -= (bits >> 1U) & kPairs;
    bits = (bits & kFours) + ((bits >> 2U) & kFours);
    sum += (bits + (bits >> 4U)) & kBytes;
  }
  const auto differing = static_cast<int>((sum * 0x0101010101010101U) >> 56U);
  return differing <= kMaxDistance && descriptor_distance(a, b) <= kMaxDistance;
}

}  // namespace

KindVotes::KindVotes(const KindIndex& index)
    : index_(index), seen_(index.size(), 0), scores_(index.size(), 0) {}

void KindVotes::find_like(const Feature& feature) {
  found_.clear();
  ++round_;
  const std::uint32_t word = index_.word_of(feature.descriptor);
  const double common = std::max(16.0, kCommonWord * static_cast<double>(index_.size()));
  if (index_.feature_count() == 0) return;
  const KindFeature* first = &index_.feature(0);
  const auto look = [&](std::uint32_t at) {
    const std::span<const KindFeature> candidates = index_.with_word(at);
    if (static_cast<double>(candidates.size()) > common) return;
    for (const KindFeature& candidate : candidates) {
      if (seen_[candidate.kind] == round_ || !is_like(feature.descriptor, candidate.descriptor))
        continue;
      seen_[candidate.kind] = round_;
      found_.push_back(static_cast<std::uint32_t>(&candidate - first));
    }
  };
  look(word);
  for (unsigned bit = 0; bit < index_.word_bits(); ++bit) look(word ^ (1U << bit));
}

void KindVotes::add(const std::vector<Feature>& features) {
  votes_.clear();
  for (const Feature& feature : features) {
    find_like(feature);
    const double kinds = static_cast<double>(index_.size());
    const auto weight = static_cast<float>(
        std::log(kinds / std::max<double>(1, static_cast<double>(found_.size()))));
    if (weight <= 0) continue;
    for (const std::uint32_t like : found_)
      votes_.push_back({like, feature.x, feature.y, angle_of(feature.angle), weight});
  }
  std::vector<std::uint32_t> starts(index_.size() + 1, 0);
  for (const Vote& vote : votes_) ++starts[index_.feature(vote.feature).kind + 1U];
  for (std::size_t k = 1; k < starts.size(); ++k) starts[k] += starts[k - 1];
  std::vector<Vote> sorted(votes_.size());
  for (const Vote& vote : votes_) sorted[starts[index_.feature(vote.feature).kind]++] = vote;
  count(sorted);
}

/// Votes are sorted by kind.
void KindVotes::count(const std::vector<Vote>& votes) {
  Grid grid;
  for (std::size_t i = 0; i < votes.size(); ++i) {
    const Vote& vote = votes[i];
    const KindFeature& like = index_.feature(vote.feature);
    const cv::Size size = index_.level_size(like.kind, like.level);
    const auto turn = static_cast<std::uint8_t>(vote.angle - like.angle);
    const Direction& d = directions()[turn];
    const float x = static_cast<float>(like.x) - static_cast<float>(size.width) / 2;
    const float y = static_cast<float>(like.y) - static_cast<float>(size.height) / 2;
    const float cell = kCell * static_cast<float>(kReferenceSides[like.level]);
    grid.add({turn * (kTurns / 256.0F), (vote.x - (d.cosine * x - d.sine * y)) / cell + kFirstCell,
              (vote.y - (d.sine * x + d.cosine * y)) / cell + kFirstCell},
             like.level, vote.weight);
    const bool last =
        i + 1 == votes.size() || index_.feature(votes[i + 1].feature).kind != like.kind;
    if (last) scores_[like.kind] = std::max(scores_[like.kind], grid.take_most());
  }
}

std::vector<std::size_t> KindVotes::best(std::size_t most) const {
  std::vector<std::size_t> kinds;
  for (std::size_t k = 0; k < scores_.size(); ++k) {
    if (scores_[k] > 0) kinds.push_back(k);
  }
  most = std::min(most, kinds.size());
  std::partial_sort(kinds.begin(), kinds.begin() + static_cast<std::ptrdiff_t>(most), kinds.end(),
                    [&](std::size_t a, std::size_t b) {
                      return scores_[a] != scores_[b] ? scores_[a] > scores_[b] : a < b;
                    });
  kinds.resize(most);
  return kinds;
}

}  // namespace nibble
