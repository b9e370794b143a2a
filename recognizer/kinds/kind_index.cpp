#include "recognizer/kinds/kind_index.h"

#include <algorithm>
#include <utility>

#include "nn/error.h"
#include "recognizer/base/maps.h"
#include "recognizer/kinds/index_layout.h"

namespace nibble {
namespace {

constexpr std::uint32_t kLargestSide = 20000;
// Of 256 bits these are most evenly 0 and 1 and least alike, among the features of 100 made-up
// kinds of document: correlations up to 0.2, where any 16 bits in a row have up to 0.8 and put a
// hundred times as many features into one word.
constexpr std::array<std::uint8_t, KindIndex::kMostWordBits> kBits = {
    17, 32, 219, 38, 172, 84, 110, 167, 157, 6, 98, 137, 158, 55, 229, 76};

[[noreturn]] void fail(const std::string& name, const std::string& problem) {
  throw Error(ErrorCode::bad_template, name + ": " + problem);
}

[[noreturn]] void fail_damaged(const std::string& name, const std::string& what) {
  fail(name, "this index is damaged (" + what + "): make it anew with nibble template index");
}

/// A part of the file as an array, checked to lie in it; not what stands there.
template <typename T>
std::span<const T> array_at(std::span<const std::byte> bytes, const IndexPart& part,
                            const std::string& name, const char* what) {
  const bool inside = part.offset >= sizeof(IndexHeader) && part.offset <= bytes.size() &&
                      part.size <= bytes.size() - part.offset;
  if (!inside || part.offset % kIndexAlignment != 0 || part.size % sizeof(T) != 0)
    fail_damaged(name, what);
  return {reinterpret_cast<const T*>(bytes.data() + part.offset),
          static_cast<std::size_t>(part.size / sizeof(T))};
}

/// The same, and what stands there is what was written.
template <typename T>
std::span<const T> checked_array(std::span<const std::byte> bytes, const IndexPart& part,
                                 const std::string& name, const char* what) {
  const std::span<const T> array = array_at<T>(bytes, part, name, what);
  if (index_checksum(std::as_bytes(array)) != part.checksum) fail_damaged(name, what);
  return array;
}

IndexHeader checked_header(std::span<const std::byte> bytes, const std::string& name) {
  IndexHeader header;
  if (bytes.size() < kIndexMagic.size() ||
      std::memcmp(bytes.data(), kIndexMagic.data(), kIndexMagic.size()) != 0)
    fail(name, "this is no index of templates");
  if (bytes.size() < sizeof header) fail_damaged(name, "cut off");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.version != kIndexVersion)
    fail(name, "this index has version " + std::to_string(header.version) + ", not " +
                   std::to_string(kIndexVersion) + ": make it anew with nibble template index");
  if (index_checksum(bytes.first(offsetof(IndexHeader, header_checksum))) != header.header_checksum)
    fail_damaged(name, "header");
  if (header.file_size != bytes.size())
    fail_damaged(name, header.file_size > bytes.size() ? "cut off" : "too long");
  return header;
}

IndexSource read_source(std::span<const char> text, const std::string& name) {
  IndexSource source;
  std::size_t at = 0;
  const auto take = [&](std::size_t size) {
    if (size > text.size() - at) fail_damaged(name, "source");
    const char* begin = text.data() + at;
    at += size;
    return std::string(begin, size);
  };
  std::uint64_t size = 0;
  std::memcpy(&size, take(sizeof size).data(), sizeof size);
  source.folder = take(size);
  while (at < text.size()) {
    IndexStamp stamp;
    std::memcpy(&stamp, take(sizeof stamp).data(), sizeof stamp);
    source.stamps.push_back({take(stamp.name_size), stamp.size, stamp.modified});
  }
  return source;
}

bool is_picture_size(cv::Size size) {
  return size.width >= 1 && size.height >= 1 && size.width <= 512 && size.height <= 512;
}

}  // namespace

KindIndex::KindIndex(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                     const std::string& name)
    : name_(name), owner_(std::move(owner)), bytes_(bytes) {
  const IndexHeader header = checked_header(bytes, name);
  if (header.kinds > kMaxKinds) fail_damaged(name, "kinds");
  if (header.word_bits < kLeastWordBits || header.word_bits > kMostWordBits)
    fail_damaged(name, "words");
  word_bits_ = static_cast<unsigned>(header.word_bits);
  starts_ = array_at<std::uint32_t>(bytes, header.starts, name, "words");
  entries_ = array_at<IndexEntry>(bytes, header.entries, name, "words");
  source_ = read_source(checked_array<char>(bytes, header.source, name, "source"), name);
  layouts_ = checked_array<PrintLayout>(bytes, header.layouts, name, "layouts");
  const auto records = checked_array<IndexRecord>(bytes, header.records, name, "kinds");
  if (records.size() != header.kinds || layouts_.size() != header.kinds)
    fail_damaged(name, "kinds");
  for (std::size_t i = 0; i < records.size(); ++i) kinds_.push_back(read_kind(i));
}

