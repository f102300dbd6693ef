/* squared_norm: the squared Euclidean norm of a flat buffer, for clipping gradients.
 *
 * Equation. out = sum_i values_i^2. Source. torch.nn.utils.clip_grad_norm_. Differences. Accumulated in double.
 *
 * Shapes. values is [count] fp32, out is [1] double. Accumulator. Squares and sums in double: lane l of 16 sums the
 * elements i = l mod 16 of a block of 4096 in ascending order; lanes are added in ascending order, then the blocks of a
 * group of 16, then groups. The bits depend on nothing else. NaN and infinity propagate. count = 0 gives 0. Aliasing.
 * out does not overlap values. Stream. On a device the call enqueues on exec.stream. Scratch. 8 bytes per 4096
 * elements. Cost. 4 bytes read per element. Errors. INVALID_ARGUMENT; OUT_OF_HOST_MEMORY. */
#ifndef ASSAY_KERNELS_SQUARED_NORM_H
#define ASSAY_KERNELS_SQUARED_NORM_H

#include <stdint.h>

/* out[0] = sum of squares in double, in an order that does not depend on the thread count. */
typedef struct AssaySquaredNormArgs {
  int64_t struct_size;
  const float* values;
  int64_t count;
  double* out;
} AssaySquaredNormArgs;

#endif
