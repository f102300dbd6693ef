// dropout_mask: device body. Contract: assay/kernels/dropout_mask.h.
#ifndef ASSAY_CUDA_DROPOUT_MASK_CUH
#define ASSAY_CUDA_DROPOUT_MASK_CUH

#include "assay/kernels/dropout_mask.h"
#include "cuda/element_pack.cuh"
#include "math/counter_random.h"

namespace assay::cuda {

// 16 bytes of the mask per step where `aligned`: one or two counters.
template <class Type>
static __global__ void __launch_bounds__(256)
    dropout_mask_kernel(typename Type::Stored* out, int64_t count, int64_t threshold, uint64_t key, bool aligned) {
  constexpr int kPack = Type::kPerVector;
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t at = thread * kPack; at < count; at += threads * kPack) {
    float mask[kPack];
    uint64_t draws = 0;
#pragma unroll
    for (int k = 0; k < kPack; ++k) {
      if (k % math::kDrawsPerCounter == 0) draws = math::counter_draws(key, (at + k) / math::kDrawsPerCounter);
      mask[k] = math::is_kept(draws, k, threshold) ? 1.0f : 0.0f;
    }
    if (aligned && at + kPack <= count) {
      store_pack<Type, kPack>(mask, out + at);
    } else {
#pragma unroll
      for (int k = 0; k < kPack; ++k) {
        if (at + k < count) out[at + k] = narrow<Type>(mask[k]);
      }
    }
  }
}

template <class Queue>
void enqueue_dropout_mask(Queue& queue, const AssayDropoutMaskArgs& args) {
  if (args.count == 0) return;
  dispatch_element(args.dtype, [&](auto type) {
    using Type = decltype(type);
    Geometry geometry;
    geometry.threads = 256;
    geometry.blocks_x = min_of(ceil_div(args.count, geometry.threads * Type::kPerVector), queue.processors() * 8);
    queue.launch("dropout_mask", geometry, dropout_mask_kernel<Type>, static_cast<typename Type::Stored*>(args.out),
                 args.count, args.threshold, static_cast<uint64_t>(args.key), aligned_16(args.out));
  });
}

}  // namespace assay::cuda

#endif
