// The thread pool: every item once, worker numbers unique at a time, exceptions, nesting, concurrent callers.
#include "cpu/parallel_for.h"

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "check.h"

namespace {

using assay::cpu::parallel_for;

void test_every_item_once() {
  for (const int64_t workers : {1, 2, 3, 7}) {
    for (const int64_t items : {0, 1, 2, 5, 1000}) {
      std::vector<std::atomic<int>> seen(items);
      std::vector<std::atomic<int>> busy(workers);
      parallel_for(items, workers, [&](int64_t item, int64_t worker) {
        CHECK(worker >= 0 && worker < workers);
        CHECK_EQ(busy[worker].fetch_add(1), 0);
        seen[item].fetch_add(1);
        busy[worker].fetch_sub(1);
      });
      for (auto& count : seen) CHECK_EQ(count.load(), 1);
    }
  }
}

void test_exceptions() {
  for (int round = 0; round < 50; ++round) {
    bool caught = false;
    try {
      parallel_for(100, 4, [&](int64_t item, int64_t) {
        if (item == round) throw std::runtime_error("item");
      });
    } catch (const std::runtime_error& e) {
      caught = std::string(e.what()) == "item";
    }
    CHECK(caught);
    std::atomic<int> done{0};
    parallel_for(10, 4, [&](int64_t, int64_t) { ++done; });
    CHECK_EQ(done.load(), 10);
  }
}

void test_nested_and_concurrent() {
  std::atomic<int> done{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 3; ++t) {
    callers.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        parallel_for(4, 3, [&](int64_t, int64_t) { parallel_for(5, 2, [&](int64_t, int64_t) { ++done; }); });
      }
    });
  }
  for (auto& caller : callers) caller.join();
  CHECK_EQ(done.load(), 3 * 100 * 4 * 5);
}

}  // namespace

int main() {
  test_every_item_once();
  test_exceptions();
  test_nested_and_concurrent();
  return assay_test::finish();
}
