#include "nn/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

#include "nn/error.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxLinks = 40;  // as the kernel's
constexpr mode_t kRights = 0777;

/// Asked once: the mask can be read only by setting it, and two threads that do so could leave
/// none.
mode_t creation_mask() {
  static const mode_t mask = [] {
    const mode_t found = ::umask(0);
    ::umask(found);
    return found;
  }();
  return mask;
}

/// The file that a chain of symbolic links ends at, whether it exists or not.
std::string resolve_links(const std::string& path) {
  fs::path target = path;
  std::error_code error;
  for (int i = 0; i < kMaxLinks && fs::is_symlink(target, error); ++i)
    target = target.parent_path() / fs::read_symlink(target, error);
  return target.string();
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string random_name(const std::string& folder) {
  constexpr int kDigits = 16;
  std::random_device random;
  std::string name = folder + "/.nibble-";
  for (int i = 0; i < kDigits; ++i) name += "0123456789abcdef"[random() & 15U];
  return name;
}

/// The name by which linkat() finds a file that has none.
std::string descriptor_path(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

}  // namespace

std::string system_message(int error) {
  switch (error) {
    case ENOSPC: return "the disk is full";
    case EDQUOT: return "the disk quota is used up";
    case EFBIG: return "larger than files may be here (ulimit -f)";
    default: return std::generic_category().message(error);
  }
}

void write_all(int fd, std::span<const std::byte> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      throw Error(ErrorCode::write_failed, path + ": cannot be written: " + system_message(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

AtomicFile::AtomicFile(const std::string& path, FileAccess access)
    : path_(path), target_(path), access_(access) {
  if (path.find('\0') != std::string::npos) fail(EINVAL);
  struct stat info = {};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  if (!exists && errno != ENOENT) fail(errno);
  if (exists && S_ISDIR(info.st_mode)) fail(EISDIR);
  in_place_ = exists && !S_ISREG(info.st_mode);
  if (in_place_) {
    fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd_ < 0) fail(errno);
    return;
  }
  if (exists && ::access(path.c_str(), W_OK) != 0) fail(errno);
  target_ = resolve_links(path);
  open_temporary();
}

AtomicFile::~AtomicFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::fail(int error) const {
  throw Error(ErrorCode::write_failed, path_ + ": cannot be written: " + system_message(error));
}

void AtomicFile::open_temporary() {
  const std::string folder = folder_of(target_);
  fd_ = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  unnamed_ = fd_ >= 0 && ::access(descriptor_path(fd_).c_str(), F_OK) == 0;
  if (unnamed_) return;
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  const std::string name = random_name(folder);
  fd_ =
      ::open(name.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd_ < 0) fail(errno);
  temporary_ = name;
}

void AtomicFile::write(std::span<const std::byte> bytes) { write_all(fd_, bytes, path_); }

void AtomicFile::write(std::string_view text) { write(std::as_bytes(std::span(text))); }

void AtomicFile::take_over_mode() const {
  struct stat old = {};
  struct stat own = {};
  mode_t mode = (access_ == FileAccess::owner ? 0600 : 0666) & ~creation_mask();
  if (::stat(target_.c_str(), &old) == 0 && ::fstat(fd_, &own) == 0) {
    mode = old.st_mode & kRights;
    const bool same = old.st_uid == own.st_uid && old.st_gid == own.st_gid;
    // The rights of the old file's group are not given to another group.
    if (!same && ::fchown(fd_, old.st_uid, old.st_gid) != 0 &&
        ::fchown(fd_, static_cast<uid_t>(-1), old.st_gid) != 0)
      mode &= ~static_cast<mode_t>(S_IRWXG);
  }
  ::fchmod(fd_, mode);
}

void AtomicFile::close() {
  if (::close(std::exchange(fd_, -1)) != 0) fail(errno);
}

void AtomicFile::commit() {
  if (in_place_) return close();
  take_over_mode();
  if (unnamed_) {
    const std::string name = random_name(folder_of(target_));
    if (::linkat(AT_FDCWD, descriptor_path(fd_).c_str(), AT_FDCWD, name.c_str(),
                 AT_SYMLINK_FOLLOW) != 0)
      fail(errno);
    temporary_ = name;
  }
  close();
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno);
  temporary_.clear();
}

void write_file(const std::string& path, std::span<const std::byte> bytes, FileAccess access) {
  AtomicFile file(path, access);
  file.write(bytes);
  file.commit();
}

}  // namespace nibble
