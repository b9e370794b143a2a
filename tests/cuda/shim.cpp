#include "tests/cuda/shim.h"

#include <algorithm>
#include <csetjmp>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

#include <ucontext.h>

namespace nibble::kernels::cuda {

// The 48 KiB that a block may have without asking for more, and what an overrun would hit.
constexpr std::size_t kSharedBytes = 49152;
constexpr std::size_t kMarginBytes = 16384;
// NOLINTNEXTLINE(readability-identifier-naming): the kernels' name for it
uint4 shared_chunks[(kSharedBytes + kMarginBytes) / sizeof(uint4)];

}  // namespace nibble::kernels::cuda

namespace nibble::shim {
namespace {

using kernels::cuda::kMarginBytes;
using kernels::cuda::kSharedBytes;
using kernels::cuda::shared_chunks;

constexpr int kThreads = 128;  // of a block
constexpr std::size_t kStackBytes = 65536;
constexpr int kWarps = kThreads / 32;
constexpr std::uint8_t kCanary = 0xa5;

enum class State { ready, at_product, at_barrier, done };

struct Copy {
  uint4* to;
  const uint4* from;
  bool valid;
};

struct Fiber {
  jmp_buf resume;
  ucontext_t context;
  std::unique_ptr<char[]> stack;
  Index index;
  State state = State::done;
  LaneOperands operands;
  Product product;
  std::vector<Copy> copies;
};

struct Machine {
  Fiber fibers[kThreads];
  Fiber* current = nullptr;
  jmp_buf scheduler;
  Index block;
  const std::function<void()>* kernel = nullptr;
  int at_product[kWarps] = {};
  int warps[kWarps] = {0, 1, 2, 3};  // those to run first in front
  std::vector<Site> sites;
  int disabled_site = -1;
  std::minstd_rand random{1};
  std::string fault;
};

Machine& machine() {
  static Machine instance;
  return instance;
}

void report(const std::string& fault) {
  if (machine().fault.empty()) machine().fault = fault;
}

// Back to the scheduler until it resumes this fiber. Without ucontext's swap, which makes a system
// call each time.
__attribute__((noinline)) void yield() {
  if (_setjmp(machine().current->resume) == 0) _longjmp(machine().scheduler, 1);
}

// A fiber runs one thread of each block in turn and never ends.
void run_fiber() {
  for (;;) {
    yield();
    (*machine().kernel)();
    machine().current->copies.clear();
    machine().current->state = State::done;
  }
}

__attribute__((noinline)) void resume(Fiber& fiber) {
  machine().current = &fiber;
  if (_setjmp(machine().scheduler) == 0) _longjmp(fiber.resume, 1);
}

__attribute__((noinline)) void start(Fiber& fiber) {
  fiber.stack = std::make_unique<char[]>(kStackBytes);
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = fiber.stack.get();
  fiber.context.uc_stack.ss_size = kStackBytes;
  fiber.context.uc_link = nullptr;
  makecontext(&fiber.context, run_fiber, 0);
  machine().current = &fiber;
  if (_setjmp(machine().scheduler) == 0) setcontext(&fiber.context);
}

void start_fibers() {
  for (unsigned i = 0; i < kThreads; ++i) {
    Fiber& fiber = machine().fibers[i];
    if (fiber.stack == nullptr) start(fiber);
    fiber.index.x = i;
    fiber.state = State::ready;
  }
}

bool any(int warp, State state) {
  const Fiber* first = &machine().fibers[warp * 32];
  return std::any_of(first, first + 32,
                     [state](const Fiber& fiber) { return fiber.state == state; });
}

// All lanes of one warp that can run, from a random one on and in a random direction, each as far
// as it gets.
void run_warp(int warp) {
  const auto first = static_cast<int>(machine().random() % 32);
  const int direction = machine().random() % 2 == 0 ? 1 : 31;
  for (int i = 0; i < 32; ++i) {
    Fiber& fiber = machine().fibers[warp * 32 + (first + i * direction) % 32];
    if (fiber.state == State::ready) resume(fiber);
  }
}

// Lets all go on when all that still run have come to the barrier.
bool release_barrier() {
  bool waiting = false;
  for (const Fiber& fiber : machine().fibers) {
    waiting = waiting || fiber.state == State::at_barrier;
    if (fiber.state == State::at_product || fiber.state == State::ready) return false;
  }
  for (Fiber& fiber : machine().fibers) {
    if (fiber.state == State::at_barrier) fiber.state = State::ready;
  }
  return waiting;
}

// Fibers that wait for others that will not come: they must end, or they would go on in the next
// block.
void abandon_fibers() {
  for (Fiber& fiber : machine().fibers) {
    if (fiber.state != State::done) {
      fiber.stack.reset();
      fiber.copies.clear();
      fiber.state = State::done;
    }
  }
}

// A warp that can run, or -1. Mostly the one preferred for a while, so that some run far ahead of
// others, and now and then any.
int next_warp() {
  Machine& m = machine();
  if (m.random() % 64 == 0) std::shuffle(m.warps, m.warps + kWarps, m.random);
  const std::size_t start = m.random() % 4 == 0 ? m.random() % kWarps : 0;
  for (std::size_t i = 0; i < kWarps; ++i) {
    const int warp = m.warps[(start + i) % kWarps];
    if (any(warp, State::ready)) return warp;
  }
  return -1;
}

void run_block(std::size_t shared_bytes) {
  auto* bytes = reinterpret_cast<std::uint8_t*>(shared_chunks);
  for (std::size_t i = 0; i < shared_bytes; ++i)
    bytes[i] = static_cast<std::uint8_t>(machine().random());
  std::memset(bytes + shared_bytes, kCanary, kSharedBytes + kMarginBytes - shared_bytes);
  start_fibers();
  std::fill_n(machine().at_product, kWarps, 0);
  for (;;) {
    const int warp = next_warp();
    if (warp >= 0) {
      run_warp(warp);
    } else if (!release_barrier()) {
      break;
    }
  }
  for (int warp = 0; warp < kWarps; ++warp) {
    if (any(warp, State::at_product))
      report("some lanes of a warp never came to its product, or to the block's barrier");
  }
  abandon_fibers();
  for (std::size_t i = shared_bytes; i < kSharedBytes + kMarginBytes; ++i) {
    if (bytes[i] != kCanary) report("shared memory overrun at byte " + std::to_string(i));
  }
}

}  // namespace

const Index& thread_index() { return machine().current->index; }
const Index& block_index() { return machine().block; }
const std::vector<Site>& sites() { return machine().sites; }
void disable_site(int site) { machine().disabled_site = site; }
void seed(std::uint32_t value) { machine().random.seed(value); }

int register_site(const char* file, int line) {
  std::vector<Site>& known = machine().sites;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].file == file && known[i].line == line) return static_cast<int>(i);
  }
  known.push_back({file, line});
  return static_cast<int>(known.size()) - 1;
}

