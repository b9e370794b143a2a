#include "app/support/messages.h"

#include <cstdio>
#include <mutex>

#include "app/support/progress.h"
#include "recognizer/base/text.h"

namespace nibble {

namespace {

void print_line(const std::string& message) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  hide_progress();
  std::fprintf(stderr, "nibble: %s\n", printable_path(message).c_str());
}

}  // namespace

void report_error(const std::string& message) { print_line(message); }

void report_warning(const CommonOptions& options, const std::string& message) {
  if (!options.quiet) print_line("warning: " + message);
}

void report_detail(const CommonOptions& options, const std::string& message) {
  if (options.verbose) print_line(message);
}

}  // namespace nibble
