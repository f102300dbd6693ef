// fold_normalisation: device body. Contract: assay/kernels/fold_normalisation.h.
#ifndef ASSAY_CUDA_FOLD_NORMALISATION_CUH
#define ASSAY_CUDA_FOLD_NORMALISATION_CUH

#include "cuda/element_pack.cuh"
#include "math/folded_normalisation.h"

namespace assay::cuda {

// A block takes outputs of the convolution in turn; V weights per load.
template <int V>
static __global__ void __launch_bounds__(256) fold_normalisation_kernel(AssayFoldNormalisationArgs args) {
  for (int64_t output = blockIdx.x; output < args.outputs; output += gridDim.x) {
    const double factor = math::folded_factor(args, output);
    if (threadIdx.x == 0) args.folded_bias[output] = math::folded_bias(args, output, factor);
    const auto* const from = reinterpret_cast<const uint32_t*>(args.weights + output * args.per_output);
    auto* const to = reinterpret_cast<uint32_t*>(args.folded_weights + output * args.per_output);
    for (int64_t i = threadIdx.x * V; i < args.per_output; i += static_cast<int64_t>(blockDim.x) * V) {
      float weights[V];
      load_pack<F32, V>(from + i, weights);
#pragma unroll
      for (int k = 0; k < V; ++k) weights[k] = math::folded_weight(weights[k], factor);
      store_pack<F32, V>(weights, to + i);
    }
  }
}

template <class Queue>
void enqueue_fold_normalisation(Queue& queue, const AssayFoldNormalisationArgs& args) {
  if (args.outputs == 0) return;
  Geometry geometry;
  geometry.threads = 256;
  geometry.blocks_x = min_of(args.outputs, queue.processors() * 8);
  const bool vectors = args.per_output % 4 == 0 && aligned_16(args.weights) && aligned_16(args.folded_weights);
  queue.launch("fold_normalisation", geometry, vectors ? fold_normalisation_kernel<4> : fold_normalisation_kernel<1>,
               args);
}

}  // namespace assay::cuda

#endif
