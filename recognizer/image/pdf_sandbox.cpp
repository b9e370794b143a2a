#include "recognizer/image/pdf_sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <memory>

namespace nibble {
namespace {

constexpr rlim_t kMaxDescriptors = 64;

void lower_limit(__rlimit_resource resource, rlim_t most) {
  rlimit limits{};
  getrlimit(resource, &limits);
  limits.rlim_cur = std::min(limits.rlim_cur, most);
  limits.rlim_max = std::min(limits.rlim_max, most);
  setrlimit(resource, &limits);
}

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release) {
    good_ = context_ != nullptr;
  }

  void allow(std::initializer_list<int> calls) {
    for (const int call : calls)
      good_ = good_ && seccomp_rule_add(context_.get(), SCMP_ACT_ALLOW, call, 0) == 0;
  }

  /// Allows a call where an argument is as asked for.
  void allow(int call, const scmp_arg_cmp& condition) {
    good_ =
        good_ && seccomp_rule_add_array(context_.get(), SCMP_ACT_ALLOW, call, 1, &condition) == 0;
  }

  bool install() { return good_ && seccomp_load(context_.get()) == 0; }

 private:
  std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
  bool good_ = false;
};

}  // namespace

void limit_resources(unsigned long memory) {
  lower_limit(RLIMIT_AS, memory);
  lower_limit(RLIMIT_FSIZE, 0);
  lower_limit(RLIMIT_NOFILE, kMaxDescriptors);
  lower_limit(RLIMIT_CORE, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

bool enter_sandbox() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  Filter filter;
  filter.allow(
      {SCMP_SYS(read),       SCMP_SYS(pread64),  SCMP_SYS(readv),      SCMP_SYS(write),
       SCMP_SYS(writev),     SCMP_SYS(close),    SCMP_SYS(lseek),      SCMP_SYS(fstat),
       SCMP_SYS(newfstatat), SCMP_SYS(stat),     SCMP_SYS(lstat),      SCMP_SYS(statx),
       SCMP_SYS(statfs),     SCMP_SYS(fstatfs),  SCMP_SYS(access),     SCMP_SYS(faccessat),
       SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents64),
       SCMP_SYS(getcwd),     SCMP_SYS(fadvise64)});
  filter.allow({SCMP_SYS(munmap),       SCMP_SYS(mremap),
                SCMP_SYS(madvise),      SCMP_SYS(brk),
                SCMP_SYS(futex),        SCMP_SYS(getpid),
                SCMP_SYS(gettid),       SCMP_SYS(getuid),
                SCMP_SYS(geteuid),      SCMP_SYS(getgid),
                SCMP_SYS(getegid),      SCMP_SYS(uname),
                SCMP_SYS(sysinfo),      SCMP_SYS(sched_getaffinity),
                SCMP_SYS(sched_yield),  SCMP_SYS(clock_gettime),
                SCMP_SYS(gettimeofday), SCMP_SYS(time),
                SCMP_SYS(getrandom),    SCMP_SYS(getrusage),
                SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
                SCMP_SYS(rt_sigreturn), SCMP_SYS(setitimer),
                SCMP_SYS(exit),         SCMP_SYS(exit_group)});
  constexpr scmp_datum_t kWriting = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  filter.allow(SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, kWriting, 0));
  filter.allow(SCMP_SYS(open), SCMP_A1(SCMP_CMP_MASKED_EQ, kWriting, 0));
  filter.allow(SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  filter.allow(SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  filter.allow(SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0));  // limits are asked, not set
  filter.allow(SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid())));
  filter.allow(SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_GETFL));
  return filter.install();
}

}  // namespace nibble
