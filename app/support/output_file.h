#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "include/nibble/nibble.hpp"

#include "nn/atomic_file.h"

namespace nibble {

/// Where results go: a file that appears under its name only when it is complete (see AtomicFile),
/// or standard output.
class OutputFile {
 public:
  /// An empty path or "-" is standard output. Results of documents are for their owner's eyes;
  /// reports on data sets are for everyone's. Throws Error(write_failed).
  explicit OutputFile(const std::string& path, FileAccess access = FileAccess::owner);

  /// Writes now. Throws Error(write_failed), e.g. when the disk is full.
  void write(std::string_view text);
  /// write() as what a renderer takes; it must not outlive this object.
  Sink sink() {
    return [this](std::string_view text) { write(text); };
  }

  /// Gives the file its name. Throws Error(write_failed).
  void commit();

 private:
  std::optional<AtomicFile> file_;  ///< none: standard output
};

/// Makes a folder and those above it, unless it is there. Throws Error(write_failed).
void make_folder(const std::string& folder);

}  // namespace nibble
