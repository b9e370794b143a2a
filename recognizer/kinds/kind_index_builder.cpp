#include <algorithm>
#include <bit>
#include <utility>

#include "nn/error.h"
#include "recognizer/kinds/index_layout.h"
#include "recognizer/kinds/kind_index.h"

namespace nibble {
namespace {

/// Bytes with a header before them, part after part.
class Writer {
 public:
  Writer() : bytes_(sizeof(IndexHeader)) {}

  IndexPart add(const void* data, std::size_t size) {
    bytes_.resize((bytes_.size() + kIndexAlignment - 1) / kIndexAlignment * kIndexAlignment);
    const auto* begin = static_cast<const std::byte*>(data);
    const IndexPart part{bytes_.size(), size, index_checksum({begin, size})};
    bytes_.insert(bytes_.end(), begin, begin + size);
    return part;
  }
  template <typename Container>
  IndexPart add(const Container& items) {
    return add(items.data(), items.size() * sizeof(*items.data()));
  }

  std::vector<std::byte> finish(IndexHeader header) {
    header.magic = kIndexMagic;
    header.version = kIndexVersion;
    header.file_size = bytes_.size();
    const auto head = std::as_bytes(std::span(&header, 1));
    header.header_checksum = index_checksum(head.first(offsetof(IndexHeader, header_checksum)));
    std::memcpy(bytes_.data(), &header, sizeof header);
    return std::move(bytes_);
  }

 private:
  std::vector<std::byte> bytes_;
};

std::string source_text(const IndexSource& source) {
  std::string text;
  const auto add = [&](const auto& item) {
    text.append(reinterpret_cast<const char*>(&item), sizeof item);
  };
  add(std::uint64_t{source.folder.size()});
  text += source.folder;
  for (const SourceStamp& stamp : source.stamps) {
    add(IndexStamp{stamp.size, stamp.modified, stamp.name.size()});
    text += stamp.name;
  }
  return text;
}

/// About one feature a word.
unsigned bits_for(std::size_t features) {
  return std::clamp(static_cast<unsigned>(std::bit_width(features)), KindIndex::kLeastWordBits,
                    KindIndex::kMostWordBits);
}

/// The inverted file: where the entries of each word begin, and the end; and the entries.
struct Words {
  std::vector<std::uint32_t> starts;
  std::vector<IndexEntry> entries;
};

Words sort_by_word(const std::vector<std::vector<KindFeature>>& kinds, unsigned bits) {
  const auto word_of = [&](const KindFeature& feature) {
    return KindIndex::descriptor_word(feature.descriptor, bits);
  };
  Words words;
  words.starts.assign((std::size_t{1} << bits) + 1, 0);
  for (const auto& features : kinds) {
    for (const KindFeature& feature : features) ++words.starts[word_of(feature) + 1];
  }
  for (std::size_t w = 1; w < words.starts.size(); ++w) words.starts[w] += words.starts[w - 1];
  words.entries.resize(words.starts.back());
  std::vector<std::uint32_t> next = words.starts;
  for (const auto& features : kinds) {
    for (std::size_t i = 0; i < features.size(); ++i) {
      words.entries[next[word_of(features[i])]++] = {
          features[i].kind, static_cast<std::uint16_t>(i),
          KindIndex::signature_of(features[i].descriptor)};
    }
  }
  return words;
}

}  // namespace

struct KindIndexBuilder::Data {
  struct Kind {
    std::string name;
    std::string json;
    IndexRecord record;
    std::vector<PrintPatch> patches;
  };
  std::vector<Kind> kinds;
  std::vector<PrintLayout> layouts;                ///< of each kind
  std::vector<std::vector<KindFeature>> features;  ///< of each kind
  std::size_t feature_count = 0;
};

KindIndexBuilder::KindIndexBuilder() : data_(std::make_unique<Data>()) {}
KindIndexBuilder::~KindIndexBuilder() = default;

std::size_t KindIndexBuilder::size() const { return data_->kinds.size(); }

void KindIndexBuilder::add(const TemplatePicture& kind) { add(kind.document, take_print(kind)); }

void KindIndexBuilder::add(const Template& document, const KindPrint& print) {
  if (data_->kinds.size() >= kMaxKinds)
    throw Error(ErrorCode::bad_template,
                document.name + ": an index holds at most " + std::to_string(kMaxKinds) + " kinds");
  Data::Kind kind{document.name, template_to_json(document), {}, print.patches.patches};
  kind.record.width = static_cast<std::uint32_t>(print.width);
  kind.record.height = static_cast<std::uint32_t>(print.height);
  for (std::size_t l = 0; l < print.levels.size(); ++l) {
    kind.record.levels[2 * l] = static_cast<std::uint16_t>(print.levels[l].width);
    kind.record.levels[2 * l + 1] = static_cast<std::uint16_t>(print.levels[l].height);
  }
  kind.record.print = {static_cast<std::uint16_t>(print.patches.size.width),
                       static_cast<std::uint16_t>(print.patches.size.height)};
  std::vector<KindFeature> features = print.features;
  for (KindFeature& feature : features)
    feature.kind = static_cast<std::uint16_t>(data_->kinds.size());
  data_->feature_count += features.size();
  data_->features.push_back(std::move(features));
  data_->layouts.push_back(print.layout);
  data_->kinds.push_back(std::move(kind));
}

std::vector<std::byte> KindIndexBuilder::finish(const IndexSource& source) const {
  Writer writer;
  IndexHeader header;
  header.kinds = static_cast<std::uint32_t>(data_->kinds.size());
  header.layouts = writer.add(data_->layouts);
  header.source = writer.add(source_text(source));
  std::vector<IndexRecord> records;
  for (std::size_t k = 0; k < data_->kinds.size(); ++k) {
    const Data::Kind& kind = data_->kinds[k];
    IndexRecord record = kind.record;
    record.name = writer.add(kind.name);
    record.json = writer.add(kind.json);
    record.patches = writer.add(kind.patches);
    record.features = writer.add(data_->features[k]);
    records.push_back(record);
  }
  header.records = writer.add(records);
  header.word_bits = bits_for(data_->feature_count);
  const Words words = sort_by_word(data_->features, static_cast<unsigned>(header.word_bits));
  header.starts = writer.add(words.starts);
  header.entries = writer.add(words.entries);
  return writer.finish(header);
}

}  // namespace nibble
