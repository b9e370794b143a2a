#include "data/midv2020.h"

#include <filesystem>

#include "nn/error.h"
#include "tests/catch.h"
#include "tests/data/folder.h"

namespace fs = std::filesystem;
using nibble::Dataset;
using nibble::Error;
using nibble::test::Folder;

namespace {

constexpr const char* kDocument =
    R"({"shape_attributes": {"name": "polygon", "all_points_x": [5, 95, 90, 10], "all_points_y": [5, 10, 60, 55]},
                                      "region_attributes": {"field_name": "doc_quad"}})";

std::string field(const std::string& name, const std::string& value, int y) {
  const std::string shape =
      R"({"name": "rect", "x": 10, "width": 40, "height": 12, "y": )" + std::to_string(y) + "}";
  return R"({"shape_attributes": )" + shape + R"(, "region_attributes": {"field_name": ")" + name +
         R"(", "value": ")" + value + R"("}})";
}

std::string entry(const std::string& file, const std::string& regions) {
  return "\"" + file + "123\": {\"filename\": \"" + file + "\", \"size\": 123, \"regions\": [" +
         regions + "], \"file_attributes\": {}}";
}

std::string project(const std::string& entries) {
  return "{\"_via_settings\": {}, \"_via_img_metadata\": {" + entries + "}}";
}

/// Two specimens of a type, in photos, in a scan and in a clip.
void write_dataset(const Folder& folder, const std::string& root = "") {
  folder.write(root + "templates/annotations/alb_id.json",
               project(entry("00.jpg", field("name", "ALMA", 10) + "," + field("face", "", 30)) +
                       "," + entry("01.jpg", field("name", "BESA", 11))));
  folder.write(root + "photo/annotations/alb_id.json",
               project(entry("01.jpg", kDocument) + "," + entry("00.jpg", kDocument)));
  folder.write(root + "scan_upright/annotations/alb_id.json", project(entry("00.jpg", kDocument)));
  folder.write(root + "clips/annotations/alb_id/01.json",
               project(entry("000012.jpg", kDocument) + "," + entry("000002.jpg", kDocument)));
  for (const char* name : {"templates/images/alb_id/00.jpg", "templates/images/alb_id/01.jpg",
                           "photo/images/alb_id/00.jpg", "photo/images/alb_id/01.jpg",
                           "scan_upright/images/alb_id/00.png", "clips/images/alb_id/01/000002.jpg",
                           "clips/images/alb_id/01/000012.jpg"}) {
    folder.write(root + name);
  }
}

std::vector<std::string> frame_ids(const nibble::DocumentType& type) {
  std::vector<std::string> ids;
  for (const auto& frame : type.frames) ids.push_back(frame.id);
  return ids;
}

