/* sgd_step: one step of stochastic gradient descent with momentum over a flat parameter buffer.
 *
 * Equation, per element: g = gradient_scale * grad + weight_decay * p;  v = momentum v + g;  p = p - learning_rate v.
 * Source. torch.optim.SGD (dampening 0, nesterov off). Differences. The caller's gradient scale (norm clipping) is
 * fused; the velocity starts at 0, which gives torch's first step.
 *
 * Shapes. parameters, gradients, velocity are [count] fp32. Accumulator. Hyper-parameters are rounded to fp32 once;
 * each line above is one or two fused multiply-adds in fp32: g = fma(weight_decay, p, scale * grad), v = fma(momentum,
 * v, g), p = fma(-lr, v, p). NaN and infinity propagate. count = 0 is allowed. Aliasing. The three buffers do not
 * overlap. Stream. On a device the call enqueues on exec.stream. Scratch. None. Cost. 12 bytes read and 8 written per
 * element. Errors. INVALID_ARGUMENT. */
#ifndef ASSAY_KERNELS_SGD_STEP_H
#define ASSAY_KERNELS_SGD_STEP_H

#include <stdint.h>

/* v = momentum v + g;  p = p - lr v,  with g = scale * grad + weight_decay * p (torch.optim.SGD). */
typedef struct AssaySgdStepArgs {
  int64_t struct_size;
  float* parameters;
  const float* gradients;
  float* velocity;
  int64_t count;
  double learning_rate, momentum, weight_decay;
  double gradient_scale; /* 1, or less when the gradient's norm is clipped */
} AssaySgdStepArgs;

#endif
