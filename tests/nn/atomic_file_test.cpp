#include "nn/atomic_file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "nn/error.h"
#include "tests/catch.h"

namespace {

namespace fs = std::filesystem;
using nibble::AtomicFile;
using nibble::FileAccess;

/// A new folder that goes with its test; the mask is 022 meanwhile.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "nibble-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  std::string file(const std::string& name) const { return (path / name).string(); }
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(path))
      found.insert(entry.path().filename().string());
    return found;
  }
  fs::path path;
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void put(const std::string& path, const std::string& text, mode_t mode) {
  std::ofstream(path) << text;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

mode_t mode_of(const std::string& path) {
  struct stat info = {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

mode_t mask() {
  const mode_t found = ::umask(022);
  ::umask(found);
  return found;
}

void write(const std::string& path, const std::string& text, FileAccess access) {
  nibble::write_file(path, std::as_bytes(std::span(text)), access);
}

std::string message_of(const std::string& path, const std::string& text) {
  try {
    write(path, text, FileAccess::owner);
  } catch (const nibble::Error& error) {
    CHECK(error.code() == nibble::ErrorCode::write_failed);
    return error.what();
  }
  return {};
}

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("A file appears when it is complete, and leaves nothing when it is not") {
  const Folder folder;
  const std::string path = folder.file("out");
  {
    AtomicFile file(path, FileAccess::owner);
    file.write("half");
    // No name, or one that cannot be guessed.
    for (const std::string& name : folder.names()) CHECK(name.starts_with(".nibble-"));
    CHECK(!fs::exists(path));
  }
  CHECK(folder.names().empty());
  put(path, "old", 0644);
  {
    AtomicFile file(path, FileAccess::owner);
    file.write("new");
    CHECK(content(path) == "old");
  }
  CHECK(content(path) == "old");
  write(path, "new", FileAccess::owner);
  CHECK(content(path) == "new");
  CHECK(folder.names() == Names{"out"});
}

TEST_CASE("What is written can be read by its owner alone until it is complete") {
  const Folder folder;
  AtomicFile file(folder.file("out"), FileAccess::everyone);
  for (const std::string& name : folder.names()) CHECK(mode_of(folder.file(name)) == 0600);
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::string opened = fs::read_symlink(entry.path(), error).string();
    if (!opened.starts_with(folder.path.string())) continue;
    struct stat info = {};
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0600);
  }
}

TEST_CASE("A new file has the rights of its kind, an old one keeps its own") {
  const Folder folder;
  write(folder.file("person"), "a", FileAccess::owner);
  write(folder.file("model"), "b", FileAccess::everyone);
  CHECK(mode_of(folder.file("person")) == (0600 & ~mask()));
  CHECK(mode_of(folder.file("model")) == (0666 & ~mask()));
  for (const mode_t mode : {0600, 0640, 0644, 0660}) {
    for (const FileAccess access : {FileAccess::owner, FileAccess::everyone}) {
      put(folder.file("old"), "old", mode);
      write(folder.file("old"), "new", access);
      CHECK(mode_of(folder.file("old")) == mode);
      CHECK(content(folder.file("old")) == "new");
    }
  }
}

TEST_CASE("Other names of the old file keep the old content") {
  const Folder folder;
  put(folder.file("old"), "old", 0600);
  fs::create_hard_link(folder.file("old"), folder.file("other"));
  write(folder.file("old"), "new", FileAccess::owner);
  CHECK(content(folder.file("other")) == "old");
  CHECK(content(folder.file("old")) == "new");
}

TEST_CASE("A symbolic link at the name itself is written through") {
  const Folder folder;
  put(folder.file("old"), "old", 0640);
  fs::create_symlink("old", folder.file("link"));
  fs::create_symlink("link", folder.file("chain"));
  fs::create_symlink("later", folder.file("dangling"));
  fs::create_symlink("loop", folder.file("loop"));
  write(folder.file("chain"), "new", FileAccess::owner);
  write(folder.file("dangling"), "made", FileAccess::owner);
  CHECK(content(folder.file("old")) == "new");
  CHECK(mode_of(folder.file("old")) == 0640);
  CHECK(content(folder.file("later")) == "made");
  CHECK(fs::is_symlink(folder.file("chain")));
  CHECK(fs::is_symlink(folder.file("dangling")));
  CHECK(!message_of(folder.file("loop"), "x").empty());
}

TEST_CASE("What cannot be written is said, with the file's name and why") {
  const Folder folder;
  CHECK(message_of("/dev/full", "x") == "/dev/full: cannot be written: the disk is full");
  CHECK(message_of(folder.path.string(), "x") ==
        folder.path.string() + ": cannot be written: Is a directory");
  CHECK(message_of(folder.file("no/out"), "x") ==
        folder.file("no/out") + ": cannot be written: No such file or directory");
  CHECK(!message_of(folder.file(std::string("nul\0byte", 8)), "x").empty());
  CHECK(!message_of("", "x").empty());
  CHECK(folder.names().empty());
}

TEST_CASE("A file that grows too large is said when it happens, and goes") {
  const Folder folder;
  rlimit old{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, old.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::string message;
  {
    AtomicFile file(folder.file("out"), FileAccess::owner);
    file.write(std::string(1000, 'a'));
    try {
      file.write("b");
    } catch (const nibble::Error& error) {
      message = error.what();
    }
  }
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &old) == 0);
  std::signal(SIGXFSZ, handler);
  CHECK(message ==
        folder.file("out") + ": cannot be written: larger than files may be here (ulimit -f)");
  CHECK(folder.names().empty());
}

TEST_CASE("Pipes and devices are written in place") {
  CHECK(message_of("/dev/null", "x").empty());
  CHECK(fs::is_character_file("/dev/null"));
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  write("/dev/fd/" + std::to_string(ends[1]), "through", FileAccess::owner);
  std::array<char, 16> got{};
  CHECK(::read(ends[0], got.data(), got.size()) == 7);
  CHECK(std::string(got.data()) == "through");
  ::close(ends[0]);
  ::close(ends[1]);
}
