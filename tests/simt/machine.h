// What the parts of the machine need of each other.
#ifndef ASSAY_TESTS_SIMT_MACHINE_H
#define ASSAY_TESTS_SIMT_MACHINE_H

#include <setjmp.h>
#include <ucontext.h>

#include <deque>
#include <string>

#include "simt.h"

namespace simt {

constexpr unsigned kWarp = 32;

enum class State { kReady, kAtBarrier, kInWarpOp, kExited };

struct Lane {
  unsigned index = 0;
  Dim3 thread;
  State state = State::kExited;
  ucontext_t context{};  // where the lane starts
  jmp_buf resume;        // where it goes on
  bool started = false;
  void* stack = nullptr;
  void* tsan = nullptr;
  WarpOp op = WarpOp::kSync;
  unsigned mask = 0;
  uint64_t value = 0;
  int parameter = 0, width = 32;
  uint64_t result = 0;
  char token[2] = {0, 0};  // addresses that stand for "what this lane did before its last two __syncwarp"
  unsigned generation = 0;
  char left = 0;              // stands for everything the lane did before it last gave way
  char* acquire[kWarp] = {};  // tokens of the lanes that took part in the operation just finished
  std::deque<Copy> copies;    // under way
};

// One bit per lane.
struct Warp {
  unsigned waiting = 0;  // in a warp operation
  unsigned gone = 0;     // exited, or not in the block
};

// Lanes of the block under way.
Lane& running_lane();
unsigned block_lanes();
Lane& block_lane(unsigned index);
Warp& warp_of(const Lane& lane);
unsigned bit_of(const Lane& lane);

void make_ready(Lane& lane);
// Gives the processor back; returns when the lane is scheduled again. A faulted block never comes back.
void leave(Lane& lane);
// Ends the block with a fault as soon as the lane gives the processor back.
void fail(const Lane& lane, const std::string& what);

// ThreadSanitizer's view: switching fibres orders nothing; tokens do.
void tsan_release(char* token);
void tsan_acquire(char* token);

const char* name_of(WarpOp op);
// A warp operation may not name a lane that has left.
void check_exited_is_not_awaited(const Lane& gone);

}  // namespace simt

#endif
