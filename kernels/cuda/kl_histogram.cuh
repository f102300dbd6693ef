// kl_histogram: device bodies. Contract: assay/kernels/kl_histogram.h, whose order of summation they keep.
//
// Rows lie in scratch as panels of 32, each [classes, 32] doubles. A block takes one panel of candidates, a lane one
// candidate, a warp eight references of a panel at a time: the candidate's share is one conflict-free load for eight
// fused multiply-adds, the references' logarithms are broadcasts.
#ifndef ASSAY_CUDA_KL_HISTOGRAM_CUH
#define ASSAY_CUDA_KL_HISTOGRAM_CUH

#include "assay/kernels/kl_histogram.h"
#include "cuda/device.h"
#include "math/double_ops.h"

namespace assay::cuda {

constexpr int kKlPanel = 32;
constexpr int kKlWarps = 4;
constexpr int kKlPerWarp = kKlPanel / kKlWarps;
constexpr int kKlThreads = kKlWarps * 32;
// Classes whose shares and logarithms are in shared memory at a time.
constexpr int kKlChunk = 32;

// One matrix on its way into panels. Null outputs are not wanted.
struct KlRowsView {
  const void* data;
  int64_t dtype, count, classes;
  double fill;
  double* share;
  double* log_share;
  double* sum_share_log;  // [panels, 32]
};

__device__ __forceinline__ double kl_entry(const KlRowsView& rows, int64_t at) {
  const double value = rows.dtype == ASSAY_F32   ? static_cast<double>(__ldg(static_cast<const float*>(rows.data) + at))
                       : rows.dtype == ASSAY_F64 ? __ldg(static_cast<const double*>(rows.data) + at)
                                                 : static_cast<double>(__ldg(static_cast<const int*>(rows.data) + at));
  return value == 0.0 ? rows.fill : value;
}

// A thread per row, because a row's sum has one order. Lanes behind the last row repeat it.
static __global__ void __launch_bounds__(kKlThreads) kl_prepare_kernel(KlRowsView rows) {
  using Ops = math::DoubleOps;
  const int64_t slot = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (slot >= ceil_div(rows.count, kKlPanel) * kKlPanel) return;
  const int64_t from = min_of(slot, rows.count - 1) * rows.classes;
  double total = 0.0;
  for (int64_t k = 0; k < rows.classes; ++k) total = total + kl_entry(rows, from + k);
  int64_t to = slot / kKlPanel * rows.classes * kKlPanel + slot % kKlPanel;
  double sum = 0.0;
  for (int64_t k = 0; k < rows.classes; ++k, to += kKlPanel) {
    const double share = kl_entry(rows, from + k) / total;
    const double log = math::log_share<Ops>(share);
    sum = Ops::fma(share, log, sum);
    if (rows.share != nullptr) rows.share[to] = share;
    if (rows.log_share != nullptr) rows.log_share[to] = log;
  }
  if (rows.sum_share_log != nullptr) rows.sum_share_log[slot] = sum;
}

// What both sweeps read.
struct KlTables {
  const double* share;
  const double* sum_share_log;
  const double* log_share;
  int64_t candidates, references, classes;
};

// Rows [0, size) of 32 doubles, 16 bytes per thread and step.
__device__ __forceinline__ void kl_copy_tile(double (*to)[kKlPanel], const double* from, int rows) {
  const double2* const source = reinterpret_cast<const double2*>(from);
  double2* const target = reinterpret_cast<double2*>(&to[0][0]);
  for (int i = static_cast<int>(threadIdx.x); i < rows * kKlPanel / 2; i += kKlThreads) target[i] = source[i];
}

// sum p ln q of this lane's candidate and this warp's eight references of `panel`.
__device__ __forceinline__ void kl_cross_sums(const KlTables& tables, int64_t panel, bool first_panel,
                                              double (*share)[kKlPanel], double (*logs)[kKlPanel],
                                              double (&sums)[kKlPerWarp]) {
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int classes = static_cast<int>(tables.classes);
#pragma unroll
  for (int r = 0; r < kKlPerWarp; ++r) sums[r] = 0.0;
  for (int begin = 0; begin < classes; begin += kKlChunk) {
    const int here = static_cast<int>(min_of(kKlChunk, classes - begin));
    const int64_t row = static_cast<int64_t>(begin) * kKlPanel;
    const int64_t size = tables.classes * kKlPanel;
    __syncthreads();  // the tiles may still be read
    // With few classes the candidates' tile stays.
    if (first_panel || classes > kKlChunk) {
      kl_copy_tile(share, tables.share + static_cast<int64_t>(blockIdx.x) * size + row, here);
    }
    kl_copy_tile(logs, tables.log_share + panel * size + row, here);
    __syncthreads();
    for (int k = 0; k < here; ++k) {
      const double p = share[k][lane];
#pragma unroll
      for (int r = 0; r < kKlPerWarp; r += 2) {
        const double2 log = *reinterpret_cast<const double2*>(&logs[k][warp * kKlPerWarp + r]);
        sums[r] = math::DoubleOps::fma(p, log.x, sums[r]);
        sums[r + 1] = math::DoubleOps::fma(p, log.y, sums[r + 1]);
      }
    }
  }
}

// Calls body(reference, score) for this lane's candidate and every reference that this warp of this block meets: blocks
// of one column (blockIdx.x) share out the panels.
template <class Body>
__device__ __forceinline__ void kl_sweep(const KlTables& tables, double (*share)[kKlPanel], double (*logs)[kKlPanel],
                                         Body&& body) {
  const double sum_share_log = tables.sum_share_log[static_cast<int64_t>(blockIdx.x) * kKlPanel + threadIdx.x % 32];
  const int64_t panels = ceil_div(tables.references, kKlPanel);
  for (int64_t panel = blockIdx.y; panel < panels; panel += gridDim.y) {
    double sums[kKlPerWarp];
    kl_cross_sums(tables, panel, panel == blockIdx.y, share, logs, sums);
    const int64_t first = panel * kKlPanel + threadIdx.x / 32 * kKlPerWarp;
#pragma unroll
    for (int r = 0; r < kKlPerWarp; ++r) {
      if (first + r < tables.references) body(first + r, math::kl_score<math::DoubleOps>(sum_share_log, sums[r]));
    }
  }
}

// Scores are not negative: their bits compare as they do.
__device__ __forceinline__ unsigned long long kl_bits(double score) {
  return static_cast<unsigned long long>(math::DoubleOps::bits(score));
}

// First sweep. lo starts as all ones, hi as zeros.
static __global__ void __launch_bounds__(kKlThreads)
    kl_range_kernel(KlTables tables, unsigned long long* lo, unsigned long long* hi, double* kl) {
  ASSAY_SHARED(double, share, [kKlChunk][kKlPanel]);
  ASSAY_SHARED(double, logs, [kKlChunk][kKlPanel]);
  const int64_t candidate = static_cast<int64_t>(blockIdx.x) * kKlPanel + threadIdx.x % 32;
  unsigned long long least = ~0ull, most = 0;
  kl_sweep(tables, share, logs, [&](int64_t reference, double score) {
    const unsigned long long bits = kl_bits(score);
    least = bits < least ? bits : least;
    most = bits > most ? bits : most;
    if (kl != nullptr && candidate < tables.candidates) kl[candidate * tables.references + reference] = score;
  });
  if (candidate >= tables.candidates || least == ~0ull) return;
  atomicMin(&lo[candidate], least);
  atomicMax(&hi[candidate], most);
}

// Second sweep. Lanes of a warp count for different candidates, so that their adds meet only those of other warps.
static __global__ void __launch_bounds__(kKlThreads)
    kl_bins_kernel(KlTables tables, const double* lo, const double* hi, unsigned* counts) {
  ASSAY_SHARED(double, share, [kKlChunk][kKlPanel]);
  ASSAY_SHARED(double, logs, [kKlChunk][kKlPanel]);
  ASSAY_SHARED(unsigned, bins, [ASSAY_KL_BINS][kKlPanel]);
  for (int i = static_cast<int>(threadIdx.x); i < ASSAY_KL_BINS * kKlPanel; i += kKlThreads) (&bins[0][0])[i] = 0;
  __syncthreads();
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int64_t first = static_cast<int64_t>(blockIdx.x) * kKlPanel;
  const int64_t candidate = min_of(first + lane, tables.candidates - 1);
  const auto range = math::histogram_range<math::DoubleOps>(lo[candidate], hi[candidate]);
  kl_sweep(tables, share, logs, [&](int64_t, double score) {
    atomicAdd(&bins[static_cast<int>(math::histogram_bin<math::DoubleOps>(range, score))][lane], 1u);
  });
  __syncthreads();
  const int rows = static_cast<int>(min_of(kKlPanel, tables.candidates - first));
  for (int i = static_cast<int>(threadIdx.x); i < rows * ASSAY_KL_BINS; i += kKlThreads) {
    const unsigned count = bins[i % ASSAY_KL_BINS][i / ASSAY_KL_BINS];
    if (count != 0) atomicAdd(&counts[first * ASSAY_KL_BINS + i], count);
  }
}

// Counts become shares in place.
static __global__ void __launch_bounds__(256) kl_shares_kernel(float* histogram, int64_t size, int64_t references) {
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= size) return;
  const unsigned count = __float_as_uint(histogram[i]);
  histogram[i] = static_cast<float>(static_cast<double>(count) / static_cast<double>(references));
}

