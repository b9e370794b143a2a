
#include <filesystem>

#include "data/midv.h"
#include "nn/error.h"
#include "tests/catch.h"
#include "tests/data/folder.h"

namespace fs = std::filesystem;
using nibble::Dataset;
using nibble::Error;
using nibble::ErrorCode;

namespace {

constexpr const char* kQuad = R"({"quad": [[10, 20], [200, 20], [200.5, 150], [-10, 150]]})";

/// A folder with a data set.
class Folder : public nibble::test::Folder {
 public:
  /// A frame with its ground truth.
  void write_frame(const std::string& type_folder, const std::string& id,
                   const std::string& extension = ".tif") const {
    write(type_folder + "/images/" + id + extension);
    write(type_folder + "/ground_truth/" + id + ".json", kQuad);
  }
  Dataset read(const std::string& part = "") const { return nibble::read_midv500(path(part)); }
};

std::vector<std::string> frame_ids(const nibble::DocumentType& type) {
  std::vector<std::string> ids;
  for (const auto& frame : type.frames) ids.push_back(frame.id);
  return ids;
}

ErrorCode code_of(const std::string& path) {
  try {
    nibble::read_midv500(path);
  } catch (const Error& error) {
    return error.code();
  }
  throw std::runtime_error("no error");
}

}  // namespace

TEST_CASE("a type has its template, fields and frames in order") {
  const Folder folder;
  folder.write("43_tur_id/images/43_tur_id.PNG");
  folder.write(
      "43_tur_id/ground_truth/43_tur_id.json",
      R"({"photo": {"quad": [[1,1],[9,1],[9,9],[1,9]]}, "field01": {"extra": 1, "quad": [[0,0],[9,0],[9,5],[0,5]], "value": "Ç1"}})");
  folder.write_frame("43_tur_id", "TS/TS43_02", ".JPG");
  folder.write_frame("43_tur_id", "CA/CA43_10", ".tif");
  folder.write_frame("43_tur_id", "CA/CA43_02", ".jpeg");
  const Dataset dataset = folder.read();
  REQUIRE(dataset.types.size() == 1);
  CHECK(dataset.problems.empty());
  const auto& type = dataset.types[0];
  CHECK(type.name == "43_tur_id");
  CHECK(fs::path(type.template_image).filename() == "43_tur_id.PNG");
  CHECK(frame_ids(type) == std::vector<std::string>{"CA/CA43_02", "CA/CA43_10", "TS/TS43_02"});
  CHECK(type.frames[1].number == 10);
  CHECK(type.frames[1].condition == "CA");
  CHECK(type.frames[0].quad[3] == nibble::Point{-10, 150});
  REQUIRE(type.fields.size() == 2);
  CHECK(type.fields[0].spec.name == "field01");
  CHECK(type.fields[0].value == "Ç1");
  CHECK(type.fields[0].spec.quad[2] == nibble::Point{9, 5});
  CHECK_FALSE(type.fields[1].value.has_value());
}

TEST_CASE("types are found at every depth and by themselves") {
  const Folder folder;
  folder.write_frame("02_aut", "XX/XX02_01");
  folder.write_frame("01_alb/01_alb", "CA/CA01_01");
  folder.write("01_alb/videos/CA/CA01.mp4");
  folder.write_frame("00_zip/03_bra/03_bra", "DG/DG03_01");
  folder.write_frame("videos/04_no", "CA/CA04_01");
  const Dataset dataset = folder.read();
  REQUIRE(dataset.types.size() == 3);
  CHECK(dataset.types[0].name == "01_alb");
  CHECK(dataset.types[1].name == "02_aut");
  CHECK(dataset.types[2].name == "03_bra");
  CHECK(dataset.types[2].frames.at(0).condition == "DG");
  CHECK(folder.read("02_aut/").types.at(0).name == "02_aut");
  CHECK(folder.read("01_alb").types.at(0).frames.size() == 1);
}

TEST_CASE("stray files are no frames") {
  const Folder folder;
  folder.write_frame("43_tur_id", "CA/CA43_01");
  folder.write("43_tur_id/images/CA/._CA43_02.tif");
  folder.write("43_tur_id/images/CA/notes.txt");
  folder.write("43_tur_id/images/CA/thumbnail.png");
  folder.write("43_tur_id/images/CA/CA43_1a.png");
  folder.write("43_tur_id/images/old/CA43_03.png");
  folder.write("43_tur_id/readme.txt");
  const Dataset dataset = folder.read();
  CHECK(frame_ids(dataset.types.at(0)) == std::vector<std::string>{"CA/CA43_01"});
  CHECK(dataset.problems.empty());
  CHECK(dataset.types[0].template_image.empty());
}

