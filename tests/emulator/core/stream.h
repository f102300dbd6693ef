// Streams whose work waits until something waits for it.
//
// Work runs, in the order of its stream and after what it was made to wait for, only when a call has to see it done:
// synchronise, a blocking copy, a free, the stream's end. A query answers "not ready" first and lets the work run
// after that. So whoever forgets to wait reads old data, every time.
#ifndef ASSAY_TESTS_EMULATOR_CORE_STREAM_H
#define ASSAY_TESTS_EMULATOR_CORE_STREAM_H

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "core/machine.h"

namespace emulator {

using Work = std::function<void()>;

// All work of `stream` up to and including number `count`.
struct Position {
  std::shared_ptr<Stream> stream;
  uint64_t count = 0;
};

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  Stream(Context& context, bool blocking, int priority);

  // Runs `work` after everything already here, and after `after`. While the stream is capturing it becomes a node of
  // the graph instead. `name` is for messages.
  EMULATOR_EXPORT void enqueue(const char* name, Work work, std::vector<Position> after = {});
  Position end() { return {shared_from_this(), queued_}; }
  bool idle() const { return done_ == queued_; }
  bool reached(uint64_t count) const { return done_ >= count; }

  Context& context;
  const bool blocking;  // ordered with the legacy stream
  const int priority;
  const uint64_t id;
  std::shared_ptr<Capture> capture;

 private:
  friend void run_until(const Position& position);
  struct Item {
    const char* name;
    Work work;
    std::vector<Position> after;
  };
  std::deque<Item> items_;
  uint64_t queued_ = 0, done_ = 0;
};

struct Event {
  Context* context = nullptr;
  bool timing = true;
  Position position;                                            // the last record
  std::shared_ptr<Capture> capture;                             // set if that was in a capturing stream
  std::set<size_t> captured;                                    // what it follows there
  std::shared_ptr<std::chrono::steady_clock::time_point> time;  // when the record ran
};

// Runs what it takes to get there. Throws the context's sticky error.
EMULATOR_EXPORT void run_until(const Position& position);
void run_all(Context& context);
// The blocking streams and the legacy stream: what a call on the default stream waits for.
void run_legacy(Context& context);

// The stream behind a handle of the current context, or of `context`; null and 1 are the legacy stream.
std::shared_ptr<Stream> stream_of(const void* handle);
EMULATOR_EXPORT std::shared_ptr<Stream> stream_of(Context& context, const void* handle);

}  // namespace emulator

#endif
