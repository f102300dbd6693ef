/* fold_normalisation: a batch normalisation's running statistics folded into the convolution before it.
 *
 * Equation. s[o] = scale[o] / sqrt(variance[o] + epsilon);
 *   folded_weights[o, i] = weights[o, i] s[o];  folded_bias[o] = shift[o] + (bias[o] - mean[o]) s[o]
 * Source. Ioffe and Szegedy 2015, algorithm 2. Differences. None.
 *
 * Shapes. weights and folded_weights dense [outputs, per_output]; the others [outputs]; all fp32. bias may be null for
 * zeros. Accumulator. double, each operation rounded once (product and sum are not fused), results rounded to fp32.
 * NaN and infinities propagate; a negative variance + epsilon gives NaN. outputs = 0 and per_output = 0 are allowed.
 * Aliasing. The outputs overlap nothing. Stream. On a device the call enqueues on exec.stream. Scratch. None. Cost.
 * weights once, folded_weights once. Errors. INVALID_ARGUMENT. */
#ifndef ASSAY_KERNELS_FOLD_NORMALISATION_H
#define ASSAY_KERNELS_FOLD_NORMALISATION_H

#include <stdint.h>

typedef struct AssayFoldNormalisationArgs {
  int64_t struct_size;
  int64_t outputs, per_output;
  const float* weights;
  const float* bias; /* or null */
  const float* scale;
  const float* shift;
  const float* mean;
  const float* variance;
  double epsilon;
  float* folded_weights;
  float* folded_bias;
} AssayFoldNormalisationArgs;

#endif
