#include "cpu/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace assay::cpu {
namespace {

struct Loop {
  int64_t items;
  LoopBody body;
  void* context;
  std::atomic<int64_t> next_item{0};
  std::atomic<int64_t> next_worker{1};
  std::atomic<bool> failed{false};
  std::exception_ptr error;  // written once, by whoever turns `failed` on

  void run(int64_t worker) noexcept {
    for (int64_t item; !failed.load(std::memory_order_relaxed) && (item = next_item.fetch_add(1)) < items;) {
      try {
        body(context, item, worker);
      } catch (...) {
        if (!failed.exchange(true)) error = std::current_exception();
      }
    }
  }
};

// Helpers sleep between loops: an engine inside somebody else's process has no business spinning.
class Pool {
 public:
  static Pool& instance() {
    // Never destroyed: helpers may still be waiting when static destructors run.
    static Pool* pool = new Pool;
    return *pool;
  }

  void run(Loop& loop, int64_t helpers) {
    std::unique_lock<std::mutex> owner(owner_, std::try_to_lock);
    if (!owner.owns_lock()) {
      loop.run(0);
      return;
    }
    {
      std::lock_guard<std::mutex> lock(mutex_);
      helpers = grow(helpers);
      loop_ = &loop;
      seats_ = helpers;
    }
    if (helpers == 1) {
      wake_.notify_one();
    } else {
      wake_.notify_all();
    }
    loop.run(0);
    std::unique_lock<std::mutex> lock(mutex_);
    seats_ = 0;  // a helper that has not woken up yet has nothing left to do
    done_.wait(lock, [this] { return active_ == 0; });
    loop_ = nullptr;
  }

 private:
  // Fewer helpers than asked for, down to none, is a slower loop and not an error.
  int64_t grow(int64_t wanted) {
    try {
      while (static_cast<int64_t>(threads_.size()) < wanted) {
        threads_.reserve(threads_.size() + 1);
        threads_.emplace_back([this] { serve(); });
      }
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
    return std::min<int64_t>(wanted, static_cast<int64_t>(threads_.size()));
  }

  void serve() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return seats_ > 0; });
      --seats_;
      ++active_;
      Loop* loop = loop_;
      lock.unlock();
      loop->run(loop->next_worker.fetch_add(1));
      lock.lock();
      if (--active_ == 0) done_.notify_one();
    }
  }

  std::mutex owner_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> threads_;
  Loop* loop_ = nullptr;
  int64_t seats_ = 0;
  int64_t active_ = 0;
};

}  // namespace

int64_t thread_count(int64_t threads) {
  static const int64_t all = std::max<int64_t>(1, std::thread::hardware_concurrency());
  return threads > 0 ? threads : all;
}

void run_loop(int64_t items, int64_t workers, LoopBody body, void* context) {
  Loop loop;
  loop.items = items;
  loop.body = body;
  loop.context = context;
  const int64_t helpers = std::min(workers, items) - 1;
  if (helpers <= 0) {
    loop.run(0);
  } else {
    Pool::instance().run(loop, helpers);
  }
  if (loop.error) std::rethrow_exception(loop.error);
}

}  // namespace assay::cpu
