/* dropout_mask: random zeros and ones from a counter-based generator.
 *
 * Equation. With g = 0x9E3779B97F4A7C15 and arithmetic modulo 2^64, element i takes the bits 16 (i mod 4) .. + 15 of
 *   mix(key + (i / 4) g);  mix(z): z = (z ^ z >> 30) 0xBF58476D1CE4E5B9;  z = (z ^ z >> 27) 0x94D049BB133111EB;
 *   z ^ z >> 31
 * as an integer: out[i] = 0 where it is below `threshold`, else 1. An element is 0 with probability threshold / 65536.
 * Source. SplitMix64 (Steele, Lea and Flood 2014), which is a function of its counter. Differences. None.
 *
 * Shapes. out is dense [count]. Dtypes. fp32 or bf16. Independent of threads, chunks and other elements. count = 0 is
 * allowed. Aliasing. None: there is no input. Stream. On a device the call enqueues on exec.stream. Scratch. None.
 * Cost. out once. Errors. INVALID_ARGUMENT; UNSUPPORTED for fp16. */
#ifndef ASSAY_KERNELS_DROPOUT_MASK_H
#define ASSAY_KERNELS_DROPOUT_MASK_H

#include "assay/kernels/tensor.h"

typedef struct AssayDropoutMaskArgs {
  int64_t struct_size;
  int64_t dtype;
  int64_t count;
  int64_t threshold; /* 0 (all ones) .. 65536 (all zeros) */
  int64_t key;       /* any 64 bits */
  void* out;
} AssayDropoutMaskArgs;

#endif
