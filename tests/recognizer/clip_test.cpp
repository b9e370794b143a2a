#include <string>
#include <vector>

#include "include/nibble/nibble.h"
#include "include/nibble/nibble.hpp"
#include "recognizer/image/image_file.h"
#include "recognizer/image/view.h"
#include "tests/catch.h"

namespace nibble {
namespace {

const std::string kSamples = std::string(NIBBLE_SOURCE_DIR) + "/data/samples/";
const std::string kCard = kSamples + "01_norravia_id/images/TA/TA01_01.jpg";
const std::string kCardAgain = kSamples + "01_norravia_id/images/KS/KS01_01.jpg";
const std::string kPassport = kSamples + "03_valmere_passport/images/TS/TS03_01.jpg";

using Use = ClipFrame::Use;

const Reader& reader() {
  static const Reader shared = [] {
    ReaderOptions options;
    options.data_folder = std::string(NIBBLE_SOURCE_DIR) + "/data";
    return Reader(options);
  }();
  return shared;
}

ClipFrame add(Clip& clip, const std::string& file) {
  const Image image = load_image(file);
  return clip.add(view_of(image), file);
}

std::vector<Use> uses(const Document& document) {
  std::vector<Use> result;
  for (const ClipFrame& frame : document.frames) result.push_back(frame.use);
  return result;
}

}  // namespace

TEST_CASE("a clip of one frame is that picture read") {
  Clip clip = reader().clip();
  CHECK(add(clip, kCard).use == Use::used);
  const Document document = clip.result();
  const Document alone = reader().read_file(kCard).front();
  REQUIRE(document.ok());
  REQUIRE(document.fields.size() == alone.fields.size());
  for (std::size_t i = 0; i < alone.fields.size(); ++i) {
    CHECK(document.fields[i].text == alone.fields[i].text);
    CHECK(document.fields[i].value == alone.fields[i].value);
    CHECK(document.fields[i].confidence == Approx(alone.fields[i].confidence));
    CHECK(document.fields[i].chars.size() == alone.fields[i].chars.size());
    REQUIRE(document.fields[i].said.size() == 1);
  }
  CHECK(document.placement->kind == "norravia_id");
  CHECK(document.path == kCard);
}

TEST_CASE("frames of another document and blank ones are left out and said so") {
  Clip clip = reader().clip();
  add(clip, kPassport);
  add(clip, kCard);
  const Picture blank{640, 480, PixelFormat::grey8, std::vector<std::uint8_t>(640 * 480, 210)};
  CHECK(clip.add(blank.view(), "blank").use == Use::unreadable);
  add(clip, kCardAgain);
  add(clip, kCard);
  const Document document = clip.result();
  REQUIRE(document.ok());
  CHECK(document.placement->kind == "norravia_id");
  CHECK(uses(document) ==
        std::vector<Use>{Use::another_document, Use::used, Use::unreadable, Use::used, Use::used});
  CHECK(document.frames[0].reason.find("valmere_passport") != std::string::npos);
  for (const Field& field : document.fields) CHECK(field.said.size() == 3);
  bool is_said = false;
  for (const std::string& warning : document.warnings)
    is_said = is_said || warning.find("frames left out: ") == 0;
  CHECK(is_said);
}

TEST_CASE("a clip can be asked at any time, and says why there is nothing") {
  Clip clip = reader().clip();
  CHECK_FALSE(clip.result().ok());
  CHECK_FALSE(clip.enough());
  const Picture blank{64, 48, PixelFormat::grey8, std::vector<std::uint8_t>(64 * 48, 210)};
  clip.add(blank.view(), "blank");
  const Document none = clip.result();
  CHECK_FALSE(none.ok());
  CHECK(none.error == ErrorCode::no_document);
  CHECK(none.frames.size() == 1);
  add(clip, kCard);
  CHECK(clip.result().ok());
}

TEST_CASE("frames beyond the most that are used give way to those that tell more") {
  ClipOptions options;
  options.most_used = 2;
  options.keep_picture = true;
  Clip clip = reader().clip({}, options);
  for (int i = 0; i < 3; ++i) add(clip, i == 1 ? kCardAgain : kCard);
  const Document document = clip.result();
  CHECK(document.frames.size() == 3);
  int used = 0;
  for (const Use use : uses(document)) used += use == Use::used ? 1 : 0;
  CHECK(used == 2);
  for (const Field& field : document.fields) CHECK(field.said.size() == 2);
  CHECK(clip.best_picture().width == document.width);
}

TEST_CASE("stopping asks for as many frames as its rule says") {
  ClipOptions options;
  options.stop.cost = 1;
  options.stop.min_frames = 2;
  Clip clip = reader().clip({}, options);
  add(clip, kCard);
  CHECK_FALSE(clip.enough());
  add(clip, kCardAgain);
  CHECK(clip.enough());
  options.stop = {1e-9, 1, 3};
  Clip longer = reader().clip({}, options);
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(longer.enough());
    add(longer, i == 1 ? kCardAgain : kCard);
  }
  CHECK(longer.enough());
}