template <class Queue>
void enqueue_kl_rows(Queue& queue, const KlRowsView& rows) {
  Geometry geometry;
  geometry.threads = kKlThreads;
  geometry.blocks_x = ceil_div(ceil_div(rows.count, kKlPanel) * kKlPanel, kKlThreads);
  queue.launch("kl_histogram_prepare", geometry, kl_prepare_kernel, rows);
}

template <class Queue>
KlTables enqueue_kl_tables(Queue& queue, const AssayKlHistogramArgs& args) {
  const int64_t candidates = ceil_div(args.candidate_count, kKlPanel) * kKlPanel;
  const int64_t references = ceil_div(args.reference_count, kKlPanel) * kKlPanel;
  auto* const share = static_cast<double*>(queue.scratch(candidates * args.classes * 8));
  auto* const sums = static_cast<double*>(queue.scratch(candidates * 8));
  auto* const logs = static_cast<double*>(queue.scratch(references * args.classes * 8));
  const bool among_themselves = args.references == nullptr;
  enqueue_kl_rows(queue, KlRowsView{args.candidates, args.candidate_dtype, args.candidate_count, args.classes,
                                    args.candidate_fill, share, among_themselves ? logs : nullptr, sums});
  if (!among_themselves) {
    enqueue_kl_rows(queue, KlRowsView{args.references, args.reference_dtype, args.reference_count, args.classes,
                                      args.reference_fill, nullptr, logs, nullptr});
  }
  return {share, sums, logs, args.candidate_count, args.reference_count, args.classes};
}

