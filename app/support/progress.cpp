#include "app/support/progress.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "app/support/options.h"

namespace nibble {

namespace {

constexpr int kBarWidth = 30;
constexpr std::chrono::milliseconds kRedrawInterval{100};

std::atomic<bool> bar_on_screen{false};

}  // namespace

Progress::Progress(const CommonOptions& options, std::size_t total, std::string label)
    : total_(total),
      label_(std::move(label)),
      shown_(total > 1 && !options.quiet && options.progress != "never" &&
             isatty(STDERR_FILENO) == 1),
      started_(std::chrono::steady_clock::now()),
      drawn_(started_) {}

Progress::~Progress() { hide_progress(); }

void Progress::advance(std::size_t steps) {
  done_ += steps;
  if (!shown_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < kRedrawInterval) return;
  drawn_ = now;
  draw();
}

void Progress::draw() {
  const std::size_t done = std::min(done_, total_);
  const double share = static_cast<double>(done) / static_cast<double>(total_);
  const double elapsed = std::chrono::duration<double>(drawn_ - started_).count();
  const double left = done > 0 ? elapsed / share - elapsed : 0;
  const int filled = static_cast<int>(share * kBarWidth);
  const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                          std::string(static_cast<std::size_t>(kBarWidth - filled), '.');
  std::fprintf(stderr, "\r\033[K[%s] %zu/%zu %s, %.0f s left", bar.c_str(), done, total_,
               label_.c_str(), left);
  std::fflush(stderr);
  bar_on_screen = true;
}

void hide_progress() {
  if (bar_on_screen.exchange(false)) {
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
  }
}

}  // namespace nibble