const IndexHeader& KindIndex::header() const {
  return *reinterpret_cast<const IndexHeader*>(bytes_.data());
}

const IndexRecord& KindIndex::record(std::size_t kind) const {
  return reinterpret_cast<const IndexRecord*>(bytes_.data() + header().records.offset)[kind];
}

KindIndex::Kind KindIndex::read_kind(std::size_t number) const {
  const IndexRecord& record = this->record(number);
  Kind kind;
  if (record.width < 1 || record.height < 1 || record.width > kLargestSide ||
      record.height > kLargestSide)
    fail_damaged(name_, "size");
  kind.width = static_cast<int>(record.width);
  kind.height = static_cast<int>(record.height);
  for (std::size_t l = 0; l < kind.levels.size(); ++l)
    kind.levels[l] = {record.levels[2 * l], record.levels[2 * l + 1]};
  kind.print = {record.print[0], record.print[1]};
  if (!is_picture_size(kind.print) ||
      !std::all_of(kind.levels.begin(), kind.levels.end(), is_picture_size))
    fail_damaged(name_, "size");
  kind.features = array_at<KindFeature>(bytes_, record.features, name_, "features");
  array_at<PrintPatch>(bytes_, record.patches, name_, "print");
  array_at<char>(bytes_, record.name, name_, "name");
  array_at<char>(bytes_, record.json, name_, "template");
  return kind;
}

void KindIndex::verify() const {
  open_words();
  for (std::size_t kind = 0; kind < size(); ++kind) {
    print_without_features(kind);
    name(kind);
    document(kind);
  }
}

void KindIndex::open_words() const {
  std::call_once(words_checked_, [&] { check_words(); });
}

void KindIndex::check_words() const {
  checked_array<std::uint32_t>(bytes_, header().starts, name_, "words");
  checked_array<IndexEntry>(bytes_, header().entries, name_, "words");
  if (starts_.size() != (std::size_t{1} << word_bits_) + 1 || starts_.front() != 0 ||
      starts_.back() != entries_.size() || !std::is_sorted(starts_.begin(), starts_.end()))
    fail_damaged(name_, "words");
  for (const IndexEntry& entry : entries_) {
    if (entry.kind >= kinds_.size() || entry.feature >= kinds_[entry.kind].features.size())
      fail_damaged(name_, "words");
  }
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind) checked_features(kind);
}

std::span<const KindFeature> KindIndex::checked_features(std::size_t number) const {
  const auto features =
      checked_array<KindFeature>(bytes_, record(number).features, name_, "features");
  for (const KindFeature& feature : features) {
    if (feature.kind != number || feature.level >= kReferenceSides.size())
      fail_damaged(name_, "features");
  }
  return features;
}

std::uint32_t KindIndex::descriptor_word(const BinaryDescriptor& descriptor, unsigned bits) {
  std::uint32_t word = 0;
  for (unsigned i = 0; i < bits; ++i) {
    const unsigned bit = kBits[i];
    word |= static_cast<std::uint32_t>(descriptor[bit / 64] >> (bit % 64) & 1U) << i;
  }
  return word;
}

std::span<const IndexEntry> KindIndex::with_word(std::uint32_t word) const {
  return entries_.subspan(starts_[word], starts_[word + 1] - starts_[word]);
}

const KindFeature& KindIndex::feature(const IndexEntry& entry) const {
  return kinds_[entry.kind].features[entry.feature];
}

KindPrint KindIndex::print(std::size_t number) const {
  KindPrint print = print_without_features(number);
  const auto features = checked_features(number);
  print.features.assign(features.begin(), features.end());
  return print;
}

KindPrint KindIndex::print_without_features(std::size_t number) const {
  const Kind& kind = kinds_[number];
  KindPrint print;
  print.width = kind.width;
  print.height = kind.height;
  print.levels = kind.levels;
  print.layout = layouts_[number];
  const auto patches = checked_array<PrintPatch>(bytes_, record(number).patches, name_, "print");
  for (const PrintPatch& patch : patches) {
    if (patch.x + kPatchPixels > kind.print.width || patch.y + kPatchPixels > kind.print.height)
      fail_damaged(name_, "print");
  }
  print.patches.size = kind.print;
  print.patches.to_grey = scaling(static_cast<double>(kind.print.width) / kind.width,
                                  static_cast<double>(kind.print.height) / kind.height);
  print.patches.patches.assign(patches.begin(), patches.end());
  return print;
}

std::string KindIndex::name(std::size_t kind) const {
  const auto name = checked_array<char>(bytes_, record(kind).name, name_, "name");
  return {name.begin(), name.end()};
}

Template KindIndex::document(std::size_t kind) const {
  const auto json = checked_array<char>(bytes_, record(kind).json, name_, "template");
  return parse_template({json.begin(), json.end()},
                        name_ + ": template " + std::to_string(kind + 1));
}

std::shared_ptr<const KindIndex> index_of(std::vector<std::byte> bytes, const std::string& name) {
  const auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  return std::make_shared<const KindIndex>(std::span(*owner), owner, name);
}

}  // namespace nibble
