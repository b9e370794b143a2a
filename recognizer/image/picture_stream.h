#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recognizer/image/page_source.h"

namespace nibble {

/// Finds where JPEG pictures end that stand one behind the other, as bytes come in.
class JpegSplitter {
 public:
  /// More bytes of the stream.
  void add(std::span<const std::byte> bytes);

  /// The next whole picture; none until more bytes come. What stands between two pictures is left
  /// out. Marker segments are stepped over by their lengths, so that pictures within them (EXIF
  /// thumbnails) end nothing.
  std::optional<std::vector<std::byte>> next();

  /// What is left of a picture that was begun and has no end; empty where there is none.
  std::vector<std::byte> rest();

  /// Bytes held now.
  std::size_t size() const { return bytes_.size(); }

 private:
  bool find_start();
  bool step();

  std::vector<std::byte> bytes_;  ///< from the start of a picture on
  std::size_t at_ = 0;            ///< looked at so far
  bool in_scan_ = false;          ///< between the segments: entropy-coded data
  bool whole_ = false;
};

/// Reads up to so many bytes; none at the end. Throws Error(decode_failed).
using ReadMore = std::function<std::vector<std::byte>(std::size_t most)>;

/// The pictures of a stream, one after the other: JPEG pictures one behind the other, each given as
/// soon as it is there; of another beginning, the pages of the whole as one file. Memory holds one
/// picture. A picture that cannot be decoded is a page with an error, and those behind it still
/// come.
class PictureStream {
 public:
  PictureStream(ReadMore more, std::string name, const DecodeOptions& options);

  /// The next picture, numbered from 1; none behind the last.
  std::optional<SourcePage> next();

 private:
  bool begin();
  std::optional<SourcePage> next_jpeg();

  ReadMore more_;
  std::string name_;
  DecodeOptions options_;
  JpegSplitter splitter_;
  std::optional<PageSource> file_;  ///< where it is no stream of JPEG pictures
  bool begun_ = false;
  bool ended_ = false;
  int number_ = 0;
};

/// Reads standard input as far as it is asked for.
ReadMore standard_input();

/// Reads bytes in memory, which must outlive it.
ReadMore bytes_in_memory(std::span<const std::byte> bytes);

}  // namespace nibble
