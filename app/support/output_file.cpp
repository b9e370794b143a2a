#include "app/support/output_file.h"

#include <cerrno>
#include <filesystem>

#include "app/support/progress.h"
#include "nn/error.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

namespace fs = std::filesystem;

}  // namespace

OutputFile::OutputFile(const std::string& path, FileAccess access) {
  if (!path.empty() && path != "-") file_.emplace(path, access);
}

void OutputFile::write(std::string_view text) {
  if (file_) return file_->write(text);
  hide_progress();
  errno = 0;
  // At once, so that a full disk is seen before the next input is read.
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
    return;
  throw Error(ErrorCode::write_failed,
              "standard output: cannot be written: " + system_message(errno != 0 ? errno : EIO));
}

void OutputFile::commit() {
  if (file_) file_->commit();
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
