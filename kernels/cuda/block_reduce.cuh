// Sums over a warp and a block in a fixed order.
#ifndef ASSAY_CUDA_BLOCK_REDUCE_CUH
#define ASSAY_CUDA_BLOCK_REDUCE_CUH

#include "cuda/device.h"

namespace assay::cuda {

// Every lane of the full warp gets the result. The tree is the same on every run, so that float sums keep their bits.
template <class T>
__device__ __forceinline__ T warp_sum(T value) {
  for (int distance = 16; distance > 0; distance /= 2) value += __shfl_xor_sync(kFullWarp, value, distance);
  return value;
}
__device__ __forceinline__ unsigned warp_min(unsigned value) {
  for (int distance = 16; distance > 0; distance /= 2) {
    const unsigned other = __shfl_xor_sync(kFullWarp, value, distance);
    value = other < value ? other : value;
  }
  return value;
}
__device__ __forceinline__ unsigned warp_max(unsigned value) {
  for (int distance = 16; distance > 0; distance /= 2) {
    const unsigned other = __shfl_xor_sync(kFullWarp, value, distance);
    value = other > value ? other : value;
  }
  return value;
}

// Sum over a block of whole warps, valid in thread 0. `partial` has one element per warp; the caller puts a barrier
// before it is used again.
template <class T>
__device__ __forceinline__ T block_sum(T value, T* partial) {
  value = warp_sum(value);
  if (threadIdx.x % kWarpSize == 0) partial[threadIdx.x / kWarpSize] = value;
  __syncthreads();
  T sum = 0;
  if (threadIdx.x == 0) {
    for (unsigned warp = 0; warp < blockDim.x / kWarpSize; ++warp) sum += partial[warp];
  }
  return sum;
}

}  // namespace assay::cuda

#endif
