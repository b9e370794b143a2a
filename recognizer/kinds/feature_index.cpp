#include "recognizer/kinds/feature_index.h"

#include <utility>

namespace nibble {
namespace {

constexpr std::size_t kTables = 14;
constexpr std::size_t kKeyBits = 12;
constexpr std::size_t kKeys = std::size_t{1} << kKeyBits;

// The bits of a descriptor stand in random order, so that any twelve in a row will do.
std::size_t key_of(const BinaryDescriptor& d, std::size_t table) {
  const std::size_t first = table * kKeyBits;
  const std::size_t word = first / 64;
  const std::size_t shift = first % 64;
  std::uint64_t bits = d[word] >> shift;
  if (shift + kKeyBits > 64) bits |= d[word + 1] << (64 - shift);
  return static_cast<std::size_t>(bits) & (kKeys - 1);
}

}  // namespace

FeatureIndex::FeatureIndex(std::vector<BinaryDescriptor> descriptors)
    : descriptors_(std::move(descriptors)), tables_(kTables) {
  static_assert(kTables * kKeyBits <= 256);
  for (std::size_t t = 0; t < kTables; ++t) {
    Table& table = tables_[t];
    table.starts.assign(kKeys + 1, 0);
    for (const BinaryDescriptor& d : descriptors_) ++table.starts[key_of(d, t) + 1];
    for (std::size_t k = 0; k < kKeys; ++k) table.starts[k + 1] += table.starts[k];
    table.entries.resize(descriptors_.size());
    std::vector<std::uint32_t> next(table.starts.begin(), table.starts.end() - 1);
    for (std::size_t i = 0; i < descriptors_.size(); ++i) {
      table.entries[next[key_of(descriptors_[i], t)]++] = static_cast<std::uint32_t>(i);
    }
  }
}

void FeatureIndex::find(const BinaryDescriptor& wanted, Scratch& scratch) const {
  scratch.seen.resize(descriptors_.size(), 0);
  scratch.found.clear();
  ++scratch.round;
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    const Table& table = tables_[t];
    const std::size_t key = key_of(wanted, t);
    for (std::uint32_t k = table.starts[key]; k < table.starts[key + 1]; ++k) {
      const std::uint32_t entry = table.entries[k];
      if (std::exchange(scratch.seen[entry], scratch.round) != scratch.round)
        scratch.found.push_back(entry);
    }
  }
}

}  // namespace nibble
