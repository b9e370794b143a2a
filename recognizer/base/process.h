#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recognizer/base/file_bytes.h"

namespace nibble {

/// How a program is started. It gets the three standard descriptors and no other.
struct ProcessOptions {
  std::vector<std::string> arguments;    ///< the first is the program's path, not searched for
  std::vector<std::string> environment;  ///< "NAME=value", set beside or instead of its own
  int input = -1;                        ///< its standard input; -1 for none
  bool piped = true;                     ///< its standard output is read here, else dropped
  bool quiet = true;                     ///< its standard error is dropped, else this process's
};

/// A program that runs beside this one. It is ended, at the latest, when this object is.
class ChildProcess {
 public:
  /// Throws std::system_error when it cannot be started. SIGINT, SIGTERM and SIGHUP, which a
  /// terminal sends to a whole group, are blocked in it: this process decides what is finished.
  explicit ChildProcess(const ProcessOptions& options);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// Fills `out` from its standard output; less of it at the end of that, or when nothing came for
  /// `patience`.
  std::size_t read(std::span<std::byte> out, std::chrono::milliseconds patience);

  /// All that it still writes, however long that takes.
  std::string read_rest();

  /// Waits for its end and gives its status, as waitpid does. Its output must be read to the end
  /// before, or it may wait for that for ever.
  int wait();
  void kill();

  /// Bytes of memory that it held at most, once it was waited for.
  std::size_t peak_memory() const { return peak_memory_; }

 private:
  pid_t child_ = -1;
  int status_ = 0;
  std::size_t peak_memory_ = 0;
  bool ended_ = false;
  std::optional<Descriptor> output_;
};

}  // namespace nibble
