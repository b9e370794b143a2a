#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "include/nibble/nibble.hpp"
#include "recognizer/base/file_bytes.h"
#include "recognizer/image/image_file.h"
#include "recognizer/image/view.h"
#include "tests/catch.h"

namespace nibble {
namespace {

const std::string kSamples = std::string(NIBBLE_SOURCE_DIR) + "/data/samples/";
const std::string kCard = kSamples + "01_norravia_id/images/TA/TA01_01.jpg";
const std::string kPassport = kSamples + "03_valmere_passport/images/TS/TS03_01.jpg";

ReaderOptions options() {
  ReaderOptions options;
  options.data_folder = std::string(NIBBLE_SOURCE_DIR) + "/data";
  return options;
}

const Reader& reader() {
  static const Reader shared(options());
  return shared;
}

/// What was read, without the times.
std::string texts_of(const Document& document) {
  std::string texts = document.ok() ? "" : document.message;
  for (const Field& field : document.fields)
    texts += field.name + "=" + field.text + " " + std::to_string(field.confidence) + "\n";
  for (const FoundLine& line : document.lines)
    texts += line.text + " " + std::to_string(line.confidence) + "\n";
  return texts;
}

/// The picture in another pixel format, with a gap after each row.
std::vector<std::uint8_t> stored_as(const Image& image, PixelFormat format, int stride) {
  const bool swapped = format == PixelFormat::bgr8 || format == PixelFormat::bgra8;
  const int bytes = format == PixelFormat::rgb8 || format == PixelFormat::bgr8 ? 3 : 4;
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(stride) * image.height, 77);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      std::uint8_t* to = pixels.data() + static_cast<std::ptrdiff_t>(y) * stride + x * bytes;
      const std::uint8_t* from = image.row(y) + x * 3;
      for (int c = 0; c < 3; ++c) to[c] = from[swapped ? 2 - c : c];
      if (bytes == 4) to[3] = 255;
    }
  }
  return pixels;
}

}  // namespace

TEST_CASE("a reader finds the kind of document and reads its fields") {
  const auto documents = reader().read_file(kCard);
  REQUIRE(documents.size() == 1);
  const Document& document = documents[0];
  REQUIRE(document.ok());
  REQUIRE(document.placement.has_value());
  CHECK(document.placement->kind == "norravia_id");
  CHECK(document.placement->source == Placement::Source::located);
  CHECK(document.placement->confidence > 0.5);
  CHECK(document.fields.size() > 5);
  CHECK(document.lines.empty());
  CHECK(document.reader->precision == "int4");
  CHECK(document.reader->calibrated);
  CHECK(document.timing.total > 0);
  for (const Field& field : document.fields) {
    CAPTURE(field.name, field.text);
    CHECK(field.chars.size() <= 100);
    for (const TextChar& c : field.chars) CHECK(c.alternatives.size() <= 3);
  }
}

TEST_CASE("pixels in memory read as the file does, however they are stored") {
  const Document file = reader().read_file(kCard)[0];
  const Image image = load_image(kCard);
  REQUIRE(image.channels == 3);
  CHECK(texts_of(reader().read(view_of(image))) == texts_of(file));
  for (const PixelFormat format :
       {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::rgba8, PixelFormat::bgra8}) {
    const int stride = 4 * image.width + 20;
    const auto pixels = stored_as(image, format, stride);
    const ImageView view{pixels.data(), image.width, image.height, stride, format};
    CHECK(texts_of(reader().read(view)) == texts_of(file));
  }
}

