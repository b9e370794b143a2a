#include "recognizer/base/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "nn/error.h"
#include "recognizer/base/text.h"

namespace nibble {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

/// Names with a NUL byte would open another file than the one named.
bool has_nul(const std::string& path) { return path.find('\0') != std::string::npos; }

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

std::vector<std::byte> read_all(int fd, const std::string& name) {
  struct stat info = {};
  if (::fstat(fd, &info) != 0)
    throw Error(ErrorCode::decode_failed, name + ": cannot be read: " + reason(errno));
  if (S_ISDIR(info.st_mode)) throw Error(ErrorCode::decode_failed, name + ": a folder, not a file");
  if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode) && !S_ISSOCK(info.st_mode)) {
    throw Error(ErrorCode::decode_failed, name + ": neither a file nor a pipe");
  }
  const auto too_large = [&] { return Error(ErrorCode::too_large, name + ": larger than 2 GiB"); };
  const auto expected = static_cast<std::size_t>(std::max<off_t>(info.st_size, 0));
  if (expected > kMaxFileBytes) throw too_large();

  std::vector<std::byte> bytes(
      expected + 1);  // one more than expected, so that the end is seen without growing
  std::size_t filled = 0;
  while (true) {
    const ssize_t n = ::read(fd, bytes.data() + filled, bytes.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(ErrorCode::decode_failed, name + ": cannot be read: " + reason(errno));
    if (n == 0) break;
    filled += static_cast<std::size_t>(n);
    if (filled > kMaxFileBytes) throw too_large();
    if (filled == bytes.size()) bytes.resize(bytes.size() * 2 + 65536);
  }
  bytes.resize(filled);
  return bytes;
}

std::vector<std::byte> read_file_bytes(const std::string& path) {
  const Descriptor file(has_nul(path) ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    const int error = has_nul(path) ? ENOENT : errno;
    throw Error(ErrorCode::file_not_found,
                printable_path(path) +
                    (error == ENOENT ? ": no such file" : ": cannot be opened: " + reason(error)));
  }
  return read_all(file.get(), printable_path(path));
}

std::vector<std::byte> read_standard_input() { return read_all(STDIN_FILENO, "standard input"); }

}  // namespace nibble
