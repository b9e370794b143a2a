#include "recognizer/image/image_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "recognizer/base/text.h"
#include "tests/catch.h"
#include "tests/recognizer/image_samples.h"

using namespace nibble;
using namespace nibble::samples;

namespace {

Bytes text_bytes(const std::string& text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

}  // namespace

TEST_CASE("a picture's format is told by its content, whatever the name", "[image]") {
  const TemporaryFolder folder;
  const Image image = grey_blocks();
  CHECK(largest_difference(load_image(folder.write("a.tif", make_png(image))), image) == 0);
  CHECK(largest_difference(load_image(folder.write("b.jpg", make_tiff(image))), image) == 0);
  CHECK(largest_difference(load_image(folder.write("c", make_jpeg(image))), image) <= 2);
}

TEST_CASE("files that are no pictures are told so by name", "[image]") {
  const TemporaryFolder folder;
  const std::string text = folder.write("notes.png", text_bytes("these are notes\n"));
  CHECK(error_of([&] { load_image(text); }) == "decode_failed");
  CHECK(message_of([&] { load_image(text); }) ==
        text + ": not a JPEG, PNG, TIFF, WebP or BMP picture, nor a PDF");
  CHECK(message_of([&] { probe_image(text); }) ==
        text + ": not a JPEG, PNG, TIFF, WebP or BMP picture, nor a PDF");
  CHECK(error_of([&] { count_pages(text); }) == "decode_failed");

  const std::string empty = folder.write("empty.jpg", {});
  CHECK(message_of([&] { load_image(empty); }) == empty + ": an empty file");
  CHECK(error_of([&] { load_image(empty); }) == "decode_failed");
  for (const char* magic : {"\xFF\xD8", "\x89PNG", "II", "MM", "II*", "BM", "GIF89a"})
    CHECK(decode_error(text_bytes(magic)) == "decode_failed");
}

TEST_CASE("missing files and folders are errors", "[image]") {
  const TemporaryFolder folder;
  const std::string missing = folder.file("missing.png");
  CHECK(error_of([&] { load_image(missing); }) == "file_not_found");
  CHECK(message_of([&] { load_image(missing); }) == missing + ": no such file");
  CHECK(error_of([&] { probe_image(missing); }) == "file_not_found");
  CHECK(error_of([&] { count_pages(missing); }) == "file_not_found");
  CHECK(error_of([&] { load_image(""); }) == "file_not_found");
  CHECK(error_of([&] {
          load_image(folder.write("a.png", make_png(grey_blocks())) + std::string("\0.png", 5));
        }) == "file_not_found");
  const std::string itself = folder.file(".");
  CHECK(error_of([&] { load_image(itself); }) == "decode_failed");
  CHECK(message_of([&] { load_image(itself); }) == itself + ": a folder, not a file");
  CHECK(error_of([&] { load_image("/dev/zero"); }) == "decode_failed");
}

TEST_CASE("pictures that cannot be opened are errors", "[image]") {
  if (::geteuid() == 0) {
    WARN("root may open any file; the permission is not tested");
    return;
  }
  const TemporaryFolder folder;
  const std::string locked = folder.write("locked.png", make_png(grey_blocks()));
  ::chmod(locked.c_str(), 0);
  CHECK(error_of([&] { load_image(locked); }) == "file_not_found");
}

TEST_CASE("file names of any bytes work and are printed safely", "[image]") {
  const TemporaryFolder folder;
  const Image image = grey_blocks();
  for (const char* name : {"Ausweis Muller.png", "K\xC3\xBC\xC3\xA7\xC3\xBCk.png", "latin\xFC.png",
                           "line\nbreak\x1B[2J.png"}) {
    const std::string path = folder.write(name, make_png(image));
    CHECK(largest_difference(load_image(path), image) == 0);
    const std::string saved = folder.file(std::string("saved ") + name);
    save_image(image, saved);
    CHECK(largest_difference(load_image(saved), image) == 0);
  }
  const std::string odd = folder.write("odd\xFC\n.png", text_bytes("text"));
  CHECK(message_of([&] { load_image(odd); }) ==
        folder.file("odd\\xFC\\x0A.png: not a JPEG, PNG, TIFF, WebP or BMP picture, nor a PDF"));
  CHECK(message_of([&] { load_image(folder.file("gone\r.png")); }) ==
        folder.file("gone\\x0D.png: no such file"));
}

TEST_CASE("printable_path keeps text and escapes the rest", "[image]") {
  CHECK(printable_path("a b/\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80") ==
        "a b/\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80");
  CHECK(printable_path("\x1B\t\x7F") == "\\x1B\\x09\\x7F");
  CHECK(printable_path(std::string("a\0b", 3)) ==
        "a\\x00"
        "b");
  CHECK(printable_path("\xC2\x85") == "\\xC2\\x85");           // a control character of two bytes
  CHECK(printable_path("\xE2\x80\xAE") == "\\xE2\\x80\\xAE");  // turns the text round
  CHECK(printable_path("\u061C\u2067") == "\\xD8\\x9C\\xE2\\x81\\xA7");
  CHECK(printable_path("\u2028\uFEFF") == "\\xE2\\x80\\xA8\\xEF\\xBB\\xBF");
  CHECK(printable_path("\xC0\xAF") == "\\xC0\\xAF");                    // overlong
  CHECK(printable_path("\xE0\x80\xAF") == "\\xE0\\x80\\xAF");           // overlong
  CHECK(printable_path("\xED\xA0\x80") == "\\xED\\xA0\\x80");           // a surrogate
  CHECK(printable_path("\xF5\x80\x80\x80") == "\\xF5\\x80\\x80\\x80");  // beyond Unicode
  CHECK(printable_path("\xE2\x82") == "\\xE2\\x82");                    // cut off
  CHECK(printable_path("\xE2\x82z") == "\\xE2\\x82z");
}

TEST_CASE("pictures of one pixel are decoded", "[image]") {
  const Image dot{1, 1, 3, {10, 200, 90}};
  CHECK(largest_difference(decode(make_png(dot)), dot) == 0);
  CHECK(largest_difference(decode(make_tiff(dot)), dot) == 0);
  CHECK(largest_difference(decode(make_jpeg(dot)), dot) <= 3);
}

TEST_CASE("only a TIFF has more than one page", "[image]") {
  const TemporaryFolder folder;
  const std::string png = folder.write("a.png", make_png(grey_blocks()));
  CHECK(count_pages(png) == 1);
  CHECK(count_pages(folder.write("a.jpg", make_jpeg(grey_blocks()))) == 1);
  CHECK(error_of([&] { load_image(png, 2); }) == "usage");
  CHECK(message_of([&] { load_image(png, 2); }) ==
        png + ": there is no page 2; the picture has 1 page");
  CHECK(error_of([&] { load_image(png, 0); }) == "usage");
}

TEST_CASE("saved pictures come back", "[image]") {
  const TemporaryFolder folder;
  for (const Image& image : {grey_blocks(), colour_blocks(), Image{1, 1, 1, {7}}}) {
    for (const char* name : {"a.png", "a.PNG"}) {
      save_image(image, folder.file(name));
      CHECK(largest_difference(load_image(folder.file(name)), image) == 0);
    }
  }
  save_image(grey_blocks(), folder.file("a.jpg"));
  CHECK(largest_difference(load_image(folder.file("a.jpg")), grey_blocks()) <= 4);
  Image flat{32, 32, 3, {}};
  for (int i = 0; i < 32 * 32; ++i) flat.pixels.insert(flat.pixels.end(), {200, 40, 90});
  save_image(flat, folder.file("b.JPEG"));
  CHECK(largest_difference(load_image(folder.file("b.JPEG")), flat) <= 4);
  CHECK(folder.names() == std::vector<std::string>{"a.PNG", "a.jpg", "a.png", "b.JPEG"});
}

TEST_CASE("a saved picture has the usual permissions and replaces the old one", "[image]") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.png", text_bytes("old"));
  const mode_t mask = ::umask(022);
  save_image(grey_blocks(), path);
  ::umask(mask);
  struct stat info = {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0644);
  CHECK(largest_difference(load_image(path), grey_blocks()) == 0);
}

