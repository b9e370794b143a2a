#include "recognizer/image/picture_stream.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "recognizer/base/text.h"

// Marker codes: ITU-T T.81, table B.1.

namespace nibble {
namespace {

constexpr std::size_t kPiece = 65536;
constexpr std::byte kMark{0xFF};
constexpr std::byte kStart{0xD8};  // SOI
constexpr std::byte kEnd{0xD9};    // EOI
constexpr std::byte kScan{0xDA};   // SOS

/// A marker without a length: a filler, a restart, or one that is stuffed or reserved.
bool stands_alone(std::byte code) {
  const auto value = std::to_integer<unsigned>(code);
  return value <= 0x01 || (value >= 0xD0 && value <= 0xD8);
}

std::vector<std::byte> read_piece(std::size_t most) {
  std::vector<std::byte> bytes(most);
  while (true) {
    const ssize_t n = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      throw Error(ErrorCode::decode_failed,
                  "standard input: cannot be read: " + std::generic_category().message(errno));
    bytes.resize(static_cast<std::size_t>(n));
    return bytes;
  }
}

}  // namespace

void JpegSplitter::add(std::span<const std::byte> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

/// Leaves out what stands before a picture.
bool JpegSplitter::find_start() {
  if (at_ > 0) return true;
  const std::array<std::byte, 2> start = {kMark, kStart};
  const auto found = std::search(bytes_.begin(), bytes_.end(), start.begin(), start.end());
  const bool is_here = found != bytes_.end();
  // Its first byte may be the last one so far.
  const bool may_begin = !is_here && !bytes_.empty() && bytes_.back() == kMark;
  bytes_.erase(bytes_.begin(), may_begin ? bytes_.end() - 1 : found);
  if (is_here) at_ = start.size();
  return is_here;
}

/// Looks at the next marker; false where more bytes are needed.
bool JpegSplitter::step() {
  if (in_scan_ || bytes_.size() <= at_ || bytes_[at_] != kMark) {
    const auto mark =
        std::find(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), bytes_.end(), kMark);
    at_ = static_cast<std::size_t>(mark - bytes_.begin());
  }
  if (bytes_.size() < at_ + 2) return false;
  const std::byte code = bytes_[at_ + 1];
  if (code == kMark) {
    ++at_;
  } else if (code == kEnd) {
    at_ += 2;
    whole_ = true;
  } else if (code == kStart) {  // the one before was cut off
    whole_ = true;
  } else if (stands_alone(code)) {
    at_ += 2;
  } else {
    if (bytes_.size() < at_ + 4) return false;
    const std::size_t length = std::to_integer<std::size_t>(bytes_[at_ + 2]) << 8U |
                               std::to_integer<std::size_t>(bytes_[at_ + 3]);
    if (bytes_.size() < at_ + 2 + length) return false;
    at_ += 2 + length;
    in_scan_ = code == kScan;
  }
  return true;
}

std::optional<std::vector<std::byte>> JpegSplitter::next() {
  while (find_start() && !whole_) {
    if (!step()) return std::nullopt;
  }
  if (!std::exchange(whole_, false)) return std::nullopt;
  const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(std::exchange(at_, 0));
  in_scan_ = false;
  std::vector<std::byte> picture(bytes_.begin(), end);
  bytes_.erase(bytes_.begin(), end);
  return picture;
}

std::vector<std::byte> JpegSplitter::rest() {
  if (!find_start()) bytes_.clear();
  at_ = 0;
  in_scan_ = false;
  return std::exchange(bytes_, {});
}

PictureStream::PictureStream(ReadMore more, std::string name, const DecodeOptions& options)
    : more_(std::move(more)), name_(std::move(name)), options_(options) {}

/// Reads until it is known what the stream is; true for JPEG pictures.
bool PictureStream::begin() {
  std::vector<std::byte> head;
  while (head.size() < 2 && !ended_) {
    const std::vector<std::byte> piece = more_(kPiece);
    ended_ = piece.empty();
    head.insert(head.end(), piece.begin(), piece.end());
  }
  if (head.size() >= 2 && head[0] == kMark && head[1] == kStart) {
    splitter_.add(head);
    return true;
  }
  while (!ended_) {
    const std::vector<std::byte> piece = more_(kPiece);
    ended_ = piece.empty();
    head.insert(head.end(), piece.begin(), piece.end());
    if (head.size() > options_.limits.max_bytes) ended_ = true;  // which the file's pages say
  }
  file_.emplace(std::move(head), name_, options_);
  return false;
}

std::optional<SourcePage> PictureStream::next_jpeg() {
  std::optional<std::vector<std::byte>> picture = splitter_.next();
  while (!picture && !ended_) {
    const std::vector<std::byte> piece = more_(kPiece);
    ended_ = piece.empty();
    splitter_.add(piece);
    picture = splitter_.next();
    // Something that never ends is no picture, and memory is not for it.
    if (!picture && splitter_.size() > options_.limits.max_bytes) ended_ = true;
  }
  if (!picture) {
    std::vector<std::byte> rest = splitter_.rest();
    if (rest.empty()) return std::nullopt;
    picture = std::move(rest);
  }
  PageSource source(std::move(*picture), name_, options_);
  std::optional<SourcePage> page = source.next();
  if (page) page->number = ++number_;
  return page;
}

std::optional<SourcePage> PictureStream::next() {
  if (!std::exchange(begun_, true)) begin();
  return file_ ? file_->next() : next_jpeg();
}

ReadMore standard_input() { return read_piece; }

ReadMore bytes_in_memory(std::span<const std::byte> bytes) {
  const auto left = std::make_shared<std::span<const std::byte>>(bytes);
  return [left](std::size_t most) {
    const std::span<const std::byte> piece = left->first(std::min(most, left->size()));
    *left = left->subspan(piece.size());
    return std::vector<std::byte>(piece.begin(), piece.end());
  };
}

}  // namespace nibble
