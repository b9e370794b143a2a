#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "include/nibble/nibble.h"
#include "tests/catch.h"

namespace nibble {
namespace {

const std::string kData = std::string(NIBBLE_SOURCE_DIR) + "/data";
const std::string kCard = kData + "/samples/01_norravia_id/images/TA/TA01_01.jpg";
const std::string kPassport = kData + "/samples/03_valmere_passport/images/TS/TS03_01.jpg";

template <typename T>
T sized(std::size_t size = sizeof(T)) {
  T structure{};
  structure.size = size;
  return structure;
}

nibble_options options() {
  nibble_options options;
  REQUIRE(nibble_options_init(&options, sizeof options) == NIBBLE_OK);
  options.data_folder = kData.c_str();
  return options;
}

using Reader = std::unique_ptr<nibble_reader, decltype(&nibble_reader_free)>;
using Document = std::unique_ptr<nibble_document, decltype(&nibble_document_free)>;

Reader make_reader() {
  const nibble_options given = options();
  nibble_reader* reader = nullptr;
  REQUIRE(nibble_reader_new(&given, &reader) == NIBBLE_OK);
  return {reader, nibble_reader_free};
}

Document read(const nibble_reader* reader, const std::string& file,
              const nibble_request* request = nullptr) {
  nibble_document* document = nullptr;
  REQUIRE(nibble_read_file(reader, file.c_str(), request, &document) == NIBBLE_OK);
  return {document, nibble_document_free};
}

std::string message() { return nibble_error_message(); }

bool says(const char* part) { return message().find(part) != std::string::npos; }

TEST_CASE("C: a document's fields, their characters and the document as JSON") {
  const Reader reader = make_reader();
  const Document document = read(reader.get(), kCard);
  auto info = sized<nibble_document_info>();
  REQUIRE(nibble_document_get_info(document.get(), &info) == NIBBLE_OK);
  CHECK(info.status == NIBBLE_OK);
  CHECK(info.path == kCard);
  CHECK(info.page == 1);
  CHECK(info.kind == std::string("norravia_id"));
  CHECK(info.quad_source == NIBBLE_QUAD_LOCATED);
  CHECK(nibble_document_next(document.get()) == nullptr);

  auto surname = sized<nibble_field>();
  REQUIRE(nibble_document_find(document.get(), "surname", &surname) == NIBBLE_OK);
  CHECK(surname.text == std::string("LINDNESCU"));
  CHECK(surname.rules_ok != 0);
  CHECK(surname.confidence > 0.5);
  CHECK(surname.quad[0] < surname.quad[2]);
  std::string raw;
  auto character = sized<nibble_char>();
  std::size_t count = 0;
  while (nibble_field_char(&surname, count, &character) == NIBBLE_OK) {
    raw += character.text;
    const char* text = nullptr;
    double confidence = -1;
    for (std::size_t i = 0; i < character.alternative_count; ++i) {
      REQUIRE(nibble_char_alternative(&character, i, &text, &confidence) == NIBBLE_OK);
      CHECK(confidence <= character.confidence);
    }
    CHECK(nibble_char_alternative(&character, character.alternative_count, &text, nullptr) ==
          NIBBLE_NO_SUCH_ITEM);
    ++count;
  }
  CHECK(raw == surname.raw);
  CHECK(count == surname.char_count);

  auto by_place = sized<nibble_field>();
  std::size_t fields = 0;
  while (nibble_document_field(document.get(), fields, &by_place) == NIBBLE_OK) ++fields;
  CHECK(fields == info.field_count);
  CHECK(fields > 5);
  CHECK(nibble_document_field(document.get(), fields, &by_place) == NIBBLE_NO_SUCH_ITEM);

  const char* json = nullptr;
  const char* again = nullptr;
  std::size_t length = 0;
  REQUIRE(nibble_document_render(document.get(), "json", &json, &length) == NIBBLE_OK);
  CHECK(std::strlen(json) == length);
  CHECK(std::strstr(json, "LINDNESCU") != nullptr);
  REQUIRE(nibble_document_render(document.get(), "json", &again, nullptr) == NIBBLE_OK);
  CHECK(json == again);
  CHECK(nibble_document_render(document.get(), "roff", &json, nullptr) == NIBBLE_USAGE);
  CHECK(says("roff"));
}

TEST_CASE("C: a zone has lines and elements") {
  const Reader reader = make_reader();
  auto request = sized<nibble_request>();
  request.type = NIBBLE_ZONE;
  const Document document = read(reader.get(), kPassport, &request);
  auto zone = sized<nibble_zone>();
  REQUIRE(nibble_document_zone(document.get(), &zone) == NIBBLE_OK);
  CHECK(zone.format == std::string("TD3"));
  CHECK(zone.line_count == 2);
  const char* line = nullptr;
  REQUIRE(nibble_zone_line(document.get(), 0, &line) == NIBBLE_OK);
  CHECK(std::strlen(line) == 44);
  CHECK(nibble_zone_line(document.get(), 2, &line) == NIBBLE_NO_SUCH_ITEM);
  const char* name = nullptr;
  const char* value = nullptr;
  REQUIRE(nibble_zone_element(document.get(), 0, &name, &value) == NIBBLE_OK);
  CHECK(std::strlen(name) > 0);
  CHECK(nibble_zone_element(document.get(), zone.element_count, &name, &value) ==
        NIBBLE_NO_SUCH_ITEM);
}

TEST_CASE("C: what cannot be read is a document that says so") {
  const Reader reader = make_reader();
  const Document document = read(reader.get(), kData + "/nothing.jpg");
  auto info = sized<nibble_document_info>();
  REQUIRE(nibble_document_get_info(document.get(), &info) == NIBBLE_OK);
  CHECK(info.status == NIBBLE_FILE_NOT_FOUND);
  CHECK(std::strstr(info.message, "nothing.jpg") != nullptr);
  auto field = sized<nibble_field>();
  CHECK(nibble_document_field(document.get(), 0, &field) == NIBBLE_NO_SUCH_ITEM);
  auto zone = sized<nibble_zone>();
  CHECK(nibble_document_zone(document.get(), &zone) == NIBBLE_NO_SUCH_ITEM);
}

TEST_CASE("C: pixels, and what is drawn into them") {
  const Reader reader = make_reader();
  const std::vector<std::uint8_t> pixels(64 * 48, 200);
  const nibble_image whole{sizeof whole, pixels.data(), 64, 48, 0, NIBBLE_GREY8};
  nibble_image image = whole;
  auto request = sized<nibble_request>();
  request.type = NIBBLE_TEXT;
  nibble_document* raw = nullptr;
  REQUIRE(nibble_read(reader.get(), &image, &request, &raw) == NIBBLE_OK);
  const Document document(raw, nibble_document_free);
  std::vector<std::uint8_t> drawn(64 * 48 * 3);
  CHECK(nibble_annotate(&image, document.get(), drawn.data(), drawn.size() - 1) == NIBBLE_USAGE);
  REQUIRE(nibble_annotate(&image, document.get(), drawn.data(), drawn.size()) == NIBBLE_OK);
  CHECK(std::count(drawn.begin(), drawn.end(), 200) > 64 * 48);  // most of it is left

  image.format = 9;
  CHECK(nibble_read(reader.get(), &image, &request, &raw) == NIBBLE_USAGE);
  CHECK(raw == nullptr);
  image.format = NIBBLE_GREY8;
  image.stride = 10;
  CHECK(nibble_read(reader.get(), &image, &request, &raw) == NIBBLE_USAGE);
}

TEST_CASE("C: a bad call is a code and a line, and sets the result to NULL") {
  const Reader reader = make_reader();
  nibble_document* document = reinterpret_cast<nibble_document*>(1);
  auto request = sized<nibble_request>();
  request.type = NIBBLE_KIND;
  request.kind = "no_such_kind";
  CHECK(nibble_read_file(reader.get(), kCard.c_str(), &request, &document) == NIBBLE_BAD_TEMPLATE);
  CHECK(document == nullptr);
  CHECK(says("no_such_kind"));
  request.type = 77;
  CHECK(nibble_read_file(reader.get(), kCard.c_str(), &request, &document) == NIBBLE_USAGE);
  CHECK(nibble_read_file(nullptr, kCard.c_str(), nullptr, &document) == NIBBLE_USAGE);
  CHECK(nibble_read_file(reader.get(), nullptr, nullptr, &document) == NIBBLE_USAGE);
  CHECK(nibble_read_file(reader.get(), kCard.c_str(), nullptr, nullptr) == NIBBLE_USAGE);
  CHECK(nibble_read_bytes(reader.get(), nullptr, 4, "x", nullptr, &document) == NIBBLE_USAGE);
  CHECK(nibble_read(reader.get(), nullptr, nullptr, &document) == NIBBLE_USAGE);
  CHECK(nibble_document_get_info(nullptr, nullptr) == NIBBLE_USAGE);
  CHECK(nibble_document_next(nullptr) == nullptr);
  nibble_document_free(nullptr);
  nibble_reader_free(nullptr);

  nibble_reader* other = reinterpret_cast<nibble_reader*>(1);
  nibble_options bad = options();
  bad.precision = "int3";
  CHECK(nibble_reader_new(&bad, &other) == NIBBLE_USAGE);
  CHECK(other == nullptr);
  CHECK(says("int3"));
  bad = options();
  bad.model.bytes = "not a model";
  bad.model.byte_count = 11;
  CHECK(nibble_reader_new(&bad, &other) == NIBBLE_BAD_MODEL);
  CHECK(nibble_code_name(NIBBLE_BAD_MODEL) == std::string("bad_model"));
  CHECK(nibble_code_name(NIBBLE_NO_SUCH_ITEM) == std::string("no_such_item"));
  CHECK(nibble_code_name(static_cast<nibble_code>(15)) == std::string("unknown"));
}

TEST_CASE("C: callers of an older and of a newer version are understood by the sizes they give") {
  const Reader reader = make_reader();
  nibble_document* document = nullptr;

  auto older = sized<nibble_request>(offsetof(nibble_request, quad));
  const double garbage = 0;
  older.quad = &garbage;  // not there, as far as the caller knows
  REQUIRE(nibble_read_file(reader.get(), kCard.c_str(), &older, &document) == NIBBLE_OK);
  nibble_document_free(document);

  struct Newer {
    nibble_request request;
    std::size_t wish;
  } newer{sized<nibble_request>(sizeof newer), 0};
  REQUIRE(nibble_read_file(reader.get(), kCard.c_str(), &newer.request, &document) == NIBBLE_OK);
  nibble_document_free(document);
  newer.wish = 1;
  CHECK(nibble_read_file(reader.get(), kCard.c_str(), &newer.request, &document) == NIBBLE_USAGE);

  nibble_request unset{};
  CHECK(nibble_read_file(reader.get(), kCard.c_str(), &unset, &document) == NIBBLE_USAGE);
  CHECK(says("nibble_request"));

  auto info = sized<nibble_reader_info>(offsetof(nibble_reader_info, digest));
  info.digest = "mine";
  REQUIRE(nibble_reader_get_info(reader.get(), &info) == NIBBLE_OK);
  CHECK(info.precision == std::string("int4"));
  CHECK(info.digest == std::string("mine"));
}

TEST_CASE("C: each thread has its own message") {
  nibble_options bad = options();
  nibble_reader* reader = nullptr;
  bad.precision = "mine";
  CHECK(nibble_reader_new(&bad, &reader) == NIBBLE_USAGE);
  std::string first;
  std::string second;
  std::thread([&] {
    first = nibble_error_message();
    nibble_options worse = options();
    nibble_reader* none = nullptr;
    worse.precision = "theirs";
    nibble_reader_new(&worse, &none);
    second = nibble_error_message();
  }).join();
  CHECK(first.empty());
  CHECK(second.find("theirs") != std::string::npos);
  CHECK(says("mine"));
}

/// A TIFF of `count` pages of one grey pixel.
std::string many_pages(int count) {
  std::string bytes("II*\0\x08\0\0\0", 8);
  const auto number = [&](unsigned value, int size) {
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
  };
  for (int page = 0; page < count; ++page) {
    const unsigned begin = static_cast<unsigned>(bytes.size());
    const unsigned tags[][2] = {{256, 1}, {257, 1}, {258, 8}, {259, 1}, {262, 1},
                                {273, 0}, {277, 1}, {278, 1}, {279, 1}};
    number(9, 2);
    for (const auto& tag : tags) {
      number(tag[0], 2);
      number(4, 2);
      number(1, 4);
      number(tag[1], 4);
    }
    number(page + 1 < count ? begin + 2 + 9 * 12 + 4 : 0, 4);
  }
  return bytes;
}

TEST_CASE("C: a file of many pages is a chain, or a call for each page") {
  const Reader reader = make_reader();
  const int count = 200;
  const std::string bytes = many_pages(count);
  auto request = sized<nibble_request>();
  request.type = NIBBLE_TEXT;
  nibble_document* raw = nullptr;
  REQUIRE(nibble_read_bytes(reader.get(), bytes.data(), bytes.size(), "pages.tif", &request,
                            &raw) == NIBBLE_OK);
  const Document document(raw, nibble_document_free);
  int pages = 0;
  for (const nibble_document* page = document.get(); page != nullptr;
       page = nibble_document_next(page)) {
    auto info = sized<nibble_document_info>();
    REQUIRE(nibble_document_get_info(page, &info) == NIBBLE_OK);
    CHECK(info.page == ++pages);
  }
  CHECK(pages == count);

  const auto stop_at_third = [](void* user, const nibble_document*) {
    return ++*static_cast<int*>(user) < 3 ? 1 : 0;
  };
  const std::string path = "c_interface_pages.tif";
  std::ofstream(path, std::ios::binary) << bytes;
  int seen = 0;
  CHECK(nibble_read_pages(reader.get(), path.c_str(), &request, stop_at_third, &seen) == NIBBLE_OK);
  CHECK(seen == 3);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace nibble
