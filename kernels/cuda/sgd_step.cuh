// sgd_step: device body. Contract: assay/kernels/sgd_step.h.
#ifndef ASSAY_CUDA_SGD_STEP_CUH
#define ASSAY_CUDA_SGD_STEP_CUH

#include "assay/kernels/sgd_step.h"
#include "cuda/device.h"

namespace assay::cuda {

struct SgdCoefficients {
  float learning_rate, momentum, weight_decay, gradient_scale;
};

__device__ __forceinline__ void sgd_element(float& parameter, float gradient, float& velocity,
                                            const SgdCoefficients& k) {
  const float g = fmaf(k.weight_decay, parameter, k.gradient_scale * gradient);
  velocity = fmaf(k.momentum, velocity, g);
  parameter = fmaf(-k.learning_rate, velocity, parameter);
}

static __global__ void __launch_bounds__(256)
    sgd_step_kernel(float* parameters, const float* gradients, float* velocity, int64_t count, SgdCoefficients k,
                    bool vectors) {
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  const int64_t quads = vectors ? count / 4 : 0;
  for (int64_t i = thread; i < quads; i += threads) {
    float4 p = reinterpret_cast<const float4*>(parameters)[i];
    float4 v = reinterpret_cast<const float4*>(velocity)[i];
    const float4 g = __ldg(reinterpret_cast<const float4*>(gradients) + i);
    sgd_element(p.x, g.x, v.x, k);
    sgd_element(p.y, g.y, v.y, k);
    sgd_element(p.z, g.z, v.z, k);
    sgd_element(p.w, g.w, v.w, k);
    reinterpret_cast<float4*>(velocity)[i] = v;
    reinterpret_cast<float4*>(parameters)[i] = p;
  }
  for (int64_t i = quads * 4 + thread; i < count; i += threads)
    sgd_element(parameters[i], gradients[i], velocity[i], k);
}

template <class Queue>
void enqueue_sgd_step(Queue& queue, const AssaySgdStepArgs& args) {
  if (args.count == 0) return;
  Geometry geometry;
  geometry.threads = 256;
  geometry.blocks_x = min_of(ceil_div(args.count, geometry.threads * 4), queue.processors() * 8);
  const SgdCoefficients k = {static_cast<float>(args.learning_rate), static_cast<float>(args.momentum),
                             static_cast<float>(args.weight_decay), static_cast<float>(args.gradient_scale)};
  queue.launch("sgd_step", geometry, sgd_step_kernel, args.parameters, args.gradients, args.velocity, args.count, k,
               aligned_16(args.parameters) && aligned_16(args.gradients) && aligned_16(args.velocity));
}

}  // namespace assay::cuda

#endif
