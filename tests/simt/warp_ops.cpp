// Warp operations: who waits for whom, and what each lane gets. Compiled without ThreadSanitizer, as the scheduler is.
#include "machine.h"

namespace simt {

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

// A warp operation may not name a lane that has left.
void check_exited_is_not_awaited(const Lane& gone) {
  const unsigned first = gone.index / kWarp * kWarp;
  for (unsigned i = first; i < first + kWarp && i < block_lanes(); ++i) {
    const Lane& lane = block_lane(i);
    if (lane.state == State::kInWarpOp && (lane.mask >> (gone.index - first) & 1u))
      fail(lane, std::string(name_of(lane.op)) + " names lane " + std::to_string(gone.index) + ", which has exited");
  }
}

namespace {

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
    if (first + i >= block_lanes())
      return fail(lane, std::string(name_of(lane.op)) + " names lane " + std::to_string(first + i) +
                            ", which the block does not have");
    Lane& other = block_lane(first + i);
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

uint64_t warp_op(WarpOp op, unsigned mask, uint64_t value, int parameter, int width) {
  Lane& lane = running_lane();
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

}  // namespace simt
