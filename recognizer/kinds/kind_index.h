#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "recognizer/kinds/kind_print.h"

namespace nibble {

/// A file that an index was made of.
struct SourceStamp {
  std::string name;  ///< in its folder
  std::uint64_t size = 0;
  std::int64_t modified = 0;  ///< nanoseconds since 1970
  bool operator==(const SourceStamp&) const = default;
};

/// Where an index comes from.
struct IndexSource {
  std::string folder;               ///< absolute path; empty when it was made in memory
  std::vector<SourceStamp> stamps;  ///< sorted by name
};

/// The most kinds that an index holds.
inline constexpr std::size_t kMaxKinds = 65535;

/// The print of many kinds of documents: an inverted file of their features, as in a bag of visual
/// words (Sivic and Zisserman, ICCV 2003), whose words are up to 16 of the 256 bits of a feature,
/// and of each kind its squares of print and the text of its template. It lies in memory or in a
/// mapped file, which processes share. Immutable, so threads may share it.
class KindIndex {
 public:
  /// Bits of a word: at least 4, more the more features there are.
  static constexpr unsigned kMostWordBits = 16;
  static constexpr unsigned kLeastWordBits = 4;

  /// Checks magic, version, every size and offset, and the checksum of all that follows the header.
  /// `bytes` (8-byte aligned) must live as long as `owner` does; `name` begins the messages. Throws
  /// Error(bad_template).
  KindIndex(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
            const std::string& name);

  std::size_t size() const { return kinds_.size(); }
  const IndexSource& source() const { return source_; }

  /// Number of features of all kinds.
  std::size_t feature_count() const { return features_.size(); }
  /// One of them; they are sorted by their words.
  const KindFeature& feature(std::size_t i) const { return features_[i]; }
  /// The features with a word.
  std::span<const KindFeature> with_word(std::uint32_t word) const;
  unsigned word_bits() const { return word_bits_; }
  /// The word of a descriptor.
  std::uint32_t word_of(const BinaryDescriptor& descriptor) const {
    return descriptor_word(descriptor, word_bits_);
  }
  /// Some bits of a descriptor that tell features apart well.
  static std::uint32_t descriptor_word(const BinaryDescriptor& descriptor, unsigned bits);

  /// The print of a kind; its features say which one it is.
  KindPrint print(std::size_t kind) const;
  /// Size in pixels of a kind's reference picture at a level of kReferenceSides.
  cv::Size level_size(std::size_t kind, std::size_t level) const {
    return kinds_[kind].levels[level];
  }
  /// The name of a kind's template.
  std::string name(std::size_t kind) const;
  /// Its template. Throws Error(bad_template).
  Template document(std::size_t kind) const;

 private:
  struct Kind {
    int width = 0;
    int height = 0;
    std::array<cv::Size, kReferenceSides.size()> levels;
    cv::Size print;
    std::span<const std::uint32_t> features;
    std::span<const PrintPatch> patches;
    std::span<const char> name;
    std::span<const char> json;
  };
  void check_words() const;
  Kind read_kind(std::size_t number) const;

  std::string name_;
  unsigned word_bits_ = 0;
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> bytes_;
  std::span<const std::uint32_t> starts_;  ///< one a word, and the end
  std::span<const KindFeature> features_;
  std::vector<Kind> kinds_;
  IndexSource source_;
};

/// Collects kinds and lays out their index. Pictures need not be kept.
class KindIndexBuilder {
 public:
  KindIndexBuilder();
  ~KindIndexBuilder();
  KindIndexBuilder(const KindIndexBuilder&) = delete;
  KindIndexBuilder& operator=(const KindIndexBuilder&) = delete;

  /// Throws Error(bad_template) for a picture that nothing can be recognised by, or one kind too
  /// many.
  void add(const TemplatePicture& kind);
  /// The same with a print that was taken before.
  void add(const Template& document, const KindPrint& print);
  std::size_t size() const;

  /// The bytes of the index; the same kinds and source always give the same.
  std::vector<std::byte> finish(const IndexSource& source) const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

/// An index in memory.
std::shared_ptr<const KindIndex> index_of(std::vector<std::byte> bytes, const std::string& name);

}  // namespace nibble
