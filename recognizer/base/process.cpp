#include "recognizer/base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <limits>
#include <string_view>
#include <system_error>

namespace nibble {
namespace {

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

class SpawnActions {
 public:
  explicit SpawnActions(const ProcessOptions& options, int output) {
    posix_spawn_file_actions_init(&actions_);
    redirect(options.input, STDIN_FILENO, O_RDONLY);
    redirect(output, STDOUT_FILENO, O_WRONLY);
    if (options.quiet) redirect(-1, STDERR_FILENO, O_WRONLY);
    posix_spawnattr_init(&attributes_);
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&blocked, signal);
    posix_spawnattr_setsigmask(&attributes_, &blocked);
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);  // it ends when nobody reads what it writes
    posix_spawnattr_setsigdefault(&attributes_, &usual);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  /// The error, 0 for none.
  int start(pid_t& child, const std::vector<char*>& arguments,
            const std::vector<char*>& environment) const {
    return posix_spawn(&child, arguments[0], &actions_, &attributes_, arguments.data(),
                       environment.data());
  }

 private:
  void redirect(int from, int to, int mode) {
    if (from >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, from, to);
    } else {
      posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", mode, 0);
    }
  }

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// As execve takes them.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

/// This process's variables, but those that are set as they are set.
std::vector<std::string> environment_with(const std::vector<std::string>& set) {
  std::vector<std::string> all = set;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string_view name = variable.substr(0, variable.find('=') + 1);
    const bool is_set = std::any_of(set.begin(), set.end(),
                                    [&](const std::string& one) { return one.starts_with(name); });
    if (!is_set) all.emplace_back(variable);
  }
  return all;
}

}  // namespace

ChildProcess::ChildProcess(const ProcessOptions& options) {
  std::vector<std::string> arguments = options.arguments;
  std::vector<std::string> environment = environment_with(options.environment);
  std::array<int, 2> ends = {-1, -1};
  if (options.piped && ::pipe2(ends.data(), O_CLOEXEC) != 0) fail(errno, "no pipe");
  output_.emplace(ends[0]);
  const Descriptor its_end(ends[1]);
  const int error = SpawnActions(options, its_end.get())
                        .start(child_, pointers_to(arguments), pointers_to(environment));
  if (error != 0) fail(error, options.arguments.front());
}

ChildProcess::~ChildProcess() {
  if (!ended_) kill();
  wait();
}

std::size_t ChildProcess::read(std::span<std::byte> out, std::chrono::milliseconds patience) {
  const auto longest =
      std::min<std::chrono::milliseconds::rep>(patience.count(), std::numeric_limits<int>::max());
  std::size_t filled = 0;
  while (filled < out.size()) {
    pollfd waiting{output_->get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(longest));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) break;
    const ssize_t n = ::read(output_->get(), out.data() + filled, out.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    filled += static_cast<std::size_t>(n);
  }
  return filled;
}

std::string ChildProcess::read_rest() {
  std::string all;
  std::array<std::byte, 4096> part{};
  for (std::size_t count = part.size(); count == part.size();) {
    count = read(part, std::chrono::milliseconds::max());
    all.append(reinterpret_cast<const char*>(part.data()), count);
  }
  return all;
}

int ChildProcess::wait() {
  rusage usage{};
  while (!ended_) {
    if (::wait4(child_, &status_, 0, &usage) < 0 && errno == EINTR) continue;
    ended_ = true;
    peak_memory_ = static_cast<std::size_t>(usage.ru_maxrss) * 1024;
  }
  return status_;
}

void ChildProcess::kill() {
  if (!ended_) ::kill(child_, SIGKILL);
}

}  // namespace nibble
