// A small persistent thread pool: loops of independent items over the caller and a few helpers.
#ifndef ASSAY_CPU_PARALLEL_FOR_H
#define ASSAY_CPU_PARALLEL_FOR_H

#include <cstdint>
#include <type_traits>

namespace assay::cpu {

// Threads a request stands for: `threads` itself, or all of the machine's when it is 0.
int64_t thread_count(int64_t threads);

// body(context, item, worker): item in [0, items), worker in [0, workers) and never shared by two threads at a time.
using LoopBody = void (*)(void* context, int64_t item, int64_t worker);

// Runs every item once on at most `workers` threads, the caller (worker 0) included; items are handed out in
// ascending order, one at a time. Returns when all are done; rethrows one of the exceptions, after which items that
// had not begun are skipped. Thread-safe; a nested or concurrent call runs on its caller alone while helpers are busy.
void run_loop(int64_t items, int64_t workers, LoopBody body, void* context);

template <typename Body>
void parallel_for(int64_t items, int64_t workers, Body&& body) {
  run_loop(
      items, workers,
      [](void* context, int64_t item, int64_t worker) {
        (*static_cast<std::remove_reference_t<Body>*>(context))(item, worker);
      },
      &body);
}

}  // namespace assay::cpu

#endif
