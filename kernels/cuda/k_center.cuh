// k_center: device bodies. Contract: assay/kernels/k_center.h.
//
// nearest[i] is point i's distance (or its square) to the closest centre so far, negative once the point is labelled
// or picked. best[b] is the key of the pick b: distance bits above, the complement of the index below, so that the
// largest key is the farthest point and the first among equals; 0 when no point is left.
#ifndef ASSAY_CUDA_K_CENTER_CUH
#define ASSAY_CUDA_K_CENTER_CUH

#include <cmath>

#include "assay/kernels/k_center.h"
#include "cuda/context_rows.cuh"

namespace assay::cuda {

using Key = unsigned long long;
constexpr float kTaken = -1.0f;
constexpr unsigned kInfinityBits = 0x7f800000u;

__device__ __forceinline__ Key key_of(float nearest, int64_t point) {
  if (nearest < 0.0f) return 0;
  return static_cast<Key>(__float_as_uint(nearest)) << 32 | (0xffffffffu - static_cast<unsigned>(point));
}
__device__ __forceinline__ int64_t point_of(Key key) { return 0xffffffffu - static_cast<unsigned>(key); }

// The largest of a block's keys, in thread 0.
__device__ __forceinline__ Key block_largest(Key key) {
  ASSAY_SHARED(Key, largest, [32]);
  for (int distance = 16; distance > 0; distance /= 2) {
    const Key other = __shfl_xor_sync(kFullWarp, key, distance);
    key = other > key ? other : key;
  }
  if (threadIdx.x % kWarpSize == 0) largest[threadIdx.x / kWarpSize] = key;
  __syncthreads();
  for (unsigned warp = 1; threadIdx.x == 0 && warp < blockDim.x / kWarpSize; ++warp) {
    key = largest[warp] > key ? largest[warp] : key;
  }
  return key;
}

// The points and the distance between two of them: kernels take one of these two by value.
template <bool kWide>
struct EuclideanPoints {
  using Term = SquaredDifference<kWide>;
  DeviceRows rows;
  int64_t length;
  __device__ __forceinline__ float value(int64_t, int64_t, float sum) const { return sum; }
  __device__ __forceinline__ float distance(float value) const { return ::sqrtf(value); }
};

struct ContextPoints {
  using Term = Context;
  ContextRows context;
  DeviceRows rows;
  int64_t length;
  bool mean;
  __device__ __forceinline__ float value(int64_t i, int64_t j, float sum) const {
    return math::context_value<DistanceOps>(sum, common_classes(context, i, context, j), mean);
  }
  __device__ __forceinline__ float distance(float value) const { return value; }
};

static __global__ void __launch_bounds__(256)
    k_center_clear_kernel(float* nearest, int64_t points, Key* best, int64_t keys, Key first) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < points || i < keys; i += step) {
    if (i < points) nearest[i] = __uint_as_float(kInfinityBits);
    if (i < keys) best[i] = i == 0 ? first : 0;
  }
}

static __global__ void __launch_bounds__(256)
    k_center_labelled_kernel(const int32_t* labelled, int64_t count, float* nearest, int64_t points) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += step) {
    const int64_t point = __ldg(labelled + i);
    // An exchange, because indices may repeat.
    if (point < 0 || point >= points) continue;
    atomicExch(reinterpret_cast<unsigned*>(nearest) + point, __float_as_uint(kTaken));
  }
}

// A warp per row of `length` floats.
static __global__ void __launch_bounds__(256)
    k_center_bad_points_kernel(DeviceRows rows, int64_t length, Key* bad_points) {
  const unsigned lane = threadIdx.x % kWarpSize;
  const int64_t warps = static_cast<int64_t>(gridDim.x) * blockDim.x / kWarpSize;
  Key bad = 0;
  for (int64_t i = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / kWarpSize; i < rows.count;
       i += warps) {
    bool finite = true;
    for (int64_t k = lane; k < length; k += kWarpSize) {
      finite = finite && (__float_as_uint(__ldg(rows.row(i) + k)) & kInfinityBits) != kInfinityBits;
    }
    bad += __all_sync(kFullWarp, finite) ? 0 : 1;
  }
  if (lane == 0 && bad > 0) atomicAdd(bad_points, bad);
}

