// The scheduler. Compiled without ThreadSanitizer: its own bookkeeping must not look like traffic between lanes.
// Without the C library's check of longjmp as well, which takes a jump to another stack for an error.
#undef _FORTIFY_SOURCE
#include "simt.h"

#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <cstring>
#include <deque>
#include <string>
#include <vector>

#ifdef ASSAY_SIMT_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace simt {

Coordinates now;

namespace {

constexpr size_t kStackBytes = 256 * 1024;
constexpr unsigned kWarp = 32;
constexpr size_t kGuard = 16;
constexpr unsigned char kPoison = 0xff, kGuardByte = 0xa5;

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

struct StaticRegion {
  unsigned char* bytes;
  size_t size;
};

std::vector<StaticRegion>& static_regions() {
  static std::vector<StaticRegion> regions;
  return regions;
}

struct Machine {
  std::vector<Lane*> lanes;  // grows to the largest block and is kept
  unsigned count = 0;        // lanes of the present block
  Warp warps[1024 / kWarp];
  Lane* running = nullptr;
#ifdef ASSAY_SIMT_TSAN
  ucontext_t scheduler{};
#else
  jmp_buf scheduler;
#endif
  void* scheduler_tsan = nullptr;
  LaneEntry entry = nullptr;
  void* argument = nullptr;
  uint64_t random = 1;
  std::vector<unsigned> ready;
  unsigned waiting_at_barrier = 0, exited = 0, barrier_generation = 0;
  char barrier_token[2] = {0, 0};
  char launch_token = 0, exit_token = 0;
  std::string fault;
  std::vector<unsigned char> dynamic;
  size_t dynamic_size = 0;
  bool inside = false;  // a launch is under way, or was left by a jump
} machine;

// ThreadSanitizer's view: switching fibres orders nothing; tokens do.
void tsan_release(char* token) {
#ifdef ASSAY_SIMT_TSAN
  __tsan_release(token);
#else
  (void)token;
#endif
}
void tsan_acquire(char* token) {
#ifdef ASSAY_SIMT_TSAN
  __tsan_acquire(token);
#else
  (void)token;
#endif
}
void tsan_switch(void* fibre) {
#ifdef ASSAY_SIMT_TSAN
  __tsan_switch_to_fiber(fibre, __tsan_switch_to_fiber_no_sync);
#else
  (void)fibre;
#endif
}

uint64_t next_random() {
  machine.random ^= machine.random << 13;
  machine.random ^= machine.random >> 7;
  machine.random ^= machine.random << 17;
  return machine.random;
}

void make_ready(Lane& lane) {
  lane.state = State::kReady;
  machine.ready.push_back(lane.index);
}

// Lanes change by _setjmp and _longjmp, for swapcontext asks the operating system for signal masks twice a time. What
// ThreadSanitizer makes of _longjmp does not allow for fibres; there, it is swapcontext.
#ifdef ASSAY_SIMT_TSAN
void to_scheduler(Lane& lane) { swapcontext(&lane.context, &machine.scheduler); }
void to_lane(Lane& lane) { swapcontext(&machine.scheduler, &lane.context); }
#else
void to_scheduler(Lane& lane) {
  if (_setjmp(lane.resume) == 0) _longjmp(machine.scheduler, 1);
}
void to_lane(Lane& lane) {
  if (_setjmp(machine.scheduler) != 0) return;
  if (lane.started) _longjmp(lane.resume, 1);
  lane.started = true;
  setcontext(&lane.context);
}
#endif

// Gives the processor back; returns when the lane is scheduled again. A faulted block never comes back.
void leave(Lane& lane) {
  tsan_release(&lane.left);
  tsan_switch(machine.scheduler_tsan);
  to_scheduler(lane);
}

void fail(const Lane& lane, const std::string& what) {
  if (machine.fault.empty())
    machine.fault = "block (" + std::to_string(now.block.x) + "," + std::to_string(now.block.y) + "," +
                    std::to_string(now.block.z) + ") lane " + std::to_string(lane.index) + ": " + what;
}

const char* name_of(WarpOp op) {
  switch (op) {
    case WarpOp::kSync:
      return "__syncwarp";
    case WarpOp::kShuffle:
      return "__shfl_sync";
    case WarpOp::kShuffleUp:
      return "__shfl_up_sync";
    case WarpOp::kShuffleDown:
      return "__shfl_down_sync";
    case WarpOp::kShuffleXor:
      return "__shfl_xor_sync";
    case WarpOp::kBallot:
      return "__ballot_sync";
    case WarpOp::kMatchAny:
      return "__match_any_sync";
    case WarpOp::kMatchAll:
      return "__match_all_sync";
    default:
      return "__reduce_sync";
  }
}

void release_barrier_when_full() {
  if (machine.waiting_at_barrier == 0 || machine.waiting_at_barrier + machine.exited != machine.count) return;
  for (unsigned i = 0; i < machine.count; ++i)
    if (machine.lanes[i]->state == State::kAtBarrier) make_ready(*machine.lanes[i]);
  machine.waiting_at_barrier = 0;
  ++machine.barrier_generation;
}

Warp& warp_of(const Lane& lane) { return machine.warps[lane.index / kWarp]; }
unsigned bit_of(const Lane& lane) { return 1u << lane.index % kWarp; }

// A warp operation may not name a lane that has left.
void check_exited_is_not_awaited(const Lane& gone) {
  const unsigned first = gone.index / kWarp * kWarp;
  for (unsigned i = first; i < first + kWarp && i < machine.count; ++i) {
    const Lane& lane = *machine.lanes[i];
    if (lane.state == State::kInWarpOp && (lane.mask >> (gone.index - first) & 1u))
      fail(lane, std::string(name_of(lane.op)) + " names lane " + std::to_string(gone.index) + ", which has exited");
  }
}

void lane_main() {
  for (;;) {
    Lane& lane = *machine.running;
    tsan_acquire(&machine.launch_token);
    machine.entry(machine.argument);
    tsan_release(&machine.exit_token);
    if (!lane.copies.empty()) fail(lane, "exits while asynchronous copies are under way");
    lane.state = State::kExited;
    ++machine.exited;
    warp_of(lane).gone |= bit_of(lane);
    check_exited_is_not_awaited(lane);
    release_barrier_when_full();
    leave(lane);
  }
}

// A fresh stack: a faulted block leaves its lanes in the middle of a body.
void prepare(Lane& lane) {
  if (lane.stack == nullptr) {
    lane.stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (lane.stack == MAP_FAILED) throw Fault("no memory for a lane's stack");
  }
#ifdef ASSAY_SIMT_TSAN
  if (lane.tsan != nullptr) __tsan_destroy_fiber(lane.tsan);
  lane.tsan = __tsan_create_fiber(0);
#endif
  getcontext(&lane.context);
  lane.context.uc_stack.ss_sp = lane.stack;
  lane.context.uc_stack.ss_size = kStackBytes;
  lane.context.uc_link = nullptr;
  makecontext(&lane.context, lane_main, 0);
  lane.started = false;
  lane.copies.clear();
}

void ensure_lanes(unsigned count) {
  while (machine.lanes.size() < count) {
    Lane* lane = new Lane;  // lives as long as the process
    lane->index = static_cast<unsigned>(machine.lanes.size());
    prepare(*lane);
    machine.lanes.push_back(lane);
  }
}

void poison_shared() {
  for (const StaticRegion& region : static_regions()) {
    memset(region.bytes, kGuardByte, kGuard);
    memset(region.bytes + kGuard, kPoison, region.size);
    memset(region.bytes + kGuard + region.size, kGuardByte, kGuard);
  }
  memset(machine.dynamic.data(), kGuardByte, machine.dynamic.size());
  memset(machine.dynamic.data() + kGuard, kPoison, machine.dynamic_size);
}

bool guarded(const unsigned char* bytes, size_t size) {
  for (size_t i = 0; i < kGuard; ++i)
    if (bytes[i] != kGuardByte || bytes[kGuard + size + i] != kGuardByte) return false;
  return true;
}

void check_guards() {
  for (const StaticRegion& region : static_regions())
    if (!guarded(region.bytes, region.size))
      throw Fault("a write outside a static shared object of " + std::to_string(region.size) + " bytes");
  if (!guarded(machine.dynamic.data(), machine.dynamic_size))
    throw Fault("a write outside the " + std::to_string(machine.dynamic_size) + " bytes of dynamic shared memory");
}

std::string describe_deadlock() {
  std::string text = "deadlock in block (" + std::to_string(now.block.x) + "," + std::to_string(now.block.y) + "):";
  for (unsigned i = 0; i < machine.count; ++i) {
    const Lane& lane = *machine.lanes[i];
    if (lane.state == State::kAtBarrier) text += " " + std::to_string(i) + ":__syncthreads";
    if (lane.state == State::kInWarpOp) text += " " + std::to_string(i) + ":" + name_of(lane.op);
  }
  return text;
}

void abandon_lanes() {
  for (Lane* lane : machine.lanes) {
    lane->state = State::kExited;
    prepare(*lane);
  }
}

[[noreturn]] void abandon_block(std::string (*describe)()) {
  for (Lane* lane : machine.lanes) tsan_acquire(&lane->left);
  const std::string what = describe();
  abandon_lanes();
  machine.inside = false;
  throw Fault(what);
}

void run_block() {
  poison_shared();
  machine.ready.clear();
  machine.waiting_at_barrier = machine.exited = 0;
  machine.fault.clear();
  for (Warp& warp : machine.warps) warp = {0, ~0u};
  for (unsigned i = 0; i < machine.count; ++i) {
    warp_of(*machine.lanes[i]).gone &= ~bit_of(*machine.lanes[i]);
    make_ready(*machine.lanes[i]);
  }
  tsan_release(&machine.launch_token);
  while (!machine.ready.empty()) {
    const size_t pick = next_random() % machine.ready.size();
    Lane& lane = *machine.lanes[machine.ready[pick]];
    machine.ready[pick] = machine.ready.back();
    machine.ready.pop_back();
    machine.running = &lane;
    now.thread = lane.thread;
    tsan_switch(lane.tsan);
    to_lane(lane);
    if (!machine.fault.empty()) abandon_block([] { return machine.fault; });
  }
  if (machine.exited != machine.count) abandon_block(describe_deadlock);
  tsan_acquire(&machine.exit_token);
  check_guards();
}

// The lane a shuffle reads from, or the lane itself where the source lies outside its segment.
unsigned shuffle_source(const Lane& lane, unsigned self) {
  const int width = lane.width, first = static_cast<int>(self) / width * width, at = static_cast<int>(self) - first;
  int source = at;
  if (lane.op == WarpOp::kShuffle) source = lane.parameter & (width - 1);
  if (lane.op == WarpOp::kShuffleUp) source = at - lane.parameter;
  if (lane.op == WarpOp::kShuffleDown) source = at + lane.parameter;
  if (lane.op == WarpOp::kShuffleXor) source = at ^ lane.parameter;
  if (source < 0 || source >= width) source = at;
  return static_cast<unsigned>(first + source);
}

uint64_t combine(WarpOp op, uint64_t a, uint64_t b) {
  const uint32_t x = static_cast<uint32_t>(a), y = static_cast<uint32_t>(b);
  const int32_t sx = static_cast<int32_t>(x), sy = static_cast<int32_t>(y);
  switch (op) {
    case WarpOp::kReduceAdd:
      return x + y;
    case WarpOp::kReduceMinUnsigned:
      return x < y ? x : y;
    case WarpOp::kReduceMaxUnsigned:
      return x > y ? x : y;
    case WarpOp::kReduceMinSigned:
      return static_cast<uint32_t>(sx < sy ? sx : sy);
    case WarpOp::kReduceMaxSigned:
      return static_cast<uint32_t>(sx > sy ? sx : sy);
    case WarpOp::kReduceOr:
      return x | y;
    default:
      return x & y;
  }
}

void compute_result(Lane& lane, Lane* const* warp) {
  const unsigned self = lane.index % kWarp;
  if (lane.op >= WarpOp::kShuffle && lane.op <= WarpOp::kShuffleXor) {
    const unsigned source = shuffle_source(lane, self);
    if (lane.mask >> source & 1u)
      lane.result = warp[source]->value;
    else
      fail(lane,
           std::string(name_of(lane.op)) + " reads lane " + std::to_string(source) + ", which is not in the mask");
    return;
  }
  uint64_t same = 0, ballot = 0, reduced = lane.value;
  for (unsigned i = 0; i < kWarp; ++i) {
    if (!(lane.mask >> i & 1u)) continue;
    if (warp[i]->value == lane.value) same |= 1u << i;
    if (warp[i]->value != 0) ballot |= 1u << i;
    if (lane.op >= WarpOp::kReduceAdd && i != self) reduced = combine(lane.op, reduced, warp[i]->value);
  }
  if (lane.op == WarpOp::kBallot) lane.result = ballot;
  if (lane.op == WarpOp::kMatchAny) lane.result = same;
  if (lane.op == WarpOp::kMatchAll) lane.result = same == lane.mask ? lane.mask : 0;
  if (lane.op >= WarpOp::kReduceAdd) lane.result = reduced;
}

// For ThreadSanitizer: after a __syncwarp its lanes have seen what the others did before it.
void exchange_tokens(Lane* const* warp) {
#ifdef ASSAY_SIMT_TSAN
  for (unsigned i = 0; i < kWarp; ++i) {
    if (warp[i] == nullptr) continue;
    for (unsigned k = 0; k < kWarp; ++k)
      warp[i]->acquire[k] = warp[k] == nullptr ? nullptr : &warp[k]->token[warp[k]->generation & 1u];
  }
#else
  (void)warp;
#endif
}

// Finishes the operation `lane` has just joined if it is the last one of its mask.
void finish_when_complete(Lane& lane) {
  warp_of(lane).waiting |= bit_of(lane);
  const unsigned missing = lane.mask & ~warp_of(lane).waiting;
  if (missing != 0 && (missing & warp_of(lane).gone) == 0) return;
  const unsigned first = lane.index / kWarp * kWarp;
  Lane* warp[kWarp] = {};
  for (unsigned i = 0; i < kWarp; ++i) {
    if (!(lane.mask >> i & 1u)) continue;
    if (first + i >= machine.count)
      return fail(lane, std::string(name_of(lane.op)) + " names lane " + std::to_string(first + i) +
                            ", which the block does not have");
    Lane& other = *machine.lanes[first + i];
    if (other.state == State::kExited)
      return fail(lane,
                  std::string(name_of(lane.op)) + " names lane " + std::to_string(other.index) + ", which has exited");
    if (other.state == State::kInWarpOp && (other.op != lane.op || other.mask != lane.mask))
      return fail(lane, std::string(name_of(lane.op)) + " meets lane " + std::to_string(other.index) + " in " +
                            name_of(other.op) + " with another mask or kind");
    warp[i] = &other;
  }
  for (unsigned i = 0; i < kWarp; ++i)
    if (warp[i] != nullptr && lane.op != WarpOp::kSync) compute_result(*warp[i], warp);
  if (lane.op == WarpOp::kSync) exchange_tokens(warp);
  for (unsigned i = 0; i < kWarp; ++i)
    if (warp[i] != nullptr) make_ready(*warp[i]);
  warp_of(lane).waiting &= ~lane.mask;
}

}  // namespace

