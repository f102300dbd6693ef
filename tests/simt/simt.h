// A CPU machine that runs CUDA device bodies lane by lane, so that tests can check them without a GPU.
//
// Every lane of a block is a fibre with its own stack; blocks run one after another. Lanes change only at barriers,
// warp operations and exit, in an order drawn from the launch's seed. ThreadSanitizer sees every lane as a thread of
// its own and no ordering between two lanes except what __syncthreads, __syncwarp and atomics give on a GPU: a missing
// barrier is reported as a data race whatever the actual order was. Shuffles, votes and matches order nothing, as on a
// GPU.
//
// Faults are thrown from launch() as simt::Fault: a lane that exits while another waits for it in a warp operation,
// lanes of one operation that disagree on mask or kind, deadlock, and writes outside shared memory.
// Shared memory is filled with 0xff (NaN, -1) before every block. launch() is not reentrant; a signal handler may leave
// it by siglongjmp, and the next launch starts afresh.
#ifndef ASSAY_TESTS_SIMT_SIMT_H
#define ASSAY_TESTS_SIMT_SIMT_H

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace simt {

struct Dim3 {
  unsigned x = 1, y = 1, z = 1;
};

struct Launch {
  Dim3 grid, block;
  size_t dynamic_shared = 0;  // bytes
  uint64_t seed = 1;          // order of the lanes
};

class Fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class WarpOp {
  kSync,
  kShuffle,
  kShuffleUp,
  kShuffleDown,
  kShuffleXor,
  kBallot,
  kMatchAny,
  kMatchAll,
  kReduceAdd,
  kReduceMinUnsigned,
  kReduceMaxUnsigned,
  kReduceMinSigned,
  kReduceMaxSigned,
  kReduceOr,
  kReduceAnd
};

// What the running lane sees.
struct Coordinates {
  Dim3 thread, block, block_dim, grid_dim;
};
extern Coordinates now;

void sync_threads();
// Waits for every lane of `mask`, then returns this lane's result. `parameter` is the source lane, distance or lane
// mask of a shuffle; `width` its segment.
uint64_t warp_op(WarpOp op, unsigned mask, uint64_t value, int parameter, int width);
void* dynamic_shared();

// Asynchronous copies of the running lane: put off, then taken one by one, in order, by the lane when it waits for
// them. Faults: others than of 4, 8 or 16 bytes between multiples of that, and a lane that exits before it waits.
struct Copy {
  void* to;
  const void* from;
  size_t bytes;
};
void defer_copy(const Copy& copy);
bool take_copy(Copy& copy);

// One statically allocated shared object; registered before main() so that every block starts with it poisoned.
void register_static_shared(void* object, size_t bytes);
template <class T, int kLine, class Where>
struct StaticShared {
  struct Registered {
    alignas(16) unsigned char bytes[sizeof(T) + 32];  // the object between two guards of 16 bytes
    Registered() { register_static_shared(bytes, sizeof(T)); }
  };
  static Registered storage;
};
template <class T, int kLine, class Where>
typename StaticShared<T, kLine, Where>::Registered StaticShared<T, kLine, Where>::storage;

using LaneEntry = void (*)(void*);
void run(const Launch& launch, LaneEntry entry, void* context);

// Runs `body()` once per lane of every block.
template <class Body>
void launch(const Launch& launch, const Body& body) {
  Body lane = body;
  run(
      launch, [](void* context) { (*static_cast<Body*>(context))(); }, &lane);
}

}  // namespace simt

#endif
