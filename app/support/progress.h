#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "app/support/options.h"

namespace nibble {

/// A progress bar on stderr, shown only when stderr is a terminal and neither -q nor --progress
/// never was given. Used from one thread.
class Progress {
 public:
  /// `total` is the number of steps; `label` says what is counted, e.g. "files".
  Progress(const CommonOptions& options, std::size_t total, std::string label);
  /// Takes the bar off the screen.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Counts `steps` as done and redraws the bar, at most ten times a second.
  void advance(std::size_t steps = 1);

 private:
  void draw();

  std::size_t total_;
  std::size_t done_ = 0;
  std::string label_;
  bool shown_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
};

/// Takes a shown bar off the screen until its next step, so that a line can be printed.
void hide_progress();

}  // namespace nibble