void register_static_shared(void* object, size_t bytes) {
  static_regions().push_back({static_cast<unsigned char*>(object), bytes});
}

void* dynamic_shared() { return machine.dynamic.data() + kGuard; }

void defer_copy(const Copy& copy) {
  Lane& lane = *machine.running;
  const auto addresses = reinterpret_cast<uintptr_t>(copy.to) | reinterpret_cast<uintptr_t>(copy.from);
  if ((copy.bytes != 4 && copy.bytes != 8 && copy.bytes != 16) || addresses % copy.bytes != 0) {
    fail(lane, "an asynchronous copy of " + std::to_string(copy.bytes) + " bytes must be of 4, 8 or 16, aligned");
    leave(lane);
  }
  lane.copies.push_back(copy);
}

bool take_copy(Copy& copy) {
  std::deque<Copy>& copies = machine.running->copies;
  if (copies.empty()) return false;
  copy = copies.front();
  copies.pop_front();
  return true;
}

void sync_threads() {
  Lane& lane = *machine.running;
  const unsigned generation = machine.barrier_generation;
  // Two tokens in turn: a fast lane's next arrival must not leak into a slow lane's wake-up.
  tsan_release(&machine.barrier_token[generation & 1u]);
  lane.state = State::kAtBarrier;
  ++machine.waiting_at_barrier;
  release_barrier_when_full();
  leave(lane);
  tsan_acquire(&machine.barrier_token[generation & 1u]);
}