std::string error_of(const std::string& path) {
  try {
    nibble::read_midv2020(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("MIDV-2020: each specimen has its own template, values and frames") {
  const Folder folder;
  const std::string root = GENERATE("", "midv-2020/");
  write_dataset(folder, root);
  CHECK(nibble::looks_like_midv2020(folder.path()));
  const Dataset dataset = nibble::read_midv2020(folder.path());
  CHECK(dataset.problems.empty());
  REQUIRE(dataset.types.size() == 2);
  const auto& [first, second] = std::tie(dataset.types[0], dataset.types[1]);
  CHECK(first.name == "alb_id");
  CHECK(second.name == "alb_id");
  CHECK(first.template_image == folder.path(root + "templates/images/alb_id/00.jpg"));
  REQUIRE(first.fields.size() == 2);
  CHECK(first.fields[0].spec.name == "name");
  CHECK(first.fields[0].value == "ALMA");
  CHECK(first.fields[0].spec.quad == nibble::Quad{{{10, 10}, {50, 10}, {50, 22}, {10, 22}}});
  CHECK_FALSE(first.fields[1].value);
  CHECK(second.fields[0].value == "BESA");
  CHECK(frame_ids(first) == std::vector<std::string>{"photo/00", "scan_upright/00"});
  CHECK(frame_ids(second) ==
        std::vector<std::string>{"clips/01/000002", "clips/01/000012", "photo/01"});
  CHECK(second.frames[1].condition == "clips");
  CHECK(second.frames[1].clip == "01");
  CHECK(second.frames[1].number == 2);
  CHECK(second.frames[1].quad == nibble::Quad{{{5, 5}, {95, 10}, {90, 60}, {10, 55}}});
  CHECK(first.frames[1].image == folder.path(root + "scan_upright/images/alb_id/00.png"));
}

TEST_CASE("MIDV-2020: one part is read with the templates beside it") {
  const Folder folder;
  write_dataset(folder);
  const Dataset dataset = nibble::read_midv2020(folder.path("photo"));
  REQUIRE(dataset.types.size() == 2);
  CHECK(frame_ids(dataset.types[0]) == std::vector<std::string>{"photo/00"});
  CHECK(dataset.types[0].fields[0].value == "ALMA");
  fs::remove_all(folder.path("templates"));
  CHECK(error_of(folder.path("photo")).find("templates") != std::string::npos);
}

TEST_CASE("MIDV-2020: what is missing is told once for each annotation file") {
  const Folder folder;
  write_dataset(folder);
  fs::remove_all(folder.path("clips/images"));
  folder.write("photo/annotations/alb_id.json",
               project(entry("00.jpg", "") + "," + entry("01.jpg", kDocument) + "," +
                       entry("02.jpg", kDocument)));
  folder.write("photo/images/alb_id/02.jpg");
  folder.write("scan_upright/annotations/alb_id.json", "{");
  const Dataset dataset = nibble::read_midv2020(folder.path());
  std::vector<std::string> messages;
  for (const auto& problem : dataset.problems) messages.push_back(problem.message);
  REQUIRE(messages.size() == 4);
  CHECK(messages[0].find("2 of 2 pictures, e.g. 000002.jpg, are not in") != std::string::npos);
  CHECK(messages[1].find("1 of 3 pictures, e.g. 00.jpg, have no doc_quad") != std::string::npos);
  CHECK(messages[2].find("1 of 3 pictures, e.g. 02.jpg, have no template") != std::string::npos);
  CHECK(messages[3].find("not valid JSON") != std::string::npos);
  CHECK(frame_ids(dataset.types[1]) == std::vector<std::string>{"photo/01"});
}

TEST_CASE("MIDV-2020 and MIDV-500 are told apart") {
  const Folder folder;
  CHECK_FALSE(nibble::looks_like_midv2020(folder.path()));
  folder.write("01_alb_id/images/CA/CA01_01.tif");
  folder.write("01_alb_id/ground_truth/CA/CA01_01.json");
  CHECK_FALSE(nibble::looks_like_midv2020(folder.path()));
  folder.write("annotations/alb_id.json", "{}");
  CHECK(nibble::looks_like_midv2020(folder.path()));
  CHECK(error_of(folder.path("nowhere")).find("no such folder") != std::string::npos);
}

TEST_CASE("a VIA file's bad regions are left out and named") {
  const std::string bad = GENERATE(
      as<std::string>(), R"({"region_attributes": {"field_name": ""}})", R"(7)",
      R"({"shape_attributes": {"name": "circle", "cx": 1}, "region_attributes": {"field_name": "x"}})",
      R"({"shape_attributes": {"name": "rect", "x": 1, "y": "2"}, "region_attributes": {"field_name": "x"}})",
      R"({"shape_attributes": {"name": "rect", "x": 1, "y": 2, "width": 0, "height": 9}, "region_attributes": {"field_name": "x"}})",
      R"({"shape_attributes": {"name": "polygon", "all_points_x": [1, 2, 3], "all_points_y": [1, 2, 3]},
                                       "region_attributes": {"field_name": "doc_quad"}})",
      field("name", "AGAIN", 10));
  CAPTURE(bad);
  std::vector<std::string> problems;
  const auto pictures = nibble::parse_via(
      project(entry("a/b/00.jpg", field("name", "ALMA", 10) + "," + bad)), "via.json", problems);
  REQUIRE(pictures.size() == 1);
  CHECK(pictures[0].name == "00.jpg");
  CHECK(pictures[0].fields.size() == 1);
  CHECK(pictures[0].fields[0].value == "ALMA");
  CHECK_FALSE(pictures[0].document);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("via.json: \"00.jpg\": ") == 0);
}

TEST_CASE("VIA files come wrapped in a project, bare, and with regions by number") {
  const std::string regions = R"({"0": )" + field("name", "ALMA", 10) + "}";
  const std::string bare = R"({"00.jpg9": {"filename": "00.jpg", "regions": )" + regions + "}}";
  const std::string text =
      GENERATE_COPY(as<std::string>(), bare, "{\"_via_img_metadata\": " + bare + "}");
  std::vector<std::string> problems;
  const auto pictures = nibble::parse_via(text, "via.json", problems);
  CHECK(problems.empty());
  REQUIRE(pictures.size() == 1);
  CHECK(pictures[0].fields.at(0).value == "ALMA");
  const char* broken = GENERATE("", "[]", "7", "{\"a\": ", "\"x\"");
  CHECK_THROWS_AS(nibble::parse_via(broken, "via.json", problems), Error);
}
