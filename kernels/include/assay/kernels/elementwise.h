/* elementwise: functions of one element at a time, for the layers of a network.
 *
 * Equation, per element:
 *   RELU              out = a where a > 0 or a is NaN, else 0
 *   RELU_BACKWARD     out = b where a > 0, else 0           a = y, b = dy
 *   SIGMOID           out = 1 / (1 + exp(-a))
 *   SIGMOID_BACKWARD  out = b a (1 - a)                     a = y, b = dy
 *   ADD               out = a + b
 *   ADD_RELU          out = RELU(a + b)
 *   MULTIPLY          out = factor a b
 *   CAST              out = a in out_dtype
 * Source. torch.relu, torch.sigmoid and their gradients from the result. Differences. None.
 *
 * Shapes. a, b and out are dense [count]; the layout of a tensor does not matter. Dtypes. fp32 or bf16, one for all
 * buffers except with CAST, which takes any pair. Accumulator. fp32; products as (factor a) b and b (a (1 - a)), each
 * operation rounded once; the sigmoid within 6e-7 of its value (2e-38 absolute below -87). bf16 rounds to nearest, ties
 * to even; a NaN becomes 0x7fff. An fp32 NaN stays a NaN of unspecified payload. RELU keeps the sign of a zero. count =
 * 0 is allowed. Aliasing. out overlaps neither input. Stream. On a device the call enqueues on exec.stream. Scratch.
 * None. Cost. Every buffer once. Errors. INVALID_ARGUMENT; UNSUPPORTED for fp16. */
#ifndef ASSAY_KERNELS_ELEMENTWISE_H
#define ASSAY_KERNELS_ELEMENTWISE_H

#include "assay/kernels/tensor.h"

enum {
  ASSAY_RELU = 0,
  ASSAY_RELU_BACKWARD = 1,
  ASSAY_SIGMOID = 2,
  ASSAY_SIGMOID_BACKWARD = 3,
  ASSAY_ADD = 4,
  ASSAY_ADD_RELU = 5,
  ASSAY_MULTIPLY = 6,
  ASSAY_CAST = 7
};

typedef struct AssayElementwiseArgs {
  int64_t struct_size;
  int64_t operation; /* ASSAY_RELU .. ASSAY_CAST */
  int64_t dtype;     /* of a and b */
  int64_t out_dtype; /* dtype, except with ASSAY_CAST */
  int64_t count;
  const void* a;
  const void* b; /* unused by RELU, SIGMOID and CAST */
  void* out;
  double factor; /* MULTIPLY only; rounded to fp32 once */
} AssayElementwiseArgs;

#endif
