#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "nn/error.h"
#include "recognizer/kinds/index_layout.h"
#include "recognizer/kinds/kind_index.h"
#include "recognizer/kinds/kind_votes.h"
#include "tests/fuzz/checks.h"

namespace {

using nibble::IndexHeader;

/// Words of 8 bytes, as a mapped file is aligned.
struct Bytes {
  Bytes(const std::uint8_t* data, std::size_t length) : words(length / 8 + 1), size(length) {
    if (length > 0) std::memcpy(words.data(), data, length);
  }
  std::span<const std::byte> all() const { return std::as_bytes(std::span(words)).first(size); }

  /// Sizes and checksums as they should be, so that what they protect is reached.
  void repair() {
    if (size < sizeof(IndexHeader)) return;
    IndexHeader header;
    std::memcpy(&header, all().data(), sizeof header);
    header.magic = nibble::kIndexMagic;
    header.version = nibble::kIndexVersion;
    header.file_size = size;
    repair_records(header.records);
    for (nibble::IndexPart* part :
         {&header.records, &header.layouts, &header.source, &header.starts, &header.entries})
      repair(*part);
    header.header_checksum = nibble::index_checksum(
        std::as_bytes(std::span(&header, 1)).first(offsetof(IndexHeader, header_checksum)));
    std::memcpy(words.data(), &header, sizeof header);
  }

  std::vector<std::uint64_t> words;
  std::size_t size;

 private:
  bool holds(const nibble::IndexPart& part) const {
    return part.offset <= size && part.size <= size - part.offset;
  }
  void repair(nibble::IndexPart& part) const {
    if (holds(part)) part.checksum = nibble::index_checksum(all().subspan(part.offset, part.size));
  }
  void repair_records(const nibble::IndexPart& records) {
    if (!holds(records)) return;
    auto* bytes = reinterpret_cast<std::byte*>(words.data());
    for (std::size_t at = 0; at + sizeof(nibble::IndexRecord) <= records.size;
         at += sizeof(nibble::IndexRecord)) {
      nibble::IndexRecord record;
      std::memcpy(&record, bytes + records.offset + at, sizeof record);
      for (nibble::IndexPart* part :
           {&record.features, &record.patches, &record.name, &record.json})
        repair(*part);
      std::memcpy(bytes + records.offset + at, &record, sizeof record);
    }
  }
};

void use(const nibble::KindIndex& index) {
  for (std::size_t kind = 0; kind < index.size(); ++kind) {
    const nibble::KindPrint print = index.print(kind);
    require(print.width > 0 && print.height > 0);
    for (const nibble::KindFeature& feature : print.features) require(feature.kind == kind);
    index.name(kind);
    try {
      index.document(kind);
    } catch (const nibble::Error& error) {
      require(error.code() == nibble::ErrorCode::bad_template);
    }
  }
  nibble::KindVotes votes(index);
  std::vector<nibble::Feature> features;
  for (std::size_t kind = 0; kind < index.size(); ++kind) {
    for (const nibble::KindFeature& feature : index.print(kind).features)
      features.push_back({20, 30, 1, feature.descriptor});
  }
  votes.add(features);
  for (const std::size_t kind : votes.best(3)) require(kind < index.size());
}

void open(const Bytes& bytes) {
  try {
    use(nibble::KindIndex(bytes.all(), nullptr, "input"));
  } catch (const nibble::Error& error) {
    require(error.code() == nibble::ErrorCode::bad_template &&
            std::string(error.what()).find('\n') == std::string::npos);
  }
}

}  // namespace

// An index is refused in one line, or all of it can be used; the same with its checksums made
// right, which are no protection against one who means harm.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  open(bytes);
  bytes.repair();
  open(bytes);
  return 0;
}
