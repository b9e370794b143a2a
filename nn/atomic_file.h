#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

// Here and not in recognizer/base, since models are written by nn, which may not include that.

namespace nibble {

/// Who may read a file that was not there before, umask aside.
enum class FileAccess {
  owner,    ///< 0600: results of documents, which are personal data
  everyone  ///< 0666: models, calibrations, templates, reports on data sets
};

/// What the system says of an errno value; "the disk is full" and its like in plain words.
std::string system_message(int error);

/// A file that appears under its name when it is complete, or not at all. While it is written it
/// has no name where the file system allows that (O_TMPFILE), so that nothing is left even by a
/// kill; else a random one that must be new. Nobody but the owner may read it then. An old file's
/// mode and, as far as is allowed, owner pass to the new one; its other names (hard links) keep
/// the old content. A symbolic link at `path` is followed. Pipes and devices are written in place.
/// Not synchronized to the disk (fsync): after a crash of the system results are made again.
class AtomicFile {
 public:
  /// Throws Error(write_failed): a folder, a folder that is missing, no right to write.
  AtomicFile(const std::string& path, FileAccess access);
  /// Removes what was written unless commit() was called.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Throws Error(write_failed) at once when the disk is full.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);

  /// Gives the file its name. Throws Error(write_failed).
  void commit();

 private:
  [[noreturn]] void fail(int error) const;
  void open_temporary();
  void take_over_mode() const;
  void close();

  std::string path_;       ///< what messages name
  std::string target_;     ///< path_ with symbolic links resolved
  std::string temporary_;  ///< empty while there is no named one
  bool in_place_ = false;
  bool unnamed_ = false;
  FileAccess access_;
  int fd_ = -1;
};

/// Writes a whole file through AtomicFile. Throws Error(write_failed).
void write_file(const std::string& path, std::span<const std::byte> bytes, FileAccess access);

/// Writes all of `bytes` to an open file; `path` stands in the message. Throws Error(write_failed).
void write_all(int fd, std::span<const std::byte> bytes, const std::string& path);

}  // namespace nibble
