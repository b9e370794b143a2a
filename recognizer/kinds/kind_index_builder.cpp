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
    const IndexPart part{bytes_.size(), size};
    const auto* begin = static_cast<const std::byte*>(data);
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
    header.checksum = index_checksum(std::span(bytes_).subspan(sizeof header));
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

/// Features in the order of their words, and where each came to stand.
struct SortedFeatures {
  std::vector<std::uint32_t> starts;
  std::vector<KindFeature> features;
  std::vector<std::uint32_t> places;
};

/// About one feature a word.
unsigned bits_for(std::size_t features) {
  return std::clamp(static_cast<unsigned>(std::bit_width(features)), KindIndex::kLeastWordBits,
                    KindIndex::kMostWordBits);
}

SortedFeatures sort_features(const std::vector<KindFeature>& features) {
  const unsigned bits = bits_for(features.size());
  const auto word_of = [&](const KindFeature& feature) {
    return KindIndex::descriptor_word(feature.descriptor, bits);
  };
  SortedFeatures sorted;
  sorted.starts.assign((std::size_t{1} << bits) + 1, 0);
  for (const KindFeature& feature : features) ++sorted.starts[word_of(feature) + 1];
  for (std::size_t w = 1; w < sorted.starts.size(); ++w) sorted.starts[w] += sorted.starts[w - 1];
  sorted.features.resize(features.size());
  sorted.places.resize(features.size());
  std::vector<std::uint32_t> next = sorted.starts;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::uint32_t place = next[word_of(features[i])]++;
    sorted.features[place] = features[i];
    sorted.places[i] = place;
  }
  return sorted;
}

}  // namespace

struct KindIndexBuilder::Data {
  struct Kind {
    std::string name;
    std::string json;
    IndexRecord record;
    std::size_t first = 0;  ///< of its features
    std::size_t count = 0;
    std::vector<PrintPatch> patches;
  };
  std::vector<Kind> kinds;
  std::vector<KindFeature> features;
};

KindIndexBuilder::KindIndexBuilder() : data_(std::make_unique<Data>()) {}
KindIndexBuilder::~KindIndexBuilder() = default;

std::size_t KindIndexBuilder::size() const { return data_->kinds.size(); }

void KindIndexBuilder::add(const TemplatePicture& kind) { add(kind.document, take_print(kind)); }

void KindIndexBuilder::add(const Template& document, const KindPrint& print) {
  if (data_->kinds.size() >= kMaxKinds)
    throw Error(ErrorCode::bad_template,
                document.name + ": an index holds at most " + std::to_string(kMaxKinds) + " kinds");
  Data::Kind kind{document.name,          template_to_json(document), {},
                  data_->features.size(), print.features.size(),      print.patches.patches};
  kind.record.width = static_cast<std::uint32_t>(print.width);
  kind.record.height = static_cast<std::uint32_t>(print.height);
  for (std::size_t l = 0; l < print.levels.size(); ++l) {
    kind.record.levels[2 * l] = static_cast<std::uint16_t>(print.levels[l].width);
    kind.record.levels[2 * l + 1] = static_cast<std::uint16_t>(print.levels[l].height);
  }
  kind.record.print = {static_cast<std::uint16_t>(print.patches.size.width),
                       static_cast<std::uint16_t>(print.patches.size.height)};
  for (KindFeature feature : print.features) {
    feature.kind = static_cast<std::uint16_t>(data_->kinds.size());
    data_->features.push_back(feature);
  }
  data_->kinds.push_back(std::move(kind));
}

std::vector<std::byte> KindIndexBuilder::finish(const IndexSource& source) const {
  const SortedFeatures sorted = sort_features(data_->features);
  Writer writer;
  IndexHeader header;
  header.kinds = static_cast<std::uint32_t>(data_->kinds.size());
  header.word_bits = bits_for(data_->features.size());
  header.starts = writer.add(sorted.starts);
  header.features = writer.add(sorted.features);
  std::vector<IndexRecord> records;
  for (const Data::Kind& kind : data_->kinds) {
    IndexRecord record = kind.record;
    record.features =
        writer.add(sorted.places.data() + kind.first, kind.count * sizeof(std::uint32_t));
    record.patches = writer.add(kind.patches);
    record.name = writer.add(kind.name);
    record.json = writer.add(kind.json);
    records.push_back(record);
  }
  header.records = writer.add(records);
  header.source = writer.add(source_text(source));
  return writer.finish(header);
}

}  // namespace nibble
