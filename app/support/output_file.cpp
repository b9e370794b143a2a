#include "app/support/output_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/support/progress.h"
#include "nn/error.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, int code) {
  throw Error(ErrorCode::write_failed, path + ": cannot be written: " + std::strerror(code));
}

std::string resolve_link(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  const fs::path target = fs::weakly_canonical(path, error);
  return error ? path : target.string();
}

}  // namespace

OutputFile::OutputFile(const std::string& path) {
  if (path.empty() || path == "-") {
    path_ = "standard output";
    file_ = stdout;
    return;
  }
  path_ = path;
  target_ = resolve_link(path);
  std::error_code error;
  const fs::file_status status = fs::status(target_, error);
  if (fs::is_directory(status)) fail(path, EISDIR);
  // A link that points to nothing yet is written through as well.
  const bool in_place =
      fs::is_symlink(target_, error) || (fs::exists(status) && !fs::is_regular_file(status));
  if (!in_place) temporary_ = target_ + ".tmp" + std::to_string(getpid());
  file_ = std::fopen((in_place ? target_ : temporary_).c_str(), "wb");
  if (file_ == nullptr) {
    temporary_.clear();
    fail(path, errno);
  }
}

OutputFile::~OutputFile() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  if (!temporary_.empty()) std::remove(temporary_.c_str());
}

void OutputFile::write(std::string_view text) {
  if (file_ == stdout) hide_progress();
  std::fwrite(text.data(), 1, text.size(), file_);
}

void OutputFile::commit() {
  errno = 0;
  const bool failed = std::fflush(file_) != 0 || std::ferror(file_) != 0;
  const int code = errno != 0 ? errno : EIO;
  if (file_ != stdout) std::fclose(file_);
  file_ = nullptr;
  if (failed) fail(path_, code);
  if (temporary_.empty()) return;
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) fail(path_, errno);
  temporary_.clear();
}

void make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return;
  throw Error(ErrorCode::write_failed,
              printable_path(folder) + ": this folder cannot be made: " +
                  (error ? error.message() : "a file of this name exists"));
}

}  // namespace nibble
