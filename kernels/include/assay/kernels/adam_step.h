/* adam_step: one step of Adam with L2 weight decay over a flat parameter buffer.
 *
 * Equation, per element, t = step: g = gradient_scale * grad + weight_decay * p;  m = beta1 m + (1 - beta1) g;
 *   v = beta2 v + (1 - beta2) g g;  p = p - lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
 * Source. Kingma and Ba, ICLR 2015, algorithm 1, in the form of torch.optim.Adam. Differences. None but the fused
 * scale.
 *
 * Shapes. All four buffers are [count] fp32. Accumulator. 1 - beta, the step size and 1 / sqrt(1 - beta2^t) are
 * computed in double and rounded to fp32 once; per element, in fp32 with correctly rounded division and square root: g
 * = fma(weight_decay, p, scale * grad);  m = fma(1 - beta1, g, beta1 * m);  v = fma((1 - beta2) * g, g, beta2 * v); p =
 * fma(-step_size, m / fma(sqrt(v), rsqrt_correction, epsilon), p). NaN and infinity propagate. count = 0 is allowed.
 * step >= 1, betas in [0, 1). Aliasing. The four buffers do not overlap. Stream. On a device the call enqueues on
 * exec.stream. Scratch. None. Cost. 16 bytes read and 12 written per element. Errors. INVALID_ARGUMENT. */
#ifndef ASSAY_KERNELS_ADAM_STEP_H
#define ASSAY_KERNELS_ADAM_STEP_H

#include <stdint.h>

/* torch.optim.Adam with L2 weight decay; bias corrections are computed from `step` (1 for the first). */
typedef struct AssayAdamStepArgs {
  int64_t struct_size;
  float* parameters;
  const float* gradients;
  float* first_moment;
  float* second_moment;
  int64_t count;
  int64_t step;
  double learning_rate, beta1, beta2, epsilon, weight_decay;
  double gradient_scale;
} AssayAdamStepArgs;

#endif
