// flip_consistency: device body. Contract: assay/kernels/flip_consistency.h.
//
// A thread owns a chunk of pixels and reads both predictions of it, the second mirrored.
#ifndef ASSAY_CUDA_FLIP_CONSISTENCY_CUH
#define ASSAY_CUDA_FLIP_CONSISTENCY_CUH

#include "assay/kernels/flip_consistency.h"
#include "cuda/map_regions.cuh"
#include "cuda/pixel_maps.cuh"
#include "cuda/pixel_readers.cuh"
#include "math/flip_means.h"

namespace assay::cuda {

struct FlipTask {
  AssayFlipConsistencyArgs args;
  ScoreView view, flipped;
  AssayFlipMaps maps;
  ChunkTiles tiles;
  int64_t flipped_offset;      // of the second reader's part of dynamic shared memory
  unsigned long long* totals;  // [n, kFlipTotals]
  bool logits, vectors;        // vectors: maps may be written in 16-byte vectors
};

// The sums of logits of a chunk that has been looked at.
template <class Reader, int V = Reader::V>
__device__ __forceinline__ void add_exponentials(const Reader& reader, int classes, PredictionLook<V>& look) {
#pragma unroll 2
  for (int c = 0; c < classes; ++c) {
    float x[V];
    reader.read(c, x);
#pragma unroll
    for (int k = 0; k < V; ++k) math::exp_sums_add<Ops>(look.sums[k], x[k], look.largest[k].score);
  }
}

__device__ __forceinline__ math::LogProbability<Ops> log_probability(float score, float largest, float scale,
                                                                     float log_sum, bool logits) {
  if (!logits) return math::log_probability_of<Ops>(score);
  const float d = math::clamp_exponent<Ops>(Ops::sub(score, largest));
  return math::log_probability_of_logit<Ops>(d, math::exp_nonpositive<Ops>(d), scale, log_sum);
}

// The two predictions of a chunk, compared.
template <class First, class Second, int V = First::V>
__device__ __forceinline__ void compare(First& first, Second& second, int classes, bool logits,
                                        math::Divergence<Ops> (&result)[V]) {
  PredictionLook<V> p, q;
  p.read(first, classes, logits);
  q.read(second, classes, logits);
  if (logits) {
    add_exponentials(first, classes, p);
    add_exponentials(second, classes, q);
  }
  math::PixelSignals<Ops> p_signals[V], q_signals[V];
  float p_log[V], q_log[V];
  math::DivergenceSums<Ops> sums[V];
#pragma unroll
  for (int k = 0; k < V; ++k) {
    p_signals[k] = p.signals(k, logits);
    q_signals[k] = q.signals(k, logits);
    p_log[k] = math::log_positive<Ops>(p.sums[k].s);
    q_log[k] = math::log_positive<Ops>(q.sums[k].s);
    sums[k] = math::divergence_start<Ops>();
  }
#pragma unroll 1
  for (int c = 0; c < classes; ++c) {
    float x[V], y[V];
    first.read(c, x);
    second.read(c, y);
#pragma unroll
    for (int k = 0; k < V; ++k) {
      math::divergence_add<Ops>(sums[k],
                                log_probability(x[k], p.largest[k].score, p_signals[k].scale, p_log[k], logits),
                                log_probability(y[k], q.largest[k].score, q_signals[k].scale, q_log[k], logits));
    }
  }
#pragma unroll
  for (int k = 0; k < V; ++k) result[k] = math::divergence_of<Ops>(sums[k], p_signals[k], q_signals[k]);
}

template <int V>
__device__ __forceinline__ void store_flip_maps(const FlipTask& task, int64_t p, unsigned mask,
                                                const math::Divergence<Ops> (&d)[V]) {
  const auto store = [&](float* map, auto&& value) {
    float values[V];
#pragma unroll
    for (int k = 0; k < V; ++k) values[k] = value(d[k]);
    store_map<V>(map, p, mask, task.vectors, values);
  };
  using D = math::Divergence<Ops>;
  store(task.maps.symmetric_kl, [](const D& v) { return v.symmetric_kl; });
  store(task.maps.jensen_shannon, [](const D& v) { return v.jensen_shannon; });
  store(task.maps.entropy_of_mean, [](const D& v) { return v.entropy_of_mean; });
  store(task.maps.entropy, [](const D& v) { return v.entropy; });
  store(task.maps.entropy_flipped, [](const D& v) { return v.entropy_flipped; });
  float labels[V];
#pragma unroll
  for (int k = 0; k < V; ++k) labels[k] = d[k].disagreement;
  store_labels<V>(task.maps.argmax_disagreement, p, mask, labels);
}

// Adds a block's chunks to the totals of its image. Every thread of every warp takes part.
template <int V>
__device__ __forceinline__ void add_flip_totals(unsigned long long* totals, unsigned mask,
                                                const math::Divergence<Ops> (&d)[V]) {
  unsigned long long sums[math::kFlipTotals] = {};
  const auto units = [](float value) { return static_cast<unsigned>(math::signal_units<Ops>(value)); };
#pragma unroll
  for (int k = 0; k < V; ++k) {
    if (!(mask >> k & 1u)) continue;
    sums[math::kSymmetricKlTotal] += units(d[k].symmetric_kl);
    sums[math::kJensenShannonTotal] += units(d[k].jensen_shannon);
    sums[math::kEntropyOfMeanTotal] += units(d[k].entropy_of_mean);
    sums[math::kEntropyTotal] += units(d[k].entropy);
    sums[math::kEntropyFlippedTotal] += units(d[k].entropy_flipped);
    sums[math::kDisagreementTotal] += d[k].disagreement == 1.0f ? 1u : 0u;
    sums[math::kBadTotal] += d[k].disagreement == 255.0f ? 1u : 0u;
  }
  ASSAY_SHARED(unsigned long long, block, [math::kFlipTotals]);
  if (threadIdx.x < math::kFlipTotals) block[threadIdx.x] = 0;
  __syncthreads();
#pragma unroll
  for (int i = 0; i < math::kFlipTotals; ++i) {
    const unsigned long long sum = warp_sum(sums[i]);
    if (threadIdx.x % kWarpSize == 0 && sum != 0) atomicAdd(&block[i], sum);
  }
  __syncthreads();
  if (threadIdx.x < math::kFlipTotals) atomicAdd(&totals[threadIdx.x], block[threadIdx.x]);
}

// Three blocks of 128 threads may use 168 registers each: nothing spills.
template <class Type, class First, class Second>
__global__ void __launch_bounds__(128, 3) flip_consistency_kernel(FlipTask task) {
  constexpr int V = First::V;
  ASSAY_DYNAMIC_SHARED(dynamic);
  const ChunkPlace place = chunk_place<V>(task.tiles, task.view.h, task.view.w);
  First first(dynamic);
  Second second(dynamic + task.flipped_offset);
  first.begin(task.view, task.tiles, place, place.image);
  second.begin(task.flipped, task.tiles, place, place.image);
  math::Divergence<Ops> result[V] = {};
  if (place.mask != 0) {
    compare(first, second, static_cast<int>(task.view.c), task.logits, result);
    store_flip_maps<V>(task, (place.image * task.view.h + place.y) * task.view.w + place.x, place.mask, result);
  }
  add_flip_totals<V>(task.totals + place.image * math::kFlipTotals, place.mask, result);
}

static __global__ void __launch_bounds__(128) flip_means_kernel(FlipTask task) {
  const int64_t n = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  uint64_t totals[math::kFlipTotals] = {};
  if (n < task.view.n) {
    for (int i = 0; i < math::kFlipTotals; ++i) totals[i] = task.totals[n * math::kFlipTotals + i];
    math::write_image_means(task.args, n, totals);
  }
  unsigned long long bad = warp_sum(static_cast<unsigned long long>(totals[math::kBadTotal]));
  if (bad != 0 && threadIdx.x % kWarpSize == 0) {
    atomicAdd(reinterpret_cast<unsigned long long*>(task.args.nan_pixels), bad);
  }
}

// Launches with a pair of readers if their block fits shared memory; false if it does not.
template <class Type, class First, class Second, class Queue>
bool launch_flip(Queue& queue, FlipTask task) {
  const int64_t bytes = First::bytes_per_thread(task.view.c);
  const unsigned threads = block_threads(2 * bytes + 8);  // 8: the block's totals
  if (threads == 0) return false;
  task.tiles = cut_into_chunks(task.view.h, task.view.w, threads, First::V);
  task.flipped_offset = threads * bytes;  // a multiple of 16: threads come in whole warps
  Geometry geometry;
  geometry.blocks_x = task.view.n * task.tiles.across * task.tiles.down;
  geometry.threads = threads;
  geometry.dynamic_shared = 2 * threads * bytes;
  queue.launch("flip_consistency", geometry, flip_consistency_kernel<Type, First, Second>, task);
  return true;
}

template <class Type, class Queue>
void launch_flip_readers(Queue& queue, const FlipTask& task) {
  constexpr int V = Type::kPerVector;
  const AssayTensor &a = task.args.input, &b = task.args.flipped;
  if (interleaved(a) && interleaved(b) &&
      launch_flip<Type, TileReader<Type, false>, TileReader<Type, true>>(queue, task)) {
    return;
  }
  if (vector_rows(a) && vector_rows(b) && a.w % V == 0 &&
      launch_flip<Type, ColumnReader<Type, V, false>, ColumnReader<Type, V, true>>(queue, task)) {
    return;
  }
  if (launch_flip<Type, ColumnReader<Type, 1, false>, ColumnReader<Type, 1, true>>(queue, task)) return;
  launch_flip<Type, DirectReader<Type, false>, DirectReader<Type, true>>(queue, task);
}

// What regions need and the caller does not want goes to scratch.
template <class Queue>
AssayFlipMaps complete_maps(Queue& queue, const AssayFlipConsistencyArgs& args) {
  AssayFlipMaps maps = args.maps;
  const int64_t pixels = args.input.n * args.input.h * args.input.w;
  if (args.regions == 0) return maps;
  const auto floats = [&](float*& map, const float* mean) {
    if (map == nullptr && mean != nullptr) map = static_cast<float*>(queue.scratch(pixels * 4));
  };
  floats(maps.symmetric_kl, args.region_means.symmetric_kl);
  floats(maps.jensen_shannon, args.region_means.jensen_shannon);
  floats(maps.entropy_of_mean, args.region_means.entropy_of_mean);
  floats(maps.entropy, args.region_means.entropy);
  floats(maps.entropy_flipped, args.region_means.entropy_flipped);
  if (maps.argmax_disagreement == nullptr &&
      (args.region_means.argmax_disagreement != nullptr || args.region_nan_pixels != nullptr)) {
    maps.argmax_disagreement = static_cast<uint8_t*>(queue.scratch(pixels));
  }
  return maps;
}

template <class Queue>
void enqueue_flip_regions(Queue& queue, const FlipTask& task) {
  const AssayFlipConsistencyArgs& args = task.args;
  math::MapRegions regions = {};
  regions.n = args.input.n, regions.h = args.input.h, regions.w = args.input.w;
  regions.region_nxy = args.region_nxy, regions.regions = args.regions;
  regions.region_w = args.region_w, regions.region_h = args.region_h;
  regions.maps[0] = task.maps.symmetric_kl, regions.means[0] = args.region_means.symmetric_kl;
  regions.maps[1] = task.maps.jensen_shannon, regions.means[1] = args.region_means.jensen_shannon;
  regions.maps[2] = task.maps.entropy_of_mean, regions.means[2] = args.region_means.entropy_of_mean;
  regions.maps[3] = task.maps.entropy, regions.means[3] = args.region_means.entropy;
  regions.maps[4] = task.maps.entropy_flipped, regions.means[4] = args.region_means.entropy_flipped;
  regions.labels = task.maps.argmax_disagreement, regions.classes = 2;
  regions.ones = args.region_means.argmax_disagreement, regions.nan_pixels = args.region_nan_pixels;
  enqueue_map_regions(queue, regions);
}

template <class Queue>
void enqueue_flip_consistency(Queue& queue, const AssayFlipConsistencyArgs& args) {
  queue.fill(args.nan_pixels, 0, 8);
  if (args.input.n == 0) return;
  FlipTask task = {};
  task.args = args;
  task.view = view_of(args.input);
  task.flipped = view_of(args.flipped);
  task.maps = complete_maps(queue, args);
  task.logits = args.input_kind == ASSAY_LOGITS;
  task.vectors = args.input.w % 4 == 0 && aligned_16(task.maps.symmetric_kl) && aligned_16(task.maps.jensen_shannon) &&
                 aligned_16(task.maps.entropy_of_mean) && aligned_16(task.maps.entropy) &&
                 aligned_16(task.maps.entropy_flipped);
  const int64_t bytes = args.input.n * math::kFlipTotals * 8;
  task.totals = static_cast<unsigned long long*>(queue.scratch(bytes));
  queue.fill(task.totals, 0, bytes);
  if (args.input.h > 0 && args.input.w > 0) {
    dispatch_dtype(args.input.dtype, [&](auto type) { launch_flip_readers<decltype(type)>(queue, task); });
  }
  Geometry means;
  means.threads = 128;
  means.blocks_x = ceil_div(args.input.n, means.threads);
  queue.launch("flip_means", means, flip_means_kernel, task);
  enqueue_flip_regions(queue, task);
}

}  // namespace assay::cuda

#endif
