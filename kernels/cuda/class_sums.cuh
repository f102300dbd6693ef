// Sums over the pixels of each predicted class: context mixtures, entropies and margins, for regions.
//
// A block adds into its own matrix in shared memory where that fits, and then once into its region's in global memory;
// larger matrices are added to where they lie. All sums are integers, so that no order matters.
#ifndef ASSAY_CUDA_CLASS_SUMS_CUH
#define ASSAY_CUDA_CLASS_SUMS_CUH

#include "cuda/block_reduce.cuh"
#include "cuda/read_scores.cuh"

namespace assay::cuda {

// Shared memory that a block may spend on its matrix: up to 43 classes.
constexpr int64_t kSharedClassSums = 16 * 1024;

// One matrix row per predicted class: `entries` sums of mixture_units (one per class, or none), then these.
enum ClassColumn { kWeightColumn, kPixelsColumn, kEntropyColumn, kMarginColumn, kScalarColumns };

// What is wanted, each dense with one row per region and class; null: not wanted.
struct ClassOutputs {
  float* mixture;
  float *entropy, *margin;
  uint8_t* present;
  int64_t* pixels;

  bool any() const {
    return mixture != nullptr || entropy != nullptr || margin != nullptr || present != nullptr || pixels != nullptr;
  }
};

struct ClassSumsTask {
  ClassOutputs outputs;
  unsigned long long* global;  // [regions, classes, columns]; null: nothing by class is wanted
  int64_t shared_at;           // where the block's matrix lies in dynamic shared memory; negative: nowhere
  int classes, entries;

  __host__ __device__ int columns() const { return entries + kScalarColumns; }
  __host__ __device__ int64_t count() const { return static_cast<int64_t>(classes) * columns(); }
};

// The live pixels of a warp by label: a few labels, over whose pixels the warp sums together, and the rest.
template <int V>
struct WarpLabels {
  static constexpr int kMost = 4;
  unsigned label[kMost];  // 256: none
  unsigned in[kMost];     // this lane's pixels with the label
  unsigned rest;

