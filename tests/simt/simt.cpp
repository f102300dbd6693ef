// The scheduler. Compiled without ThreadSanitizer: its own bookkeeping must not look like traffic between lanes.
// Without the C library's check of longjmp as well, which takes a jump to another stack for an error.
#undef _FORTIFY_SOURCE
#include <sys/mman.h>

#include <cstring>
#include <vector>

#include "machine.h"

#ifdef ASSAY_SIMT_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace simt {

Coordinates now;

namespace {

constexpr size_t kStackBytes = 256 * 1024;
constexpr size_t kGuard = 16;
constexpr unsigned char kPoison = 0xff, kGuardByte = 0xa5;

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

void release_barrier_when_full() {
  if (machine.waiting_at_barrier == 0 || machine.waiting_at_barrier + machine.exited != machine.count) return;
  for (unsigned i = 0; i < machine.count; ++i)
    if (machine.lanes[i]->state == State::kAtBarrier) make_ready(*machine.lanes[i]);
  machine.waiting_at_barrier = 0;
  ++machine.barrier_generation;
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

}  // namespace

Lane& running_lane() { return *machine.running; }
unsigned block_lanes() { return machine.count; }
Lane& block_lane(unsigned index) { return *machine.lanes[index]; }
Warp& warp_of(const Lane& lane) { return machine.warps[lane.index / kWarp]; }
unsigned bit_of(const Lane& lane) { return 1u << lane.index % kWarp; }

void make_ready(Lane& lane) {
  lane.state = State::kReady;
  machine.ready.push_back(lane.index);
}

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
