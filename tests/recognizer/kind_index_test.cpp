#include "recognizer/kinds/kind_index.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>

#include "nn/error.h"
#include "recognizer/image/image_file.h"
#include "recognizer/kinds/document_finder.h"
#include "recognizer/kinds/index_layout.h"
#include "recognizer/kinds/index_store.h"
#include "tests/catch.h"
#include "tests/recognizer/scene.h"

namespace {

namespace fs = std::filesystem;
using nibble::Error;
using nibble::IndexHeader;
using nibble::KindIndex;
using nibble::TemplatePicture;
using Bytes = std::vector<std::byte>;

const Bytes& three_cards() {
  static const Bytes kBytes = [] {
    nibble::KindIndexBuilder builder;
    for (const unsigned print : {1U, 2U, 3U}) builder.add(nibble::card_kind(print));
    return builder.finish({"/somewhere", {{"card1.json", 7, 8}, {"card1.png", 9, 10}}});
  }();
  return kBytes;
}

IndexHeader header_of(const Bytes& bytes) {
  IndexHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  return header;
}

/// Checksums as they should be, so that the other checks are reached.
void put_header(IndexHeader header, Bytes& bytes) {
  const auto sum = [&](nibble::IndexPart& part) {
    if (part.offset <= bytes.size() && part.size <= bytes.size() - part.offset)
      part.checksum = nibble::index_checksum(std::span(bytes).subspan(part.offset, part.size));
  };
  for (nibble::IndexPart* part :
       {&header.records, &header.layouts, &header.source, &header.starts, &header.entries})
    sum(*part);
  header.header_checksum = nibble::index_checksum(
      std::as_bytes(std::span(&header, 1)).first(offsetof(IndexHeader, header_checksum)));
  std::memcpy(bytes.data(), &header, sizeof header);
}

/// Changes the record of the first kind, and the checksum of its features.
void change_record(const IndexHeader& header, Bytes& bytes,
                   const std::function<void(nibble::IndexRecord&)>& change) {
  nibble::IndexRecord record;
  std::memcpy(&record, bytes.data() + header.records.offset, sizeof record);
  change(record);
  nibble::IndexPart& part = record.features;
  if (part.offset <= bytes.size() && part.size <= bytes.size() - part.offset)
    part.checksum = nibble::index_checksum(std::span(bytes).subspan(part.offset, part.size));
  std::memcpy(bytes.data() + header.records.offset, &record, sizeof record);
}

/// What opening it and using all of it fails with; empty when it doesn't.
std::string problem_of(const Bytes& bytes) {
  try {
    nibble::index_of(bytes, "kinds.idx")->verify();
    return {};
  } catch (const Error& error) {
    CHECK(error.code() == nibble::ErrorCode::bad_template);
    return error.what();
  }
}

/// A photograph of a card on a table, and the card's corners in it.
struct Photo {
  explicit Photo(unsigned print)
      : quad(nibble::place({540, 700}, 760, 480, 17)),
        image(nibble::photograph(nibble::draw_table({1080, 1440}, 5), nibble::draw_card(print, 77),
                                 quad)) {}
  nibble::Quad quad;
  nibble::Image image;
};

/// A folder of templates that goes with its test.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "nibble-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
    for (const unsigned print : {1U, 2U, 3U}) add(print);
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void add(unsigned print) const {
    const TemplatePicture item = nibble::card_kind(print);
    nibble::save_image(item.picture, path + "/" + item.document.picture);
    std::ofstream(path + "/" + item.document.name + ".json")
        << nibble::template_to_json(item.document);
  }
  std::string index() const { return path + "/" + nibble::kIndexName; }

  std::string path;
};

Bytes content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

