#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "recognizer/kinds/kind_print.h"

// The layout of an index, for those that write and read it; docs/kinds.md describes it. Numbers are
// little-endian, every part begins at a multiple of 8 bytes.

namespace nibble {

static_assert(std::endian::native == std::endian::little, "an index is mapped as it is");
static_assert(sizeof(KindFeature) == 40 && std::is_trivially_copyable_v<KindFeature>);
static_assert(sizeof(PrintPatch) == 208 && std::is_trivially_copyable_v<PrintPatch>);
static_assert(sizeof(PrintLayout) == 900 && std::is_trivially_copyable_v<PrintLayout>);

inline constexpr std::array<char, 8> kIndexMagic = {'N', 'I', 'B', 'K', 'I', 'N', 'D', 'S'};
inline constexpr std::uint32_t kIndexVersion = 2;
inline constexpr std::size_t kIndexAlignment = 8;

/// A part of the file, in bytes from its begin. Each is checked when it is first used, so that a
/// process reads no more of a large index than it needs.
struct IndexPart {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t checksum = 0;
};

/// Begins the file.
struct IndexHeader {
  std::array<char, 8> magic{};
  std::uint32_t version = 0;
  std::uint32_t kinds = 0;
  std::uint64_t file_size = 0;
  std::uint64_t word_bits = 0;        ///< of KindIndex::kMostWordBits
  IndexPart records;                  ///< IndexRecord, one a kind
  IndexPart layouts;                  ///< PrintLayout, one a kind
  IndexPart source;                   ///< the folder and the stamps, see IndexSource
  IndexPart starts;                   ///< std::uint32_t, one a word, and the end
  IndexPart entries;                  ///< IndexEntry, in the order of their words
  std::uint64_t header_checksum = 0;  ///< of what stands before it
};
static_assert(sizeof(IndexHeader) == 160);

/// A feature in the inverted file.
struct IndexEntry {
  std::uint16_t kind = 0;
  std::uint16_t feature = 0;    ///< of the kind
  std::uint32_t signature = 0;  ///< see KindIndex::signature_of
};
static_assert(sizeof(IndexEntry) == 8);

/// A kind in the file.
struct IndexRecord {
  IndexPart features;  ///< KindFeature
  IndexPart patches;   ///< PrintPatch
  IndexPart name;      ///< UTF-8
  IndexPart json;      ///< its template
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::array<std::uint16_t, 2 * kReferenceSides.size()> levels{};  ///< width and height of each
  std::array<std::uint16_t, 2> print{};
};
static_assert(sizeof(IndexRecord) == 120);

/// Of a stamp, before its name.
struct IndexStamp {
  std::uint64_t size = 0;
  std::int64_t modified = 0;
  std::uint64_t name_size = 0;
};

/// Tells damage from what was written, not an attacker's work from ours: 64 bits over words of 8
/// bytes in four lanes, which takes as long as to read them.
inline std::uint64_t index_checksum(std::span<const std::byte> bytes) {
  constexpr std::uint64_t kPrime = 0x9e3779b97f4a7c15U;
  std::array<std::uint64_t, 4> lanes = {1, 2, 3, bytes.size()};
  const auto mix = [&](std::uint64_t& lane, std::uint64_t word) {
    lane = std::rotl((lane ^ word) * kPrime, 29);
  };
  std::size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32) {
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), bytes.data() + at, 32);
    for (std::size_t i = 0; i < 4; ++i) mix(lanes[i], words[i]);
  }
  std::array<std::uint64_t, 4> rest{};
  if (at < bytes.size()) std::memcpy(rest.data(), bytes.data() + at, bytes.size() - at);
  for (std::size_t i = 0; i < 4; ++i) mix(lanes[i], rest[i]);
  std::uint64_t sum = 0;
  for (const std::uint64_t lane : lanes) mix(sum, lane ^ (lane >> 32U));
  return sum ^ (sum >> 31U);
}

}  // namespace nibble