TEST_CASE("what cannot be saved is an error and leaves nothing behind", "[image]") {
  const TemporaryFolder folder;
  const Image image = grey_blocks();
  CHECK(error_of([&] { save_image(image, folder.file("no/such/folder.png")); }) == "write_failed");
  CHECK(error_of([&] { save_image(image, "/proc/nibble.png"); }) ==
        "write_failed");  // refused to root too
  std::filesystem::create_directory(folder.file("taken.png"));
  CHECK(error_of([&] { save_image(image, folder.file("taken.png")); }) == "write_failed");
  for (const char* name : {"a.gif", "a", "png", "a.png/b", ""})
    CHECK(error_of([&] { save_image(image, folder.file(name)); }) == "usage");
  CHECK(error_of([&] { save_image(Image{}, folder.file("a.png")); }) == "usage");
  CHECK(error_of([&] { save_image(Image{2, 2, 1, {1, 2, 3}}, folder.file("a.png")); }) == "usage");
  CHECK(error_of([&] {
          save_image(Image{1, 1, 4, {1, 2, 3, 4}}, folder.file("a.png"));
        }) == "usage");
  CHECK(error_of([&] {
          save_image(Image{70000, 1, 1, std::vector<std::uint8_t>(70000)}, folder.file("a.jpg"));
        }) == "write_failed");
  CHECK(folder.names() == std::vector<std::string>{"taken.png"});
}

TEST_CASE("the extensions of pictures are lower case with a dot", "[image]") {
  for (const char* wanted : {".jpg", ".jpeg", ".png", ".tif", ".tiff"}) {
    const auto& all = image_extensions();
    CHECK(std::find(all.begin(), all.end(), wanted) != all.end());
  }
}
