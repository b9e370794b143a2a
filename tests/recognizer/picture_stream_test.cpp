#include "recognizer/image/picture_stream.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "recognizer/image/codecs.h"
#include "tests/catch.h"

namespace nibble {
namespace {

using Bytes = std::vector<std::byte>;

/// A JPEG picture of this size, most of whose bytes are its pixels.
Bytes jpeg(int side, unsigned seed) {
  Image image{side, side, 1, {}};
  for (int i = 0; i < side * side; ++i) {
    seed = seed * 1664525U + 1013904223U;
    image.pixels.push_back(static_cast<std::uint8_t>(seed >> 24U));
  }
  return encode_jpeg(image, 90, "test");
}

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// A picture with another one as a thumbnail in an APP1 segment.
Bytes with_thumbnail(const Bytes& picture, const Bytes& thumbnail) {
  Bytes result(picture.begin(), picture.begin() + 2);
  const std::size_t length = thumbnail.size() + 2;
  for (const std::size_t value :
       {std::size_t{0xFF}, std::size_t{0xE1}, length >> 8U, length & 255U})
    result.push_back(static_cast<std::byte>(value));
  result.insert(result.end(), thumbnail.begin(), thumbnail.end());
  result.insert(result.end(), picture.begin() + 2, picture.end());
  return result;
}

/// Sides of the pictures that come, 0 for one that cannot be decoded; `piece` bytes at a time.
std::vector<int> sides(const Bytes& stream, std::size_t piece) {
  const ReadMore all = bytes_in_memory(stream);
  PictureStream pictures([&](std::size_t most) { return all(std::min(most, piece)); }, "stream",
                         {});
  std::vector<int> result;
  while (const auto page = pictures.next()) {
    CHECK(page->number == static_cast<int>(result.size()) + 1);
    result.push_back(page->error ? 0 : page->image.width);
  }
  return result;
}

}  // namespace

TEST_CASE("pictures one behind the other come one by one, however the stream is cut") {
  const Bytes stream = joined({jpeg(16, 20), jpeg(24, 200), jpeg(32, 90)});
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1000}, stream.size()})
    CHECK(sides(stream, piece) == std::vector<int>{16, 24, 32});
}

TEST_CASE("no more of a stream is read than its next picture takes") {
  const Bytes first = jpeg(16, 20);
  const Bytes stream = joined({first, jpeg(24, 200)});
  std::size_t given = 0;
  PictureStream pictures(
      [&](std::size_t) {
        const std::size_t end = std::min(given + 64, stream.size());
        Bytes piece(stream.begin() + static_cast<std::ptrdiff_t>(given),
                    stream.begin() + static_cast<std::ptrdiff_t>(end));
        given = end;
        return piece;
      },
      "stream", {});
  REQUIRE(pictures.next());
  CHECK(given < first.size() + 64);
}

TEST_CASE("a thumbnail within a picture ends nothing") {
  const Bytes stream = joined({with_thumbnail(jpeg(32, 90), jpeg(8, 30)), jpeg(16, 20)});
  CHECK(sides(stream, 100) == std::vector<int>{32, 16});
}

TEST_CASE("a picture that is cut off is one, and those behind it come") {
  Bytes cut = jpeg(64, 20);
  cut.resize(cut.size() / 2);
  CHECK(sides(joined({cut, jpeg(24, 90)}), 64) == std::vector<int>{0, 24});
  CHECK(sides(joined({jpeg(24, 90), cut}), 64) == std::vector<int>{24, 0});
}

TEST_CASE("what stands between two pictures is left out") {
  const Bytes rubbish(50, std::byte{0x0A});
  CHECK(sides(joined({jpeg(16, 20), rubbish, jpeg(24, 90), rubbish}), 33) ==
        std::vector<int>{16, 24});
}

TEST_CASE("a stream that is no JPEG picture is one file") {
  const Image image{20, 10, 1, std::vector<std::uint8_t>(200, 77)};
  CHECK(sides(encode_png(image, "test"), 16) == std::vector<int>{20});
  CHECK(sides({}, 16) == std::vector<int>{0});
  CHECK(sides(Bytes(100, std::byte{'x'}), 16) == std::vector<int>{0});
}

}  // namespace nibble