  __device__ __forceinline__ WarpLabels(const Chunk<V>& chunk, unsigned live) : rest(live) {
#pragma unroll
    for (int i = 0; i < kMost; ++i) {
      const unsigned lanes = __ballot_sync(kFullWarp, rest != 0);
      unsigned first = 256;
#pragma unroll
      for (int k = V - 1; k >= 0; --k) first = rest >> k & 1u ? chunk.index[k] : first;
      label[i] = __shfl_sync(kFullWarp, first, lanes == 0 ? 0 : __ffs(static_cast<int>(lanes)) - 1);
      in[i] = 0;
#pragma unroll
      for (int k = 0; k < V; ++k) in[i] |= chunk.index[k] == label[i] ? rest & 1u << k : 0u;
      rest &= ~in[i];
    }
  }
};

// Adds one column of V pixels to the matrix. Every lane of the warp takes part.
template <int V>
__device__ __forceinline__ void add_column(const WarpLabels<V>& labels, const Chunk<V>& chunk,
                                           const unsigned (&units)[V], int columns, unsigned long long* column) {
#pragma unroll
  for (int i = 0; i < WarpLabels<V>::kMost; ++i) {
    if (labels.label[i] == 256u) break;
    unsigned long long sum = 0;
#pragma unroll
    for (int k = 0; k < V; ++k) sum += labels.in[i] >> k & 1u ? units[k] : 0u;
    sum = warp_sum(sum);
    if (threadIdx.x % kWarpSize == 0 && sum != 0) atomicAdd(column + labels.label[i] * columns, sum);
  }
#pragma unroll
  for (int k = 0; k < V; ++k) {
    if (labels.rest >> k & 1u) atomicAdd(column + chunk.index[k] * columns, static_cast<unsigned long long>(units[k]));
  }
}

// Adds V pixels to the matrix `sums`. score(c, x) is class c of the pixels.
template <int V, class Score>
__device__ __forceinline__ void add_class_sums(const ClassSumsTask& task, unsigned long long* sums,
                                               const Chunk<V>& chunk, unsigned mask, bool logits, Score&& score) {
  unsigned live = mask, units[V];
  float factor[V];
#pragma unroll
  for (int k = 0; k < V; ++k) {
    if (chunk.index[k] == 255u) live &= ~(1u << k);
    factor[k] = Ops::mul(chunk.scale[k], math::mixture_weight<Ops>(chunk.entropy[k]));
  }
  const WarpLabels<V> labels(chunk, live);
#pragma unroll 1
  for (int c = 0; c < task.entries; ++c) {
    float x[V] = {};
    if (live != 0) score(c, x);
#pragma unroll
    for (int k = 0; k < V; ++k) {
      units[k] = 0;
      if (live >> k & 1u) {
        const float value = class_value<V>(chunk, k, logits, x[k]);
        units[k] = static_cast<unsigned>(math::mixture_units<Ops>(value, factor[k]));
      }
    }
    add_column<V>(labels, chunk, units, task.columns(), sums + c);
  }
  const auto add_scalar = [&](ClassColumn column, auto&& units_of) {
#pragma unroll
    for (int k = 0; k < V; ++k) units[k] = units_of(k);
    add_column<V>(labels, chunk, units, task.columns(), sums + task.entries + column);
  };
  const auto signal = [](float value) { return static_cast<unsigned>(math::signal_units<Ops>(value)); };
  if (task.entries > 0) {
    add_scalar(kWeightColumn,
               [&](int k) { return static_cast<unsigned>(Ops::nearest(math::mixture_weight<Ops>(chunk.entropy[k]))); });
  }
  add_scalar(kPixelsColumn, [](int) { return 1u; });
  if (task.outputs.entropy != nullptr) add_scalar(kEntropyColumn, [&](int k) { return signal(chunk.entropy[k]); });
  if (task.outputs.margin != nullptr) add_scalar(kMarginColumn, [&](int k) { return signal(chunk.margin[k]); });
}

__device__ __forceinline__ void clear_class_sums(const ClassSumsTask& task, unsigned long long* shared) {
  for (int64_t i = threadIdx.x; i < task.count(); i += blockDim.x) shared[i] = 0;
}

__device__ __forceinline__ void flush_class_sums(const ClassSumsTask& task, const unsigned long long* shared,
                                                 unsigned long long* global) {
  for (int64_t i = threadIdx.x; i < task.count(); i += blockDim.x) {
    if (shared[i] != 0) atomicAdd(global + i, shared[i]);
  }
}

// A warp writes the outputs of one region and class.
static __global__ void __launch_bounds__(128) class_outputs_kernel(ClassSumsTask task, int64_t rows) {
  const int64_t row = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / kWarpSize;
  if (row >= rows) return;
  const unsigned long long* const sums = task.global + row * task.columns();
  const unsigned long long* const scalars = sums + task.entries;
  const ClassOutputs& out = task.outputs;
  const auto pixels = static_cast<int64_t>(scalars[kPixelsColumn]);
  for (int c = static_cast<int>(threadIdx.x % kWarpSize); c < task.entries; c += kWarpSize) {
    out.mixture[row * task.entries + c] =
        math::mixture_of_units(sums[c], scalars[kWeightColumn], pixels, c == row % task.classes);
  }
  if (threadIdx.x % kWarpSize != 0) return;
  if (out.entropy != nullptr) out.entropy[row] = math::sum_of_units(scalars[kEntropyColumn], math::kSignalUnit);
  if (out.margin != nullptr) out.margin[row] = math::sum_of_units(scalars[kMarginColumn], math::kSignalUnit);
  if (out.present != nullptr) out.present[row] = pixels > 0 ? 1 : 0;
  if (out.pixels != nullptr) out.pixels[row] = pixels;
}

// Zeroed sums for `regions` regions. The read plan has yet to say where the block's matrix lies.
template <class Queue>
ClassSumsTask start_class_sums(Queue& queue, const ClassOutputs& outputs, int64_t regions, int64_t classes) {
  ClassSumsTask task = {outputs, nullptr, -1, static_cast<int>(classes), 0};
  if (!outputs.any() || regions == 0) return task;
  if (outputs.mixture != nullptr) task.entries = task.classes;
  const int64_t bytes = regions * task.count() * 8;
  task.global = static_cast<unsigned long long*>(queue.scratch(bytes));
  queue.fill(task.global, 0, bytes);
  return task;
}

// Shared memory of a block's matrix; 0 when it has none.
inline int64_t shared_class_sums(const ClassSumsTask& task) {
  const int64_t bytes = task.count() * 8;
  return task.global != nullptr && bytes <= kSharedClassSums ? ceil_div(bytes, 16) * 16 : 0;
}

template <class Queue>
void write_class_sums(Queue& queue, const ClassSumsTask& task, int64_t regions) {
  if (task.global == nullptr) return;
  Geometry geometry;
  geometry.threads = 128;
  geometry.blocks_x = ceil_div(regions * task.classes * kWarpSize, geometry.threads);
  queue.launch("class_outputs", geometry, class_outputs_kernel, task, regions * task.classes);
}

}  // namespace assay::cuda

#endif
