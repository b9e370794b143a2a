#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "nn/error.h"
#include "recognizer/base/file_bytes.h"
#include "recognizer/image/codecs.h"
#include "recognizer/image/pdf_reader.h"

namespace nibble {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEndBytes =
    2048;  // the end mark is in the last of these, even where something was added behind it

/// nibble-pdf: beside the program where it was built, else where it is installed; empty where it
/// was not built.
std::string find_reader() {
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* place : {"nibble-pdf", "../libexec/nibble/nibble-pdf"}) {
    const fs::path reader = folder / place;
    if (fs::is_regular_file(reader, error)) return reader.string();
  }
  return {};
}

std::string_view text_of(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What nibble-pdf printed, and how it ended (as waitpid says).
struct ReaderOutcome {
  int status = 0;
  std::vector<std::byte> output;
};

class SpawnActions {
 public:
  SpawnActions(int input, int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    // Ctrl-C reaches the whole group, but the file being read is finished.
    posix_spawnattr_init(&attributes_);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    posix_spawnattr_setsigmask(&attributes_, &blocked);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  /// The error, 0 for none.
  int start(pid_t& child, char* const* arguments) const {
    return posix_spawn(&child, arguments[0], &actions_, &attributes_, arguments, environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

Descriptor memory_file(const std::string& name) {
  Descriptor file(::memfd_create("nibble-pdf", MFD_CLOEXEC));
  if (file.get() < 0)
    throw Error(ErrorCode::decode_failed,
                name + ": no memory for its pages: " + std::strerror(errno));
  return file;
}

ReaderOutcome run_reader(ByteSpan bytes, const std::string& name,
                         std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), find_reader());
  if (arguments[0].empty()) {
    throw_decode_failed(
        name,
        "a PDF, which this program was built without poppler to read: install libpoppler-cpp-dev and build it again, or "
        "convert the pages to pictures first, e.g. by pdftoppm -r 300 -png");
  }
  const Descriptor input = memory_file(name);
  const Descriptor output = memory_file(name);
  write_all(input.get(), bytes, name);
  ::lseek(input.get(), 0, SEEK_SET);

  std::vector<char*> raw;
  for (std::string& argument : arguments) raw.push_back(argument.data());
  raw.push_back(nullptr);
  pid_t child = 0;
  if (const int error = SpawnActions(input.get(), output.get()).start(child, raw.data());
      error != 0) {
    throw_decode_failed(name, "a PDF, whose reader " + arguments[0] +
                                  " cannot be started: " + std::strerror(error));
  }
  ReaderOutcome outcome;
  while (::waitpid(child, &outcome.status, 0) < 0 && errno == EINTR) {
  }
  ::lseek(output.get(), 0, SEEK_SET);
  outcome.output = read_all(output.get(), name);
  return outcome;
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

/// What nibble-pdf said. Throws Error(decode_failed | too_large) when it could not do what it was
/// asked for.
ReaderOutcome ask_reader(ByteSpan bytes, const std::string& name,
                         std::vector<std::string> arguments) {
  const std::string_view end = text_of(bytes.last(std::min(bytes.size(), kEndBytes)));
  // Poppler mends a file that was cut off, and shows what is left of its pages.
  if (end.find("%%EOF") == std::string_view::npos)
    throw_decode_failed(name, "a damaged or truncated PDF");
  ReaderOutcome outcome = run_reader(bytes, name, std::move(arguments));
  const int code = exit_code(outcome.status);
  if (code == 0 || code == kPdfNoSuchPage) return outcome;
  if (code == kPdfRefused) throw_decode_failed(name, std::string(text_of(outcome.output)));
  if (WIFSIGNALED(outcome.status) && WTERMSIG(outcome.status) == SIGXCPU) {
    throw Error(ErrorCode::too_large, name + ": a PDF page that takes too long to draw (" +
                                          std::to_string(kPdfSeconds) + " seconds are the most)");
  }
  throw Error(ErrorCode::too_large, name + ": a PDF that is damaged, or takes more memory than " +
                                        std::to_string(kPdfMemory >> 20U) + " MiB");
}

/// Reads a number and the character behind it; 0 where there is none.
int take_number(std::string_view& text) {
  int number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(rest - text.data()) + 1));
  return error == std::errc() ? number : 0;
}

}  // namespace

Image decode_pdf(ByteSpan bytes, const std::string& name, int page) {
  const ReaderOutcome outcome = ask_reader(bytes, name, {"page", std::to_string(page)});
  std::string_view text = text_of(outcome.output);
  if (exit_code(outcome.status) == kPdfNoSuchPage)
    throw_no_such_page(name, page, take_number(text));
  constexpr std::string_view kMagic = "P6\n";
  if (text.starts_with(kMagic)) text.remove_prefix(kMagic.size());
  const int width = std::max(take_number(text), 0);
  const int height = std::max(take_number(text), 0);
  take_number(text);  // the largest value of a sample
  check_picture_size(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height), name);
  if (text.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3) {
    throw_decode_failed(name, "a PDF page that cannot be drawn");
  }
  return {width, height, 3, {text.begin(), text.end()}};
}

int count_pdf_pages(ByteSpan bytes, const std::string& name) {
  const ReaderOutcome outcome = ask_reader(bytes, name, {"pages"});
  std::string_view text = text_of(outcome.output);
  const int pages = take_number(text);
  if (pages < 1) throw_decode_failed(name, "a PDF without pages");
  return pages;
}

}  // namespace nibble
