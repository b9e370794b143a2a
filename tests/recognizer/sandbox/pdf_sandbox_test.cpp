#include "recognizer/image/pdf_sandbox.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>

#include "tests/catch.h"

using namespace nibble;

namespace {

/// What `work` gives in a child that is in the sandbox; -1 where it could not enter, -2 where it
/// was ended.
int in_sandbox(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!enter_sandbox()) ::_exit(99);
    ::_exit(work() & 63);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status)) return -2;
  return WEXITSTATUS(status) == 99 ? -1 : WEXITSTATUS(status);
}

/// The error of a call that failed, 0 where it did not.
int error_of_call(long result) { return result < 0 ? errno : 0; }

}  // namespace

TEST_CASE("in the sandbox files are read and memory is had", "[sandbox]") {
  CHECK(in_sandbox([] { return error_of_call(::open("/proc/self/status", O_RDONLY)); }) == 0);
  CHECK(in_sandbox([] {
          void* memory =
              ::mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          return memory == MAP_FAILED ? errno : 0;
        }) == 0);
  CHECK(in_sandbox([] {
          rlimit limits{};
          return error_of_call(::getrlimit(RLIMIT_AS, &limits));
        }) == 0);
}

TEST_CASE("in the sandbox nothing else is done", "[sandbox]") {
  const auto open_with = [](int flags) {
    return in_sandbox([flags] { return error_of_call(::open("/dev/null", flags)); });
  };
  CHECK(open_with(O_WRONLY) == EPERM);
  CHECK(open_with(O_RDWR) == EPERM);
  CHECK(open_with(O_RDONLY | O_TRUNC) == EPERM);
  CHECK(in_sandbox([] { return error_of_call(::open("/tmp", O_TMPFILE | O_WRONLY, 0600)); }) ==
        EPERM);
  CHECK(in_sandbox([] { return error_of_call(::unlink("/nonexistent")); }) == EPERM);
  CHECK(in_sandbox([] { return error_of_call(::socket(AF_UNIX, SOCK_STREAM, 0)); }) == EPERM);
  CHECK(in_sandbox([] { return error_of_call(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }) ==
        EPERM);
  CHECK(in_sandbox([] { return error_of_call(::execl("/bin/true", "true", nullptr)); }) == EPERM);
  CHECK(in_sandbox([] { return error_of_call(::kill(::getppid(), 0)); }) == EPERM);
  CHECK(in_sandbox([] {
          const rlimit limits{RLIM_INFINITY, RLIM_INFINITY};
          return error_of_call(::setrlimit(RLIMIT_CORE, &limits));
        }) == EPERM);
  CHECK(in_sandbox([] {
          void* memory =
              ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          return memory == MAP_FAILED ? errno : 0;
        }) == EPERM);
}
