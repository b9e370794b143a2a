#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "recognizer/kinds/features.h"

namespace nibble {

/// Finds near descriptors among many without looking at all: those that agree with the one looked
/// for in all bits of at least one of a few tables of 12 bits each (locality-sensitive hashing;
/// Indyk and Motwani, STOC 1998).
class FeatureIndex {
 public:
  explicit FeatureIndex(std::vector<BinaryDescriptor> descriptors);

  const BinaryDescriptor& descriptor(std::size_t i) const { return descriptors_[i]; }
  std::size_t size() const { return descriptors_.size(); }

  /// Memory for find(), one a thread.
  struct Scratch {
    std::vector<std::uint32_t> seen;
    std::uint32_t round = 0;
    std::vector<std::uint32_t> found;
  };

  /// The candidates for a descriptor, in `scratch.found`, each once.
  void find(const BinaryDescriptor& wanted, Scratch& scratch) const;

 private:
  struct Table {
    std::vector<std::uint32_t> starts;  ///< one a key, and the end
    std::vector<std::uint32_t> entries;
  };
  std::vector<BinaryDescriptor> descriptors_;
  std::vector<Table> tables_;
};

}  // namespace nibble