TEST_CASE("a view that cannot be is a usage error, one beyond the limits is too large") {
  const std::vector<std::uint8_t> pixels(300);
  const auto code_of = [&](const ImageView& view, const Reader& by) {
    try {
      by.read(view);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal_error;
  };
  CHECK(code_of({}, reader()) == ErrorCode::usage);
  CHECK(code_of({pixels.data(), 0, 10}, reader()) == ErrorCode::usage);
  CHECK(code_of({pixels.data(), 10, 10, 29}, reader()) == ErrorCode::usage);
  ReaderOptions small = options();
  small.limits.max_pixels = 99;
  CHECK(code_of({pixels.data(), 10, 10}, Reader(small)) == ErrorCode::too_large);
}

TEST_CASE("what cannot be read is a document that says so") {
  const auto missing = reader().read_file("/nowhere/a.png");
  REQUIRE(missing.size() == 1);
  CHECK_FALSE(missing[0].ok());
  CHECK(missing[0].error == ErrorCode::file_not_found);
  CHECK(missing[0].message.find("/nowhere/a.png") != std::string::npos);
  const auto garbage = reader().read_bytes("garbage", 7, "mail.png");
  REQUIRE(garbage.size() == 1);
  CHECK(garbage[0].error == ErrorCode::decode_failed);
  CHECK(garbage[0].message.find("mail.png") != std::string::npos);
  Request passport;
  passport.type = Request::Type::kind;
  passport.kind = "valmere_passport";
  const Image blank{400, 300, 1, std::vector<std::uint8_t>(400 * 300, 200)};
  const Document none = reader().read(view_of(blank), passport);
  CHECK(none.error == ErrorCode::no_document);
  const Document anything = reader().read(view_of(blank));
  CHECK(anything.ok());
  CHECK(anything.lines.empty());
  CHECK(anything.placement->source == Placement::Source::whole);
  CHECK(anything.warnings.size() >= 2);
}

TEST_CASE("what a request needs is checked before anything is read") {
  Request unknown;
  unknown.type = Request::Type::kind;
  unknown.kind = "atlantis_id";
  CHECK_THROWS_AS(reader().prepare(unknown), Error);
  Request field;
  field.type = Request::Type::kind;
  field.kind = "norravia_id";
  field.fields = {"shoe_size"};
  CHECK_THROWS_AS(reader().prepare(field), Error);
  Request line;
  line.type = Request::Type::line;
  line.quad = Quad{};
  CHECK_THROWS_AS(reader().prepare(line), Error);
  ReaderOptions wrong = options();
  wrong.margin = 5;
  CHECK_THROWS_AS(Reader(wrong), Error);
  wrong = options();
  wrong.isa = "abacus";
  CHECK_THROWS_AS(Reader(wrong), Error);
}

TEST_CASE("a zone is read without any template, all text without a kind, and a field by its name") {
  Request zone;
  zone.type = Request::Type::zone;
  const Document passport = reader().read_file(kPassport, zone)[0];
  REQUIRE(passport.zone.has_value());
  CHECK(passport.zone->format == "TD3");
  CHECK(passport.zone->valid);
  Request text;
  text.type = Request::Type::text;
  const Document lines = reader().read_file(kCard, text)[0];
  CHECK(lines.lines.size() > 5);
  REQUIRE(lines.field("birth_date") != nullptr);  // by its caption
  CHECK(lines.field("birth_date")->source == "caption");
  CHECK(lines.field("birth_date")->kind == "date");
  CHECK(std::any_of(lines.lines.begin(), lines.lines.end(),
                    [](const FoundLine& line) { return line.field == "birth_date"; }));
  CHECK(lines.placement->kind.empty());
  Request one;
  one.type = Request::Type::kind;
  one.kind = "norravia_id";
  const Document all = reader().read_file(kCard, one)[0];
  one.fields = {all.fields.front().name};
  const Document document = reader().read_file(kCard, one)[0];
  REQUIRE(document.fields.size() == 1);
  CHECK(document.field(one.fields[0])->text == all.fields.front().text);
  CHECK(document.field("shoe_size") == nullptr);
}

TEST_CASE("kinds and models come from memory as well as from files") {
  const auto bytes_of = [](const std::string& name) {
    std::vector<std::uint8_t> bytes;
    for (const std::byte byte : read_file_bytes(std::string(NIBBLE_SOURCE_DIR) + "/data/" + name))
      bytes.push_back(static_cast<std::uint8_t>(byte));
    return bytes;
  };
  ReaderOptions memory;
  memory.data_folder = "/nowhere";
  memory.model.bytes = bytes_of("models/nibble-int4.safetensors");
  memory.calibration.bytes = bytes_of("models/nibble-int4.calibration.json");
  memory.templates = {
      {{"", bytes_of("templates/norravia_id.json")}, {"", bytes_of("templates/norravia_id.jpg")}}};
  const Reader by_memory(memory);
  const Document document = by_memory.read_file(kCard)[0];
  CHECK(document.placement->kind == "norravia_id");
  Request kind;
  kind.type = Request::Type::kind;
  kind.kind = "norravia_id";
  CHECK(texts_of(document) == texts_of(reader().read_file(kCard, kind)[0]));
}

TEST_CASE("a reader without a model locates and does not read") {
  ReaderOptions bare = options();
  bare.load_model = false;
  const Reader locator(bare);
  Request locate;
  locate.type = Request::Type::kind;
  locate.locate_only = true;
  const Document found = locator.read_file(kCard, locate)[0];
  CHECK(found.placement->kind == "norravia_id");
  CHECK(found.fields.empty());
  CHECK_THROWS_AS(locator.read_file(kCard), Error);
}

TEST_CASE("every stage of a reading is told") {
  std::set<std::string> stages;
  Request request;
  request.observer = [&](const char* stage, double ms) {
    CHECK(ms >= 0);
    stages.insert(stage);
  };
  reader().read_file(kCard, request);
  CHECK(stages == std::set<std::string>{"decode", "template", "rectify", "crop", "normalize",
                                        "network", "text", "rules"});
}

TEST_CASE("crops and the upright document are those that were read") {
  const Image image = load_image(kCard);
  const Document document = reader().read(view_of(image));
  const auto crops = crop_texts(view_of(image), document);
  REQUIRE(crops.size() == document.fields.size());
  CHECK(crops.front().name == document.fields.front().name);
  CHECK(crops.front().normalized.height == 32);
  Request line;
  line.type = Request::Type::line;
  const Picture& crop = crops.front().crop;
  const Document again = reader().read(crop.view(), line);
  CHECK(again.fields.at(0).raw == document.fields.front().raw);
  const Picture page = upright(view_of(image), *document.placement);
  CHECK(page.format == PixelFormat::rgb8);
  CHECK(std::abs(static_cast<double>(page.width) / page.height - 856.0 / 540) < 0.02);
}

}  // namespace nibble
