#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
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

struct IndexEntry;
struct IndexHeader;
struct IndexPart;
struct IndexRecord;

/// The print of many kinds of documents: the layout of each, an inverted file of their features, as
/// in a bag of visual words (Sivic and Zisserman, ICCV 2003), whose words are up to 16 of the 256
/// bits of a feature, and of each kind its features, its squares of print and the text of its
/// template. It lies in memory or in a mapped file, which processes share. Immutable, so threads
/// may share it. What is not checked when it is opened is checked when it is first used: all
/// functions but size(), source(), layouts() and the static ones throw Error(bad_template) for what
/// is damaged.
class KindIndex {
 public:
  /// Bits of a word: at least 4, more the more features there are.
  static constexpr unsigned kMostWordBits = 16;
  static constexpr unsigned kLeastWordBits = 4;

  /// Checks magic, version, file size, that each part lies in the file, and the checksums of
  /// header, records, layouts and source. `bytes` (8-byte aligned) must live as long as `owner`
  /// does; `name` begins the messages. Throws Error(bad_template).
  KindIndex(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
            const std::string& name);

  std::size_t size() const { return kinds_.size(); }
  const IndexSource& source() const { return source_; }

  /// Checks all that the constructor does not.
  void verify() const;

  /// The layouts of all kinds.
  std::span<const PrintLayout> layouts() const { return layouts_; }

  /// Checks the inverted file and the features of all kinds, once; the next three need it.
  void open_words() const;
  /// The entries of a word.
  std::span<const IndexEntry> with_word(std::uint32_t word) const;
  /// Number of entries, which is that of the features of all kinds.
  std::size_t entry_count() const { return entries_.size(); }
  /// The feature of an entry.
  const KindFeature& feature(const IndexEntry& entry) const;

  unsigned word_bits() const { return word_bits_; }
  /// The word of a descriptor.
  std::uint32_t word_of(const BinaryDescriptor& descriptor) const {
    return descriptor_word(descriptor, word_bits_);
  }
  /// Some bits of a descriptor that tell features apart well.
  static std::uint32_t descriptor_word(const BinaryDescriptor& descriptor, unsigned bits);
  /// 32 other bits of a descriptor, by which most that are unlike are told before they are read.
  static std::uint32_t signature_of(const BinaryDescriptor& descriptor) {
    return static_cast<std::uint32_t>(descriptor[1]);
  }

  /// The print of a kind; its features say which one it is.
  KindPrint print(std::size_t kind) const;
  /// The same without its features.
  KindPrint print_without_features(std::size_t kind) const;
  /// Width and height of a kind's template in pixels.
  cv::Size template_size(std::size_t kind) const {
    return {kinds_[kind].width, kinds_[kind].height};
  }
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
    std::span<const KindFeature> features;
  };
  const IndexHeader& header() const;
  const IndexRecord& record(std::size_t kind) const;
  Kind read_kind(std::size_t number) const;
  std::span<const KindFeature> checked_features(std::size_t number) const;
  void check_words() const;

  std::string name_;
  unsigned word_bits_ = 0;
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> bytes_;
  std::span<const PrintLayout> layouts_;
  std::span<const std::uint32_t> starts_;  ///< one a word, and the end
  std::span<const IndexEntry> entries_;
  std::vector<Kind> kinds_;
  IndexSource source_;
  mutable std::once_flag words_checked_;
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
