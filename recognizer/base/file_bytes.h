#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nn/atomic_file.h"

namespace nibble {

/// Longest input file that is taken into memory.
inline constexpr std::size_t kMaxFileBytes = std::size_t{1} << 31U;

/// A file descriptor that closes itself; a negative one is none.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();
  int get() const { return fd_; }

 private:
  int fd_;
};

/// What is left to read of an open file; `name` is printable already. Throws as read_file_bytes
/// does.
std::vector<std::byte> read_all(int fd, const std::string& name);

/// The whole content of a file or pipe. Throws Error(file_not_found) when it is missing or cannot
/// be opened, Error(decode_failed) for a folder, a device or a failing read, Error(too_large)
/// beyond kMaxFileBytes.
std::vector<std::byte> read_file_bytes(const std::string& path);

/// The rest of standard input. Throws as read_file_bytes does.
std::vector<std::byte> read_standard_input();

/// Writes a file that everyone may read (see write_file). Throws Error(write_failed).
inline void write_file_bytes(const std::string& path, std::span<const std::byte> bytes) {
  write_file(path, bytes, FileAccess::everyone);
}

}  // namespace nibble