void sync_block(int site) {
  if (site == machine().disabled_site) return;
  machine().current->state = State::at_barrier;
  yield();
}

void copy_chunk_async(uint4* to, const uint4* from, bool valid) {
  if (reinterpret_cast<std::uintptr_t>(to) % 16 != 0 ||
      reinterpret_cast<std::uintptr_t>(from) % 16 != 0)
    report("misaligned copy");
  const Copy copy{to, from, valid};
  // A copy may land at once, or as late as it is waited for: both must be right.
  if (machine().random() % 4 == 0) {
    *to = valid ? *from : uint4{};
  } else {
    machine().current->copies.push_back(copy);
  }
}

void land_copies(int site) {
  if (site == machine().disabled_site) return;
  std::vector<Copy>& copies = machine().current->copies;
  for (const Copy& copy : copies) *copy.to = copy.valid ? *copy.from : uint4{};
  copies.clear();
}

void multiply_with_warp(const Product& product, const LaneOperands& operands) {
  Fiber& self = *machine().current;
  self.operands = operands;
  self.product = product;
  self.state = State::at_product;
  Fiber* warp = &machine().fibers[self.index.x / 32 * 32];
  int& come = machine().at_product[self.index.x / 32];
  if (++come == 32) {
    come = 0;
    LaneOperands all[32];
    for (int i = 0; i < 32; ++i) {
      if (std::memcmp(&warp[i].product, &product, sizeof(product)) != 0)
        report("lanes of a warp ask for different products");
      all[i] = warp[i].operands;
      warp[i].state = State::ready;
    }
    multiply(product, all);
  }
  yield();
}

std::string launch(const std::function<void()>& kernel, int grid_x, int grid_y,
                   std::size_t shared_bytes) {
  machine().kernel = &kernel;
  machine().fault.clear();
  if (shared_bytes > kSharedBytes) return "more shared memory than a block has";
  for (int y = 0; y < grid_y; ++y) {
    for (int x = 0; x < grid_x; ++x) {
      machine().block = {static_cast<unsigned>(x), static_cast<unsigned>(y)};
      run_block(shared_bytes);
    }
  }
  return machine().fault;
}

}  // namespace nibble::shim