// Distances to the labelled points: a block has 32 points and every gridDim.y-th group of centres. Non-negative floats
// compare as integers, and a taken point is a negative one: it stays taken.
template <class Points>
static __global__ void __launch_bounds__(kTileThreads, 2)
    k_center_start_kernel(Points set, const int32_t* labelled, int64_t count, float* nearest) {
  using Term = typename Points::Term;
  constexpr int kCentres = Term::kCentres, kShare = kCentres / 2;
  const TilePlace place = tile_place();
  const int64_t first_point = static_cast<int64_t>(blockIdx.x) * kBlockPoints + place.row * kTeamPoints;
  const int64_t point = min_of(first_point + place.thread / 2, set.rows.count - 1);
  const float* points[kTeamPoints];
  for (int p = 0; p < kTeamPoints; ++p) points[p] = set.rows.row(first_point + p);
  float smallest = __uint_as_float(kInfinityBits);
  for (int64_t group = blockIdx.y; group < ceil_div(count, kBlockCentres<Term>); group += gridDim.y) {
    const int64_t first = group * kBlockCentres<Term> + place.column * kCentres;
    const float* centres[kCentres];
    for (int c = 0; c < kCentres; ++c) {
      const int64_t index = __ldg(labelled + min_of(first + c, count - 1));
      centres[c] = set.rows.row(max_of(index, 0));
    }
    float sums[kShare];
    team_sums<Term>(points, centres, set.length, place.thread, sums);
    for (int i = 0; i < kShare; ++i) {
      const int64_t centre = __ldg(labelled + min_of(first + place.thread % 2 * kShare + i, count - 1));
      if (centre < 0 || centre >= set.rows.count) continue;
      const float value = set.value(point, centre, sums[i]);
      smallest = value < smallest ? value : smallest;
    }
  }
  const float other = __shfl_xor_sync(kFullWarp, smallest, 1, kTeam);
  smallest = other < smallest ? other : smallest;
  if (place.thread % 2 == 0) {
    atomicMin(reinterpret_cast<int*>(nearest) + point, static_cast<int>(__float_as_uint(smallest)));
  }
}

static __global__ void __launch_bounds__(kTileThreads)
    k_center_farthest_kernel(const float* nearest, int64_t points, Key* best) {
  Key largest = 0;
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < points; i += step) {
    const Key key = key_of(__ldg(nearest + i), i);
    largest = key > largest ? key : largest;
  }
  largest = block_largest(largest);
  if (threadIdx.x == 0) atomicMax(best, largest);
}

// One pick: distances to it, minimum, and the farthest point that is left, in one read of the rows. A team takes
// kPoints points at a time: 8 keep their loads in flight, 1 spreads few points over the whole device.
template <int kPoints, class Points>
static __global__ void __launch_bounds__(kTileThreads, 2)
    k_center_step_kernel(Points set, float* nearest, const Key* pick, Key* next) {
  if (*pick == 0) return;
  const int64_t centre = point_of(*pick);
  const int thread = static_cast<int>(threadIdx.x % kTeam);
  const int64_t team = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / kTeam;
  const int64_t step = static_cast<int64_t>(gridDim.x) * kTeamsPerBlock * kPoints;
  const float* const centres[1] = {set.rows.row(centre)};
  Key largest = 0;
  // Whole warps stay in the loop together: they look at their first team.
  for (int64_t first = team * kPoints; first - team % 4 * kPoints < set.rows.count; first += step) {
    const float* points[kPoints];
    for (int p = 0; p < kPoints; ++p) points[p] = set.rows.row(first + p);
    float sum[1];
    team_sums<typename Points::Term>(points, centres, set.length, thread, sum);
    const int64_t point = kPoints == 1 ? first : first + thread;
    if (point >= set.rows.count || (kPoints == 1 && thread > 0)) continue;
    const float before = nearest[point], value = set.value(point, centre, sum[0]);
    const float now = point == centre ? kTaken : value < before ? value : before;
    nearest[point] = now;
    const Key key = key_of(now, point);
    largest = key > largest ? key : largest;
  }
  largest = block_largest(largest);
  if (threadIdx.x == 0 && largest > 0) atomicMax(next, largest);
}

template <class Points>
static __global__ void __launch_bounds__(256)
    k_center_finish_kernel(Points set, const Key* best, int64_t budget, int32_t* order, float* radius) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t b = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; b < budget; b += step) {
    const Key pick = __ldg(best + b), next = __ldg(best + b + 1);
    order[b] = pick == 0 ? -1 : static_cast<int32_t>(point_of(pick));
    if (radius != nullptr) {
      radius[b] = next == 0 ? 0.0f : set.distance(__uint_as_float(static_cast<unsigned>(next >> 32)));
    }
  }
}