void put(const std::string& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

TEST_CASE("an index gives back what it was made of", "[kind_index]") {
  const auto index = nibble::index_of(three_cards(), "kinds.idx");
  REQUIRE(index->size() == 3);
  CHECK(index->source().folder == "/somewhere");
  CHECK(index->source().stamps ==
        std::vector<nibble::SourceStamp>{{"card1.json", 7, 8}, {"card1.png", 9, 10}});
  for (std::size_t kind = 0; kind < 3; ++kind) {
    const TemplatePicture item = nibble::card_kind(static_cast<unsigned>(kind) + 1);
    const nibble::KindPrint taken = nibble::take_print(item);
    const nibble::KindPrint kept = index->print(kind);
    CHECK(index->name(kind) == item.document.name);
    CHECK(nibble::template_to_json(index->document(kind)) ==
          nibble::template_to_json(item.document));
    CHECK(kept.levels == taken.levels);
    CHECK(kept.layout.gradients == taken.layout.gradients);
    CHECK(kept.layout.fixed == taken.layout.fixed);
    CHECK(kept.patches.to_grey.m == taken.patches.to_grey.m);
    REQUIRE(kept.patches.patches.size() == taken.patches.patches.size());
    CHECK(std::memcmp(kept.patches.patches.data(), taken.patches.patches.data(),
                      taken.patches.patches.size() * sizeof(nibble::PrintPatch)) == 0);
    REQUIRE(kept.features.size() == taken.features.size());
    for (std::size_t i = 0; i < taken.features.size(); ++i) {
      CHECK(kept.features[i].descriptor == taken.features[i].descriptor);
      CHECK(kept.features[i].kind == kind);
      CHECK(kept.features[i].x == taken.features[i].x);
      CHECK(kept.features[i].angle == taken.features[i].angle);
    }
  }
}

TEST_CASE("every feature stands under its word", "[kind_index]") {
  const auto index = nibble::index_of(three_cards(), "kinds.idx");
  index->open_words();
  std::size_t found = 0;
  for (std::uint32_t word = 0; word < 1U << index->word_bits(); ++word) {
    for (const nibble::IndexEntry& entry : index->with_word(word)) {
      const nibble::KindFeature& feature = index->feature(entry);
      CHECK(index->word_of(feature.descriptor) == word);
      CHECK(KindIndex::signature_of(feature.descriptor) == entry.signature);
      CHECK(feature.kind == entry.kind);
      ++found;
    }
  }
  CHECK(found == index->entry_count());
  CHECK(found > 500);
}

TEST_CASE("an index cut off anywhere is refused", "[kind_index]") {
  const Bytes& whole = three_cards();
  const IndexHeader header = header_of(whole);
  std::vector<std::size_t> lengths = {0, 1, 7, 8, 12, sizeof header - 1, sizeof header};
  for (const nibble::IndexPart& part :
       {header.records, header.layouts, header.source, header.starts, header.entries}) {
    for (const std::size_t at : {part.offset, part.offset + part.size / 2, part.offset + part.size})
      if (at < whole.size()) lengths.push_back(at);
  }
  lengths.push_back(whole.size() - 1);
  for (const std::size_t length : lengths) {
    CAPTURE(length);
    CHECK_FALSE(
        problem_of(Bytes(whole.begin(), whole.begin() + static_cast<long>(length))).empty());
  }
  Bytes longer = whole;
  longer.push_back(std::byte{0});
  CHECK(problem_of(longer).find("too long") != std::string::npos);
  CHECK(problem_of(whole).empty());
}

/// Whether no part holds a byte.
bool is_padding(const Bytes& bytes, std::size_t at) {
  const IndexHeader header = header_of(bytes);
  const auto holds = [&](const nibble::IndexPart& part) {
    return at >= part.offset && at < part.offset + part.size;
  };
  if (at < sizeof header || holds(header.records) || holds(header.layouts) ||
      holds(header.source) || holds(header.starts) || holds(header.entries))
    return false;
  for (std::size_t k = 0; k < header.kinds; ++k) {
    nibble::IndexRecord record;
    std::memcpy(&record, bytes.data() + header.records.offset + k * sizeof record, sizeof record);
    if (holds(record.features) || holds(record.patches) || holds(record.name) || holds(record.json))
      return false;
  }
  return true;
}

TEST_CASE("a flipped bit anywhere is noticed", "[kind_index]") {
  Bytes bytes = three_cards();
  for (std::size_t at = 0; at < bytes.size(); at += at < sizeof(IndexHeader) ? 1 : 997) {
    if (is_padding(bytes, at)) continue;
    CAPTURE(at);
    bytes[at] ^= std::byte{0x10};
    CHECK_FALSE(problem_of(bytes).empty());
    bytes[at] ^= std::byte{0x10};
  }
  CHECK(problem_of(bytes).empty());
}

TEST_CASE("sizes and offsets are not trusted though the checksums are right", "[kind_index]") {
  const IndexHeader good = header_of(three_cards());
  const std::vector<std::function<void(IndexHeader&, Bytes&)>> harms = {
      [](IndexHeader& h, Bytes&) { h.records.offset = ~std::uint64_t{7}; },
      [](IndexHeader& h, Bytes&) { h.records.size += sizeof(nibble::IndexRecord); },
      [](IndexHeader& h, Bytes&) { h.layouts.offset += 1; },
      [](IndexHeader& h, Bytes&) { h.layouts.size -= sizeof(nibble::PrintLayout); },
      [](IndexHeader& h, Bytes&) { h.entries.size = ~std::uint64_t{7}; },
      [](IndexHeader& h, Bytes&) { h.starts.size -= 4; },
      [](IndexHeader& h, Bytes&) { h.source.size -= 1; },
      [](IndexHeader& h, Bytes&) { h.kinds = 2; },
      [](IndexHeader& h, Bytes&) { h.kinds = 70000; },
      [](IndexHeader& h, Bytes&) { h.word_bits = 40; },
      [](IndexHeader& h, Bytes& b) { b[h.starts.offset] = std::byte{1}; },
      [](IndexHeader& h, Bytes& b) { b[h.entries.offset] = std::byte{3}; },
      [](IndexHeader& h, Bytes& b) { b[h.entries.offset + 3] = std::byte{0xff}; },
      [](IndexHeader& h, Bytes& b) { b[h.source.offset + 7] = std::byte{0xff}; },
      [](IndexHeader& h, Bytes& b) {
        change_record(h, b, [](auto& record) { record.features.offset = ~std::uint64_t{7}; });
      },
      [](IndexHeader& h, Bytes& b) {
        change_record(h, b, [](auto& record) { record.patches.size += 1; });
      },
      [](IndexHeader& h, Bytes& b) {
        change_record(h, b, [](auto& record) { record.features.size -= 40; });
      },
      [](IndexHeader& h, Bytes& b) { change_record(h, b, [](auto& record) { record.width = 0; }); },
      [](IndexHeader& h, Bytes& b) {
        change_record(h, b, [](auto& record) { record.print[0] = 20; });
      },
      [](IndexHeader& h, Bytes& b) {
        change_record(h, b, [&](auto& record) {
          b[record.features.offset + offsetof(nibble::KindFeature, level)] = std::byte{3};
        });
      },
      [](IndexHeader& h, Bytes& b) {
        change_record(h, b, [&](auto& record) {
          b[record.features.offset + offsetof(nibble::KindFeature, kind)] = std::byte{2};
        });
      }};
  for (std::size_t i = 0; i < harms.size(); ++i) {
    CAPTURE(i);
    Bytes bytes = three_cards();
    IndexHeader header = good;
    harms[i](header, bytes);
    put_header(header, bytes);
    CHECK(problem_of(bytes).find("damaged") != std::string::npos);
  }
}

TEST_CASE("another version and other files are refused", "[kind_index]") {
  Bytes bytes = three_cards();
  IndexHeader header = header_of(bytes);
  header.version = 1;
  put_header(header, bytes);
  CHECK(problem_of(bytes).find("version 1") != std::string::npos);
  CHECK(problem_of(Bytes(500, std::byte{'x'})).find("no index") != std::string::npos);
}

TEST_CASE("an index is kept only where that is wanted", "[kind_index]") {
  const Folder folder;
  const auto found = nibble::index_of_folder(folder.path, nibble::KeepIndex::no);
  REQUIRE(found.index != nullptr);
  CHECK(found.index->size() == 3);
  CHECK_FALSE(std::filesystem::exists(folder.index()));
}

TEST_CASE("a mapped index finds what one in memory finds", "[kind_index]") {
  const Folder folder;
  nibble::index_of_folder(folder.path, nibble::KeepIndex::yes);
  const nibble::DocumentFinder mapped(nibble::index_of_file(folder.index()));
  const nibble::DocumentFinder given(
      {nibble::card_kind(1), nibble::card_kind(2), nibble::card_kind(3)});
  for (const unsigned print : {1U, 2U, 3U}) {
    const Photo photo(print);
    const auto one = mapped.find(photo.image);
    const auto other = given.find(photo.image);
    CHECK(one.document.name == "card" + std::to_string(print));
    CHECK(one.document.fields.size() == 3);
    CHECK(one.quad == other.quad);
    CHECK(one.confidence == other.confidence);
    CHECK(nibble::corner_error(one.quad, photo.quad) < 3);
  }
}

TEST_CASE("opening an index leaves alone what a document found by its outline needs not",
          "[kind_index]") {
  // Damage in the features of another kind is not met by what is found without them; where all is
  // needed it is.
  Bytes bytes = three_cards();
  nibble::IndexRecord record;
  std::memcpy(&record, bytes.data() + header_of(bytes).records.offset, sizeof record);
  bytes[record.features.offset] ^= std::byte{1};
  const auto index = nibble::index_of(bytes, "kinds.idx");
  CHECK_NOTHROW(index->print(1));
  CHECK_NOTHROW(index->print_without_features(0));
  CHECK_THROWS_AS(index->print(0), Error);
  CHECK_THROWS_AS(index->open_words(), Error);
  CHECK_THROWS_AS(index->open_words(), Error);
}

TEST_CASE("among many kinds the features vote for the right one", "[kind_index]") {
  std::vector<TemplatePicture> cards;
  for (unsigned print = 1; print <= 60; ++print) cards.push_back(nibble::card_kind(print));
  const nibble::TemplateMatcher matcher(cards);
  for (const unsigned print : {1U, 30U, 60U}) {
    const Photo photo(print);
    const auto match = matcher.match(photo.image);
    REQUIRE(match);
    CHECK(match->index == print - 1);
    CHECK(match->score > 0.5);
    CHECK(nibble::corner_error(match->quad, photo.quad) < 3);
  }
  const auto none = matcher.match(Photo(99).image);
  CHECK((!none || none->score < nibble::kMinMatchScore - 0.1));
}

TEST_CASE("kinds with the same print are both named", "[kind_index]") {
  TemplatePicture twin = nibble::card_kind(2);
  twin.document.name = "twin";
  const nibble::DocumentFinder finder({nibble::card_kind(1), nibble::card_kind(2), twin});
  const auto found = finder.find(Photo(2).image);
  CHECK(std::set<std::string>{found.document.name, found.rival} ==
        std::set<std::string>{"card2", "twin"});
  CHECK(found.rival_confidence > 0.5);
  CHECK(finder.find(Photo(1).image).rival.empty());
}

TEST_CASE("an index is kept beside its templates until they change", "[kind_index]") {
  const Folder folder;
  CHECK(nibble::index_of_folder(folder.path, nibble::KeepIndex::yes).note.empty());
  const Bytes first = content(folder.index());
  CHECK(nibble::index_of_folder(folder.path, nibble::KeepIndex::yes).note.empty());
  CHECK(content(folder.index()) == first);

  SECTION("a template is added") {
    folder.add(4);
    const auto found = nibble::index_of_folder(folder.path, nibble::KeepIndex::yes);
    CHECK(found.index->size() == 4);
    CHECK(found.note.find("templates were added") != std::string::npos);
  }
  SECTION("a template is removed") {
    fs::remove(folder.path + "/card1.json");
    const auto found = nibble::index_of_folder(folder.path, nibble::KeepIndex::yes);
    CHECK(found.index->size() == 2);
    CHECK(found.note.find("card1.json is gone") != std::string::npos);
  }
  SECTION("a picture changes") {
    fs::copy_file(folder.path + "/card1.png", folder.path + "/card2.png",
                  fs::copy_options::overwrite_existing);
    CHECK(nibble::index_of_folder(folder.path, nibble::KeepIndex::yes)
              .note.find("card2.png has changed") != std::string::npos);
    CHECK(content(folder.index()) != first);
  }
  SECTION("the index is damaged in what is checked first") {
    Bytes bytes = first;
    bytes[header_of(first).layouts.offset] ^= std::byte{1};
    put(folder.index(), bytes);
    CHECK(nibble::index_of_folder(folder.path, nibble::KeepIndex::yes).note.find("damaged") !=
          std::string::npos);
    CHECK(content(folder.index()) == first);
  }
  CHECK(nibble::index_of_folder(folder.path, nibble::KeepIndex::yes).note.empty());
}

TEST_CASE("a kept index that is damaged farther on is refused where that is needed",
          "[kind_index]") {
  const Folder folder;
  nibble::index_of_folder(folder.path, nibble::KeepIndex::yes);
  Bytes bytes = content(folder.index());
  bytes[header_of(bytes).entries.offset] ^= std::byte{1};
  put(folder.index(), bytes);
  const auto found = nibble::index_of_folder(folder.path, nibble::KeepIndex::yes);
  CHECK(found.note.empty());
  CHECK_THROWS_WITH(found.index->open_words(),
                    Catch::Contains("damaged (words)") && Catch::Contains("make it anew"));
}

TEST_CASE("where no index can be kept it lives in memory", "[kind_index]") {
  const Folder folder;
  fs::create_directory(folder.index());  // a folder that cannot be written is no obstacle to root
  const auto found = nibble::index_of_folder(folder.path, nibble::KeepIndex::yes);
  REQUIRE(found.index);
  CHECK(found.index->size() == 3);
  CHECK(fs::is_directory(folder.index()));
}

TEST_CASE("an index asked for by name is refused once it is stale", "[kind_index]") {
  const Folder folder;
  const std::string path = folder.path + "/other.idx";
  put(path, nibble::build_index(folder.path));
  CHECK(nibble::index_of_file(path)->size() == 3);
  folder.add(4);
  CHECK_THROWS_AS(nibble::index_of_file(path), Error);
  CHECK_THROWS_AS(nibble::index_of_file(folder.path + "/missing.idx"), Error);

  const std::string moved = folder.path + ".idx";
  fs::rename(path, moved);
  for (const auto& entry : fs::directory_iterator(folder.path)) fs::remove(entry.path());
  CHECK_THROWS_AS(nibble::index_of_file(moved), Error);
  fs::remove(folder.path);  // without its templates it stands for itself
  CHECK(nibble::index_of_file(moved)->size() == 3);
  fs::remove(moved);
}

TEST_CASE("two processes may make the index at once", "[kind_index]") {
  const Folder folder;
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      bool well = false;
      try {
        well = nibble::index_of_folder(folder.path, nibble::KeepIndex::yes).index->size() == 3;
      } catch (const Error&) {
        well = false;
      }
      ::_exit(well ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(nibble::index_of_folder(folder.path, nibble::KeepIndex::yes).note.empty());
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder.path)) ++files;
  CHECK(files == 7);
}
