#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace nibble {

/// Calls produce(i) for i = 0 .. count-1 on `jobs` threads and consume(i, result) for each in order
/// on the calling thread. At most 2 * jobs results are in work or waiting, so memory stays bounded.
/// consume returns false to stop: what was not begun is dropped. produce must not throw.
template <typename Produce, typename Consume>
void for_each_ordered(std::size_t count, int jobs, Produce produce, Consume consume) {
  using Result = decltype(produce(std::size_t{0}));
  if (jobs <= 1 || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) {
      if (!consume(i, produce(i))) return;
    }
    return;
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::size_t, Result> ready;
  std::size_t begun = 0;
  std::size_t consumed = 0;
  bool stopped = false;
  const std::size_t window = 2 * static_cast<std::size_t>(jobs);

  const auto work = [&] {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return stopped || begun == count || begun < consumed + window; });
      if (stopped || begun == count) return;
      const std::size_t index = begun++;
      lock.unlock();
      Result result = produce(index);
      lock.lock();
      ready.emplace(index, std::move(result));
      changed.notify_all();
    }
  };
  // Declared last: the threads end before what they use does, even when consume throws.
  struct Pool {
    std::mutex& mutex;
    std::condition_variable& changed;
    bool& stopped;
    std::vector<std::thread> threads;
    ~Pool() {
      {
        const std::lock_guard lock(mutex);
        stopped = true;
      }
      changed.notify_all();
      for (std::thread& thread : threads) thread.join();
    }
  } pool{mutex, changed, stopped, {}};
  for (int i = 0; i < jobs; ++i) pool.threads.emplace_back(work);

  for (std::size_t i = 0; i < count; ++i) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return ready.contains(i); });
    auto node = ready.extract(i);
    ++consumed;
    changed.notify_all();
    lock.unlock();
    if (!consume(i, std::move(node.mapped()))) return;
  }
}

}  // namespace nibble