uint64_t warp_op(WarpOp op, unsigned mask, uint64_t value, int parameter, int width) {
  Lane& lane = *machine.running;
  lane.op = op;
  lane.mask = mask;
  lane.value = value;
  lane.parameter = parameter;
  lane.width = width;
  lane.state = State::kInWarpOp;
  if (op == WarpOp::kSync) tsan_release(&lane.token[++lane.generation & 1u]);
  if (!(mask >> (lane.index % kWarp) & 1u))
    fail(lane, std::string(name_of(op)) + " with a mask that does not name the caller");
  else
    finish_when_complete(lane);
  leave(lane);
  if (op == WarpOp::kSync)
    for (char* token : lane.acquire)
      if (token != nullptr) tsan_acquire(token);
  return lane.result;
}

void run(const Launch& launch, LaneEntry entry, void* context) {
  const Dim3 grid = launch.grid, block = launch.block;
  machine.count = block.x * block.y * block.z;
  if (machine.count == 0 || machine.count > 1024)
    throw Fault("a block of " + std::to_string(machine.count) + " lanes; 1 to 1024 are possible");
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.y > 65535 || grid.z > 65535)
    throw Fault("a grid of impossible size");
  if (launch.dynamic_shared > 48 * 1024) throw Fault("more than 48 KiB of dynamic shared memory");
  if (machine.inside) abandon_lanes();
  ensure_lanes(machine.count);
  for (unsigned i = 0; i < machine.count; ++i)
    machine.lanes[i]->thread = {i % block.x, i / block.x % block.y, i / block.x / block.y};
#ifdef ASSAY_SIMT_TSAN
  machine.scheduler_tsan = __tsan_get_current_fiber();
#endif
  machine.entry = entry;
  machine.argument = context;
  machine.random = launch.seed * 0x9e3779b97f4a7c15ull | 1u;
  machine.dynamic_size = launch.dynamic_shared;
  machine.dynamic.assign(launch.dynamic_shared + 2 * kGuard, kGuardByte);
  now.block_dim = block;
  now.grid_dim = grid;
  machine.inside = true;
  for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
      for (unsigned x = 0; x < grid.x; ++x) {
        now.block = {x, y, z};
        run_block();
      }
  machine.inside = false;
}

}  // namespace simt
