#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "include/nibble/nibble.hpp"

namespace nibble {

/// Where results go: a file that appears under its name only when it is complete, or standard
/// output.
class OutputFile {
 public:
  /// Opens a temporary file beside `path`; an empty path or "-" is standard output. Throws
  /// Error(write_failed).
  explicit OutputFile(const std::string& path);
  /// Removes the temporary file unless commit() was called.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text);

  /// write() as what a renderer takes; it must not outlive this object.
  Sink sink() {
    return [this](std::string_view text) { write(text); };
  }

  /// Writes what is buffered and gives the file its name. Throws Error(write_failed), e.g. when the
  /// disk is full.
  void commit();

 private:
  std::string path_;       ///< what messages name
  std::string target_;     ///< path_ with symbolic links resolved
  std::string temporary_;  ///< empty when target_ is written in place (a pipe or a device)
  std::FILE* file_ = nullptr;
};

/// Makes a folder and those above it, unless it is there. Throws Error(write_failed).
void make_folder(const std::string& folder);

}  // namespace nibble
