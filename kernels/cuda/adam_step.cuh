// adam_step: device body. Contract: assay/kernels/adam_step.h.
#ifndef ASSAY_CUDA_ADAM_STEP_CUH
#define ASSAY_CUDA_ADAM_STEP_CUH

#include <cmath>

#include "assay/kernels/adam_step.h"
#include "cuda/device.h"

namespace assay::cuda {

struct AdamCoefficients {
  float beta1, one_minus_beta1, beta2, one_minus_beta2, step_size, rsqrt_correction, epsilon, weight_decay,
      gradient_scale;
};

inline AdamCoefficients adam_coefficients(const AssayAdamStepArgs& args) {
  const double step = static_cast<double>(args.step);
  AdamCoefficients k;
  k.beta1 = static_cast<float>(args.beta1);
  k.one_minus_beta1 = static_cast<float>(1.0 - args.beta1);
  k.beta2 = static_cast<float>(args.beta2);
  k.one_minus_beta2 = static_cast<float>(1.0 - args.beta2);
  k.step_size = static_cast<float>(args.learning_rate / (1.0 - std::pow(args.beta1, step)));
  k.rsqrt_correction = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(args.beta2, step)));
  k.epsilon = static_cast<float>(args.epsilon);
  k.weight_decay = static_cast<float>(args.weight_decay);
  k.gradient_scale = static_cast<float>(args.gradient_scale);
  return k;
}

__device__ __forceinline__ void adam_element(float& parameter, float gradient, float& m, float& v,
                                             const AdamCoefficients& k) {
  const float g = fmaf(k.weight_decay, parameter, k.gradient_scale * gradient);
  m = fmaf(k.one_minus_beta1, g, k.beta1 * m);
  v = fmaf(k.one_minus_beta2 * g, g, k.beta2 * v);
  parameter = fmaf(-k.step_size, m / fmaf(sqrtf(v), k.rsqrt_correction, k.epsilon), parameter);
}

static __global__ void __launch_bounds__(256)
    adam_step_kernel(float* parameters, const float* gradients, float* first_moment, float* second_moment,
                     int64_t count, AdamCoefficients k, bool vectors) {
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  const int64_t quads = vectors ? count / 4 : 0;
  for (int64_t i = thread; i < quads; i += threads) {
    float4 p = reinterpret_cast<const float4*>(parameters)[i];
    float4 m = reinterpret_cast<const float4*>(first_moment)[i];
    float4 v = reinterpret_cast<const float4*>(second_moment)[i];
    const float4 g = __ldg(reinterpret_cast<const float4*>(gradients) + i);
    adam_element(p.x, g.x, m.x, v.x, k);
    adam_element(p.y, g.y, m.y, v.y, k);
    adam_element(p.z, g.z, m.z, v.z, k);
    adam_element(p.w, g.w, m.w, v.w, k);
    reinterpret_cast<float4*>(first_moment)[i] = m;
    reinterpret_cast<float4*>(second_moment)[i] = v;
    reinterpret_cast<float4*>(parameters)[i] = p;
  }
  for (int64_t i = quads * 4 + thread; i < count; i += threads) {
    adam_element(parameters[i], gradients[i], first_moment[i], second_moment[i], k);
  }
}

template <class Queue>
void enqueue_adam_step(Queue& queue, const AssayAdamStepArgs& args) {
  if (args.count == 0) return;
  Geometry geometry;
  geometry.threads = 256;
  geometry.blocks_x = min_of(ceil_div(args.count, geometry.threads * 4), queue.processors() * 8);
  queue.launch("adam_step", geometry, adam_step_kernel, args.parameters, args.gradients, args.first_moment,
               args.second_moment, args.count, adam_coefficients(args),
               aligned_16(args.parameters) && aligned_16(args.gradients) && aligned_16(args.first_moment) &&
                   aligned_16(args.second_moment));
}

}  // namespace assay::cuda

#endif