template <class Queue>
Geometry k_center_geometry(const Queue& queue, int64_t threads) {
  Geometry geometry;
  geometry.threads = 256;
  geometry.blocks_x = max_of(1, min_of(ceil_div(threads, geometry.threads), queue.processors() * 16));
  return geometry;
}

template <class Queue, class Points>
void enqueue_k_center_start(Queue& queue, const AssayKCenterArgs& args, const Points& set, float* nearest, Key* best) {
  queue.launch("k_center_labelled", k_center_geometry(queue, args.labelled_count), k_center_labelled_kernel,
               args.labelled, args.labelled_count, nearest, args.points);
  Geometry start;
  start.threads = kTileThreads;
  start.blocks_x = ceil_div(args.points, kBlockPoints);
  const int64_t groups = ceil_div(args.labelled_count, kBlockCentres<typename Points::Term>);
  start.blocks_y = min_of(groups, ceil_div(queue.processors() * 16, start.blocks_x));
  queue.launch("k_center_start", start, k_center_start_kernel<Points>, set, args.labelled, args.labelled_count,
               nearest);
  queue.launch("k_center_farthest", k_center_geometry(queue, args.points), k_center_farthest_kernel,
               static_cast<const float*>(nearest), args.points, best);
}

template <class Queue, class Points>
void enqueue_k_center_picks(Queue& queue, const AssayKCenterArgs& args, const Points& set) {
  auto* const nearest = static_cast<float*>(queue.scratch(args.points * 4));
  auto* const best = static_cast<Key*>(queue.scratch((args.budget + 1) * 8));
  const bool seeded = args.labelled_count == 0;
  const Key seed = seeded ? Key{kInfinityBits} << 32 | (0xffffffffu - static_cast<unsigned>(args.seed_pick)) : 0;
  queue.launch("k_center_clear", k_center_geometry(queue, max_of(args.points, args.budget + 1)), k_center_clear_kernel,
               nearest, args.points, best, args.budget + 1, seed);
  if (!seeded) enqueue_k_center_start(queue, args, set, nearest, best);
  // With 8 points to a team, a device is full from 32 x 8 points per block and two blocks per processor.
  const bool few = args.points < queue.processors() * 2 * kTeamsPerBlock * 8;
  auto* const step = few ? k_center_step_kernel<1, Points> : k_center_step_kernel<8, Points>;
  const Geometry geometry = k_center_geometry(queue, ceil_div(args.points, few ? 1 : 8) * kTeam);
  for (int64_t b = 0; b < args.budget; ++b) {
    queue.launch("k_center_step", geometry, step, set, nearest, static_cast<const Key*>(best + b), best + b + 1);
  }
  queue.launch("k_center_finish", k_center_geometry(queue, args.budget), k_center_finish_kernel<Points>, set,
               static_cast<const Key*>(best), args.budget, args.order, args.radius);
}

// Counts the points that are not finite, then picks.
template <class Queue, class Points>
void enqueue_k_center_of(Queue& queue, const AssayKCenterArgs& args, const Points& set, int64_t row_floats) {
  queue.launch("k_center_bad_points", k_center_geometry(queue, args.points * kWarpSize), k_center_bad_points_kernel,
               set.rows, row_floats, reinterpret_cast<Key*>(args.bad_points));
  if (args.budget > 0) enqueue_k_center_picks(queue, args, set);
}

template <class Queue>
void enqueue_k_center(Queue& queue, const AssayKCenterArgs& args) {
  queue.fill(args.bad_points, 0, 8);
  if (args.points == 0) return;
  if (args.metric == ASSAY_CONTEXTUAL_DIVERSITY) {
    const ContextRows context = enqueue_context_rows(queue, args.mixture, args.present, args.points, args.classes);
    const ContextPoints set = {context, context.rows, context.length, args.form == ASSAY_MEAN_OVER_COMMON};
    return enqueue_k_center_of(queue, args, set, context.rows.stride);
  }
  const DeviceRows rows = {args.features, args.points, args.feature_stride};
  if (rows_aligned_16(args.features, args.feature_stride)) {
    return enqueue_k_center_of(queue, args, EuclideanPoints<true>{rows, args.dimensions}, args.dimensions);
  }
  enqueue_k_center_of(queue, args, EuclideanPoints<false>{rows, args.dimensions}, args.dimensions);
}

}  // namespace assay::cuda

#endif
