#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "recognizer/image/picture_stream.h"
#include "tests/fuzz/checks.h"

namespace {

using Pictures = std::vector<std::vector<std::byte>>;

/// The pictures of a stream that comes in pieces, and what is left.
Pictures split(std::span<const std::byte> stream, std::size_t piece) {
  nibble::JpegSplitter splitter;
  Pictures pictures;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    splitter.add(stream.subspan(at, std::min(piece, stream.size() - at)));
    while (auto picture = splitter.next()) pictures.push_back(std::move(*picture));
  }
  pictures.push_back(splitter.rest());
  return pictures;
}

}  // namespace

// A stream has the same pictures however it is cut; each begins as one does, and no byte is in two.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stream = std::as_bytes(std::span(data, size));
  const Pictures whole = split(stream, std::max<std::size_t>(size, 1));
  require(split(stream, 1) == whole);
  require(split(stream, 13) == whole);
  std::size_t sum = 0;
  for (const std::vector<std::byte>& picture : whole) {
    sum += picture.size();
    require(picture.size() < 2 || (picture[0] == std::byte{0xFF} && picture[1] == std::byte{0xD8}));
  }
  require(sum <= size);
  return 0;
}