template <class Queue>
void enqueue_kl_histogram(Queue& queue, const AssayKlHistogramArgs& args) {
  const int64_t m = args.candidate_count;
  const int64_t size = m * ASSAY_KL_BINS;
  if (args.histogram != nullptr) queue.fill(args.histogram, 0, size * 4);
  if (m == 0 || args.reference_count == 0) {
    if (args.kl_min != nullptr) queue.fill(args.kl_min, 0, m * 8);
    if (args.kl_max != nullptr) queue.fill(args.kl_max, 0, m * 8);
    return;
  }
  const KlTables tables = enqueue_kl_tables(queue, args);
  auto* const lo = args.kl_min != nullptr ? args.kl_min : static_cast<double*>(queue.scratch(m * 8));
  auto* const hi = args.kl_max != nullptr ? args.kl_max : static_cast<double*>(queue.scratch(m * 8));
  queue.fill(lo, 0xff, m * 8);
  queue.fill(hi, 0, m * 8);
  Geometry geometry;
  geometry.threads = kKlThreads;
  geometry.blocks_x = ceil_div(m, kKlPanel);
  // Eight blocks per processor where the candidates alone do not make them.
  const int64_t wanted = ceil_div(queue.processors() * 8, geometry.blocks_x);
  geometry.blocks_y = min_of(ceil_div(args.reference_count, kKlPanel), wanted);
  queue.launch("kl_histogram_range", geometry, kl_range_kernel, tables, reinterpret_cast<unsigned long long*>(lo),
               reinterpret_cast<unsigned long long*>(hi), args.kl);
  if (args.histogram == nullptr) return;
  queue.launch("kl_histogram_bins", geometry, kl_bins_kernel, tables, static_cast<const double*>(lo),
               static_cast<const double*>(hi), reinterpret_cast<unsigned*>(args.histogram));
  Geometry shares;
  shares.threads = 256;
  shares.blocks_x = ceil_div(size, shares.threads);
  queue.launch("kl_histogram_shares", shares, kl_shares_kernel, args.histogram, size, args.reference_count);
}

}  // namespace assay::cuda

#endif