TEST_CASE("a frame in several formats is one frame, as published") {
  const Folder folder;
  folder.write_frame("43_tur_id", "CA/CA43_01", ".jpg");
  folder.write_frame("43_tur_id", "CA/CA43_01", ".tif");
  const Dataset dataset = folder.read();
  REQUIRE(dataset.types.at(0).frames.size() == 1);
  CHECK(fs::path(dataset.types[0].frames[0].image).extension() == ".tif");
}

TEST_CASE("damage is a problem of its frame and no more") {
  const Folder folder;
  folder.write_frame("43_tur_id", "CA/CA43_01");
  folder.write("43_tur_id/images/CA/CA43_02.tif");
  folder.write("43_tur_id/images/CA/CA43_03.tif");
  folder.write("43_tur_id/ground_truth/CA/CA43_03.json", "{\"quad\": [[1, 2]");
  folder.write("43_tur_id/ground_truth/CA/CA43_04.json", kQuad);
  folder.write(
      "43_tur_id/ground_truth/43_tur_id.json",
      R"({"field01": {"value": "A"}, "field02": {"value": "B", "quad": [[0,0],[9,0],[9,5],[0,5]]}})");
  const Dataset dataset = folder.read();
  CHECK(frame_ids(dataset.types.at(0)) == std::vector<std::string>{"CA/CA43_01"});
  REQUIRE(dataset.types[0].fields.size() == 1);
  CHECK(dataset.types[0].fields[0].value == "B");
  REQUIRE(dataset.problems.size() == 4);
  for (const auto& problem : dataset.problems)
    CHECK(problem.message.find(problem.path) != std::string::npos);
  CHECK(dataset.problems[0].message.find("field01") != std::string::npos);
}

TEST_CASE("a folder that is no data set is refused") {
  const Folder folder;
  folder.write("holiday/beach.jpg");
  CHECK(code_of(folder.path()) == ErrorCode::decode_failed);
  CHECK(code_of(folder.path("nowhere")) == ErrorCode::file_not_found);
  CHECK(code_of(folder.path("holiday/beach.jpg")) == ErrorCode::file_not_found);
}

TEST_CASE("a frame's ground truth must be four points with area") {
  CHECK_NOTHROW(nibble::parse_frame_quad(kQuad, "x"));
  const char* text = GENERATE(
      "", "[]", "{}", R"({"quad": null})", R"({"quad": [[1,2],[3,4],[5,6]]})",
      R"({"quad": [[0,0],[9,0],[9,9],[0,9],[0,5]]})", R"({"quad": [[0,0],[9,0],[9,9],[0,"9"]]})",
      R"({"quad": [[0,0],[9,0],[9,9],[0,9,1]]})", R"({"quad": [[0,0],[9,0],[9,9],[0,1e300]]})",
      R"({"quad": [[0,0],[0,0],[0,0],[0,0]]})", R"({"quad": [[0,0],[9,9],[9,0],[0,9]]})",
      "{\"a\": \"\xff\"}");
  CAPTURE(text);
  CHECK_THROWS_AS(nibble::parse_frame_quad(text, "x"), Error);
}

TEST_CASE("a type's ground truth keeps what can be used") {
  std::vector<std::string> problems;
  const auto fields = nibble::parse_template_fields(
      R"({"b": {"quad": [[0,0],[9,0],[9,5],[0,5]], "value": ""}, "a": {"quad": [[0,0],[9,0],[9,5],[0,5]], "value": "x"},
          "comment": "hand made", "c": {"quad": [[0,0],[9,0],[9,5],[0,5]], "value": 7}, "d": {"quad": [[0,0]]}})",
      "types.json", problems);
  REQUIRE(fields.size() == 2);
  CHECK(fields[0].spec.name == "a");
  CHECK_FALSE(fields[1].value.has_value());
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].find("types.json: \"c\"") == 0);
  CHECK_THROWS_AS(nibble::parse_template_fields("[]", "types.json", problems), Error);
  CHECK_THROWS_AS(nibble::parse_template_fields("{", "types.json", problems), Error);
  CHECK_THROWS_WITH(nibble::parse_template_fields(R"({"a": 1, "a": 2})", "types.json", problems),
                    "types.json has the name \"a\" twice");
}
