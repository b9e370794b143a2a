#include "app/support/read_inputs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/catch.h"

using namespace nibble;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "nibble_test_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string write(const std::string& name, const std::string& content = "x") const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    return (path_ / name).string();
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::vector<std::string> stems_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> stems;
  std::vector<std::string> ignored;
  for (const ReadInput& input : expand_inputs(arguments, ignored)) stems.push_back(input.stem);
  return stems;
}

using Stems = std::vector<std::string>;

}  // namespace

TEST_CASE("a folder says once what it leaves out, by kind", "[inputs]") {
  const Folder folder;
  for (const char* name : {"a.jpg", "b.WEBP", "c.bmp", "deep/d.png", ".hidden.heic", "e.HEIC",
                           "deep/f.heic", "g.gif", "labels.tsv", "README"})
    folder.write(name);
  fs::create_symlink("nowhere.jpg", folder.path() / "z.jpg");
  fs::create_directory_symlink("deep", folder.path() / "linked");
  fs::create_symlink("a.jpg", folder.path() / "y.jpg");
  std::vector<std::string> warnings;
  const auto inputs = expand_inputs({folder.path().string()}, warnings);
  CHECK(inputs.size() == 5);
  REQUIRE(warnings.size() == 1);
  CHECK(
      warnings[0] ==
      folder.path().string() +
          ": left out: 2 HEIC, 1 GIF, 1 TSV, 1 link to a folder, 1 link to nothing and 1 other file; what is read: .jpg, .jpeg, .png, .tif, .tiff, .webp, .bmp, .pdf");
  warnings.clear();
  CHECK(expand_inputs({(folder.path() / "a.jpg").string()}, warnings).size() == 1);
  CHECK(warnings.empty());
}

TEST_CASE("a folder of nothing that is read says what it has", "[inputs]") {
  const Folder folder;
  folder.write("a.heic");
  std::vector<std::string> warnings;
  const auto inputs = expand_inputs({folder.path().string()}, warnings);
  CHECK(warnings.empty());
  REQUIRE(inputs.size() == 1);
  REQUIRE(inputs[0].failure);
  CHECK(inputs[0].failure->message.ends_with("; left out: 1 HEIC"));
}

TEST_CASE("folders that cannot be opened are told", "[inputs]") {
  if (::geteuid() == 0) {
    WARN("root may open any folder; this is tested as another user");
    return;
  }
  const Folder folder;
  folder.write("a.jpg");
  folder.write("locked/b.jpg");
  ::chmod((folder.path() / "locked").c_str(), 0);
  std::vector<std::string> warnings;
  CHECK(expand_inputs({folder.path().string()}, warnings).size() == 1);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("1 folder that cannot be opened") != std::string::npos);
  ::chmod((folder.path() / "locked").c_str(), 0700);
}

TEST_CASE("no picture about one input takes the name of another's page", "[inputs]") {
  CHECK(stems_of({"scan.tif", "scan_p2.tif"}) == Stems{"scan", "scan_p2_2"});
  CHECK(stems_of({"scan_p2.tif", "scan.tif"}) == Stems{"scan_p2", "scan_2"});
  CHECK(stems_of({"a/scan.tif", "b/scan.tif", "scan_2.tif", "scan_2_p3.tif"}) ==
        Stems{"scan", "scan_2", "scan_2_2", "scan_2_p3_2"});
  CHECK(stems_of({"scan_p2.tif", "scan_p3.tif", "scan_p02.tif", "scan_p.tif", "_p2.tif"}) ==
        Stems{"scan_p2", "scan_p3", "scan_p02", "scan_p", "_p2"});
  CHECK(stems_of({"x.png", "x_p2_2.png", "x_p2.png"}) == Stems{"x", "x_p2_2", "x_p2_3"});
}

TEST_CASE("a list may begin with the mark of UTF-8", "[inputs]") {
  const Folder folder;
  const std::string list = folder.write("list.txt", "\xEF\xBB\xBFone.png\r\ntwo.png\n");
  std::vector<std::string> warnings;
  const auto inputs = expand_inputs({"@" + list}, warnings);
  REQUIRE(inputs.size() == 2);
  CHECK(inputs[0].path == "one.png");
  CHECK(inputs[1].path == "two.png");
}
