// squared_norm: device bodies. Contract: assay/kernels/squared_norm.h, whose order of summation they keep.
#ifndef ASSAY_CUDA_SQUARED_NORM_CUH
#define ASSAY_CUDA_SQUARED_NORM_CUH

#include "assay/kernels/squared_norm.h"
#include "cuda/device.h"

namespace assay::cuda {

constexpr int64_t kNormBlock = 4096;
constexpr int kNormLanes = 16;
constexpr int64_t kNormGroup = 16;  // blocks

// Half a warp per block of 4096 elements; a thread sums its elements in ascending order.
static __global__ void __launch_bounds__(256) squared_norm_kernel(const float* values, int64_t count, double* partial) {
  const int lane = static_cast<int>(threadIdx.x % kNormLanes);
  const int64_t block = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / kNormLanes;
  const int64_t begin = block * kNormBlock, end = min_of(begin + kNormBlock, count);
  double sum = 0.0;
#pragma unroll 8
  for (int64_t i = begin + lane; i < end; i += kNormLanes) {
    const double value = __ldg(values + i);
    sum = sum + value * value;
  }
  double total = __shfl_sync(kFullWarp, sum, 0, kNormLanes);
  for (int other = 1; other < kNormLanes; ++other) total = total + __shfl_sync(kFullWarp, sum, other, kNormLanes);
  if (lane == 0 && begin < count) partial[block] = total;
}

// One block: a thread adds up a group, thread 0 the groups, both in ascending order.
static __global__ void __launch_bounds__(256)
    squared_norm_finish_kernel(const double* partial, int64_t blocks, double* out) {
  ASSAY_SHARED(double, sums, [256]);
  const int64_t groups = ceil_div(blocks, kNormGroup);
  double total = 0.0;
  for (int64_t begin = 0; begin < groups; begin += blockDim.x) {
    const int64_t first = (begin + threadIdx.x) * kNormGroup;
    double sum = 0.0;
#pragma unroll
    for (int64_t i = 0; i < kNormGroup; ++i) sum = sum + (first + i < blocks ? partial[first + i] : 0.0);
    sums[threadIdx.x] = sum;
    __syncthreads();
    const int64_t here = min_of(blockDim.x, groups - begin);
#pragma unroll 8
    for (int64_t i = 0; threadIdx.x == 0 && i < here; ++i) total = total + sums[i];
    __syncthreads();
  }
  if (threadIdx.x == 0) out[0] = total;
}

template <class Queue>
void enqueue_squared_norm(Queue& queue, const AssaySquaredNormArgs& args) {
  if (args.count == 0) return queue.fill(args.out, 0, 8);
  const int64_t blocks = ceil_div(args.count, kNormBlock);
  auto* const partial = static_cast<double*>(queue.scratch(blocks * 8));
  Geometry geometry;
  geometry.threads = 256;
  geometry.blocks_x = ceil_div(blocks * kNormLanes, geometry.threads);
  queue.launch("squared_norm", geometry, squared_norm_kernel, args.values, args.count, partial);
  Geometry finish;
  finish.threads = 256;
  queue.launch("squared_norm_finish", finish, squared_norm_finish_kernel, partial, blocks, args.out);
}

}  // namespace assay::cuda

#endif
