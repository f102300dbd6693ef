// cross_entropy: device bodies. Contract: assay/kernels/cross_entropy.h.
//
// Four launches: count the labels, turn the counts into the weight sum, losses and gradients (which need the weight
// sum), add up the losses. Counts are integers and the sums of doubles have a fixed order.
#ifndef ASSAY_CUDA_CROSS_ENTROPY_CUH
#define ASSAY_CUDA_CROSS_ENTROPY_CUH

#include "assay/kernels/cross_entropy.h"
#include "cuda/block_reduce.cuh"
#include "cuda/score_view.h"
#include "math/scalar_ops.h"

namespace assay::cuda {

constexpr int kLabels = 256;

struct CrossEntropyTask {
  AssayCrossEntropyArgs args;
  ScoreView view;
  int64_t pixels;
  unsigned long long* label_counts;  // [256]
  double* partial;                   // [blocks of the loss kernel]
  bool interleaved;                  // the scores of neighbouring pixels follow each other without a gap
};

__device__ __forceinline__ bool counts(const CrossEntropyTask& task, unsigned label) {
  return static_cast<int64_t>(label) != task.args.ignore && label < static_cast<unsigned>(task.view.c);
}

static __global__ void __launch_bounds__(256) count_labels_kernel(CrossEntropyTask task) {
  ASSAY_SHARED(unsigned, histogram, [kLabels]);
  histogram[threadIdx.x] = 0;
  __syncthreads();
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  // Every lane of a warp takes every turn: lanes past the end match each other and add nothing.
  for (int64_t base = static_cast<int64_t>(blockIdx.x) * blockDim.x; base < task.pixels; base += threads) {
    const int64_t i = base + threadIdx.x;
    const unsigned label = i < task.pixels ? __ldg(task.args.labels + i) : static_cast<unsigned>(kLabels);
    const unsigned peers = __match_any_sync(kFullWarp, label);
    const bool leads = static_cast<unsigned>(__ffs(static_cast<int>(peers)) - 1) == threadIdx.x % kWarpSize;
    if (leads && label < kLabels) atomicAdd(&histogram[label], static_cast<unsigned>(__popc(peers)));
  }
  __syncthreads();
  const unsigned count = histogram[threadIdx.x];
  if (count != 0) atomicAdd(&task.label_counts[threadIdx.x], static_cast<unsigned long long>(count));
}

// One block: a thread per label fetches, thread 0 adds in ascending order.
static __global__ void __launch_bounds__(kLabels) sum_weights_kernel(CrossEntropyTask task) {
  ASSAY_SHARED(double, weighted, [kLabels]);
  ASSAY_SHARED(unsigned long long, warp_counts, [kLabels / kWarpSize]);
  const unsigned label = threadIdx.x;
  const unsigned long long count = task.label_counts[label];
  const bool counted = counts(task, label);
  const double weight = counted && task.args.class_weights != nullptr ? task.args.class_weights[label] : 1.0f;
  weighted[label] = counted ? static_cast<double>(count) * weight : 0.0;
  const bool stray = !counted && static_cast<int64_t>(label) != task.args.ignore;
  const unsigned long long out_of_range = block_sum(stray ? count : 0ull, warp_counts);  // and a barrier
  if (threadIdx.x != 0) return;
  double weight_sum = 0.0;
#pragma unroll 8
  for (int64_t c = 0; c < min_of(task.view.c, kLabels); ++c) weight_sum = weight_sum + weighted[c];
  *task.args.weight_sum = weight_sum;
  *task.args.out_of_range = static_cast<int64_t>(out_of_range);
}

// One pixel: its scores lie at scores[c * stride] and are replaced by the gradient. `share` is the pixel's weight over
// the weight sum. Returns the loss.
__device__ __forceinline__ float pixel_loss(float* scores, int stride, int classes, unsigned label, float share) {
  using Ops = math::ScalarOps;
  float largest = scores[0];
  for (int c = 1; c < classes; ++c) largest = Ops::max(largest, scores[c * stride]);
  const float own = scores[static_cast<int>(label) * stride];
  math::ExpSums<Ops> sums = {0.0f, 0.0f};
  for (int c = 0; c < classes; ++c) scores[c * stride] = math::exp_sums_add<Ops>(sums, scores[c * stride], largest);
  // exp of a NaN is anything; t knows.
  const float s = Ops::is_nan(sums.t) ? sums.t : sums.s;
  const float scale = Ops::div(share, s);
  for (int c = 0; c < classes; ++c) {
    const float target = static_cast<unsigned>(c) == label ? share : 0.0f;
    scores[c * stride] = Ops::sub(Ops::mul(scores[c * stride], scale), target);
  }
  return Ops::is_nan(s) ? s : Ops::sub(math::log_positive<Ops>(s), Ops::sub(own, largest));
}

__device__ __forceinline__ int64_t score_offset(const ScoreView& view, int64_t pixel) {
  const int64_t x = pixel % view.w, row = pixel / view.w;
  return row / view.h * view.stride_n + row % view.h * view.stride_h + x * view.stride_w;
}

// Interleaved scores of a block's pixels are one run of memory: copied in and out by neighbouring lanes.
__device__ __forceinline__ void copy_run(float* to, const float* from, int64_t count) {
#pragma unroll 8
  for (int64_t i = threadIdx.x; i < count; i += blockDim.x) to[i] = from[i];
}

static __global__ void __launch_bounds__(128) cross_entropy_kernel(CrossEntropyTask task) {
  ASSAY_DYNAMIC_SHARED(dynamic);
  ASSAY_SHARED(double, warp_losses, [4]);
  auto* const tile = reinterpret_cast<float*>(dynamic);
  const auto* const logits = static_cast<const float*>(task.args.logits.data);
  float* const gradient = task.args.gradient;
  const int classes = static_cast<int>(task.view.c), threads = static_cast<int>(blockDim.x);
  const int64_t first = static_cast<int64_t>(blockIdx.x) * threads, pixel = first + threadIdx.x;
  const int64_t run = min_of(threads, task.pixels - first) * classes;
  const bool live = pixel < task.pixels;
  const int64_t offset = live ? score_offset(task.view, pixel) : 0;
  const int stride = task.interleaved ? 1 : threads;
  float* const scores =
      tile + (task.interleaved ? static_cast<int>(threadIdx.x) * classes : static_cast<int>(threadIdx.x));

  if (task.interleaved) {
    copy_run(tile, logits + first * classes, run);
    __syncthreads();
  } else if (live) {
#pragma unroll 8
    for (int c = 0; c < classes; ++c) scores[c * stride] = __ldg(logits + offset + c * task.view.stride_c);
  }
  double loss = 0.0;
  const unsigned label = live ? task.args.labels[pixel] : 0;
  if (live && counts(task, label)) {
    const float weight = task.args.class_weights != nullptr ? task.args.class_weights[label] : 1.0f;
    const double weight_sum = *task.args.weight_sum;
    const float share = weight_sum > 0.0 ? static_cast<float>(static_cast<double>(weight) / weight_sum) : 0.0f;
    loss = static_cast<double>(weight) * static_cast<double>(pixel_loss(scores, stride, classes, label, share));
  } else if (live) {
    for (int c = 0; c < classes; ++c) scores[c * stride] = 0.0f;
  }
  const double total = block_sum(loss, warp_losses);  // its barrier also completes the tile
  if (threadIdx.x == 0) task.partial[blockIdx.x] = total;
  if (gradient == nullptr) return;
  if (task.interleaved) {
    copy_run(gradient + first * classes, tile, run);
  } else if (live) {
    for (int c = 0; c < classes; ++c) gradient[offset + c * task.view.stride_c] = scores[c * stride];
  }
}

static __global__ void __launch_bounds__(256) sum_losses_kernel(CrossEntropyTask task, int64_t blocks) {
  ASSAY_SHARED(double, warp_losses, [8]);
  double loss = 0.0;
#pragma unroll 8
  for (int64_t i = threadIdx.x; i < blocks; i += blockDim.x) loss = loss + task.partial[i];
  const double total = block_sum(loss, warp_losses);
  if (threadIdx.x == 0) {
    const double weight_sum = *task.args.weight_sum;
    *task.args.loss = weight_sum > 0.0 ? total / weight_sum : 0.0;
  }
}

inline bool is_one_run(const AssayTensor& t) {
  return t.stride_c == 1 && t.stride_w == t.c && t.stride_h == t.w * t.c && (t.n <= 1 || t.stride_n == t.h * t.w * t.c);
}

template <class Queue>
void enqueue_cross_entropy(Queue& queue, const AssayCrossEntropyArgs& args) {
  const AssayTensor& t = args.logits;
  CrossEntropyTask task = {};
  task.args = args;
  task.view = view_of(t);
  task.pixels = t.n * t.h * t.w;
  task.interleaved = t.c > 1 && is_one_run(t);
  if (task.pixels == 0) {
    queue.fill(args.loss, 0, 8);
    queue.fill(args.weight_sum, 0, 8);
    return queue.fill(args.out_of_range, 0, 8);
  }
  Geometry geometry;
  geometry.threads = 128;
  while (geometry.threads * t.c * 4 > kSharedBytes - 1024) geometry.threads /= 2;
  geometry.blocks_x = ceil_div(task.pixels, geometry.threads);
  geometry.dynamic_shared = geometry.threads * t.c * 4;
  task.label_counts = static_cast<unsigned long long*>(queue.scratch((kLabels + geometry.blocks_x) * 8));
  task.partial = reinterpret_cast<double*>(task.label_counts) + kLabels;
  queue.fill(task.label_counts, 0, kLabels * 8);

  Geometry labels;
  labels.threads = kLabels;
  labels.blocks_x =
      max_of(min_of(ceil_div(task.pixels, kLabels), queue.processors() * 8), ceil_div(task.pixels, int64_t{1} << 31));
  Geometry one_block;
  one_block.threads = 256;
  queue.launch("count_labels", labels, count_labels_kernel, task);
  queue.launch("sum_weights", one_block, sum_weights_kernel, task);
  queue.launch("cross_entropy", geometry, cross_entropy_kernel, task);
  queue.launch("sum_losses", one_block, sum_losses_kernel, task, geometry.blocks_x);
}

}  // namespace assay::cuda

#endif
