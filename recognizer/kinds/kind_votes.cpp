#include "recognizer/kinds/kind_votes.h"

#include <algorithm>
#include <cmath>

#include "recognizer/kinds/index_layout.h"

namespace nibble {
namespace {

// Of 12 frames of 6 kinds and 12 photographs of made-up ones, among 106 kinds, exact nearest
// neighbours rank the right kind first in all with 32 or 40 bits; in 11 with 48 and 56.
constexpr int kMaxDistance = 32;
// Of 32 bits, 4 of which differ in the mean where 32 of 256 do.
constexpr int kMaxSignatureDistance = 10;
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

/// Number of bits that differ; by hand for the reason given at descriptor_distance.
int signature_distance(std::uint32_t a, std::uint32_t b) {
  std::uint32_t bits = a ^ b;
  bits -= (bits >> 1U) & 0x55555555U;
  bits = (bits & 0x33333333U) + ((bits >> 2U) & 0x33333333U);
  bits = (bits + (bits >> 4U)) & 0x0f0f0f0fU;
  return static_cast<int>((bits * 0x01010101U) >> 24U);
}

}  // namespace

KindVotes::KindVotes(const KindIndex& index)
    : index_(index), seen_(index.size(), 0), scores_(index.size(), 0) {
  index.open_words();
}

void KindVotes::find_like(const Feature& feature) {
  found_.clear();
  ++round_;
  const std::uint32_t word = index_.word_of(feature.descriptor);
  const double common = std::max(16.0, kCommonWord * static_cast<double>(index_.size()));
  const std::uint32_t signature = KindIndex::signature_of(feature.descriptor);
  const auto look = [&](std::uint32_t at) {
    const std::span<const IndexEntry> entries = index_.with_word(at);
    if (static_cast<double>(entries.size()) > common) return;
    for (const IndexEntry& entry : entries) {
      if (seen_[entry.kind] == round_ ||
          signature_distance(signature, entry.signature) > kMaxSignatureDistance)
        continue;
      const KindFeature& candidate = index_.feature(entry);
      if (descriptor_distance(feature.descriptor, candidate.descriptor) > kMaxDistance) continue;
      seen_[entry.kind] = round_;
      found_.push_back(&candidate);
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
    for (const KindFeature* like : found_)
      votes_.push_back({like, feature.x, feature.y, angle_of(feature.angle), weight});
  }
  std::vector<std::uint32_t> starts(index_.size() + 1, 0);
  for (const Vote& vote : votes_) ++starts[vote.like->kind + 1U];
  for (std::size_t k = 1; k < starts.size(); ++k) starts[k] += starts[k - 1];
  std::vector<Vote> sorted(votes_.size());
  for (const Vote& vote : votes_) sorted[starts[vote.like->kind]++] = vote;
  count(sorted);
}

/// Votes are sorted by kind.
void KindVotes::count(const std::vector<Vote>& votes) {
  Grid grid;
  for (std::size_t i = 0; i < votes.size(); ++i) {
    const Vote& vote = votes[i];
    const KindFeature& like = *vote.like;
    const cv::Size size = index_.level_size(like.kind, like.level);
    const auto turn = static_cast<std::uint8_t>(vote.angle - like.angle);
    const Direction& d = directions()[turn];
    const float x = static_cast<float>(like.x) - static_cast<float>(size.width) / 2;
    const float y = static_cast<float>(like.y) - static_cast<float>(size.height) / 2;
    const float cell = kCell * static_cast<float>(kReferenceSides[like.level]);
    grid.add({turn * (kTurns / 256.0F), (vote.x - (d.cosine * x - d.sine * y)) / cell + kFirstCell,
              (vote.y - (d.sine * x + d.cosine * y)) / cell + kFirstCell},
             like.level, vote.weight);
    const bool last = i + 1 == votes.size() || votes[i + 1].like->kind != like.kind;
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