TEST_CASE("without a template lines are combined") {
  Request request;
  request.type = Request::Type::text;
  Clip clip = reader().clip(request);
  add(clip, kCard);
  add(clip, kCardAgain);
  const Document document = clip.result();
  REQUIRE(document.ok());
  CHECK(document.fields.size() > 3);
  for (const Field& field : document.fields) CHECK_FALSE(field.source.empty());
  CHECK(document.lines.size() > 8);
  std::size_t both = 0;
  for (const FoundLine& line : document.lines) both += line.said.size() == 2 ? 1 : 0;
  CHECK(both > 8);  // the keys of the keyboard in one of them are not in the other
}

TEST_CASE("clips refuse what cannot be meant") {
  ClipOptions options;
  options.stop.cost = 0;
  CHECK_THROWS_AS(reader().clip({}, options), Error);
  options = {};
  options.most_used = 0;
  CHECK_THROWS_AS(reader().clip({}, options), Error);
  Request request;
  request.locate_only = true;
  CHECK_THROWS_AS(reader().clip(request), Error);
}

TEST_CASE("C: a clip's result, its frames and what each says") {
  const std::string data = std::string(NIBBLE_SOURCE_DIR) + "/data";
  nibble_options options;
  REQUIRE(nibble_options_init(&options, sizeof options) == NIBBLE_OK);
  options.data_folder = data.c_str();
  nibble_reader* c_reader = nullptr;
  REQUIRE(nibble_reader_new(&options, &c_reader) == NIBBLE_OK);
  nibble_clip* clip = nullptr;
  REQUIRE(nibble_clip_new(c_reader, nullptr, nullptr, &clip) == NIBBLE_OK);
  nibble_reader_free(c_reader);
  CHECK(nibble_clip_add_file(clip, kCard.c_str(), 0) == NIBBLE_OK);
  CHECK(nibble_clip_add_file(clip, kCardAgain.c_str(), 0) == NIBBLE_OK);
  CHECK(nibble_clip_add_file(clip, "/nowhere.jpg", 0) == NIBBLE_OK);
  int enough = -1;
  CHECK(nibble_clip_enough(clip, &enough) == NIBBLE_OK);
  CHECK((enough == 0 || enough == 1));
  nibble_document* document = nullptr;
  REQUIRE(nibble_clip_result(clip, &document) == NIBBLE_OK);
  nibble_clip_free(clip);
  nibble_frame frame{};
  frame.size = sizeof frame;
  REQUIRE(nibble_document_frame(document, 1, &frame) == NIBBLE_OK);
  CHECK(frame.use == NIBBLE_FRAME_USED);
  CHECK(frame.path == kCardAgain);
  REQUIRE(nibble_document_frame(document, 2, &frame) == NIBBLE_OK);
  CHECK(frame.use == NIBBLE_FRAME_FAILED);
  CHECK(std::string(frame.reason).find("/nowhere.jpg") != std::string::npos);
  CHECK(nibble_document_frame(document, 3, &frame) == NIBBLE_NO_SUCH_ITEM);
  nibble_field field{};
  field.size = sizeof field;
  REQUIRE(nibble_document_field(document, 0, &field) == NIBBLE_OK);
  std::size_t at = 9;
  const char* text = nullptr;
  REQUIRE(nibble_field_said(&field, 1, &at, &text, nullptr) == NIBBLE_OK);
  CHECK(at == 1);
  CHECK(std::string(text).size() > 1);
  CHECK(nibble_field_said(&field, 2, &at, &text, nullptr) == NIBBLE_NO_SUCH_ITEM);
  nibble_document_free(document);
}

}  // namespace nibble
