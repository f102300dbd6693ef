// The part of CUDA's cuda_bf16.h that device bodies use.
#ifndef ASSAY_TESTS_SIMT_CUDA_BF16_H
#define ASSAY_TESTS_SIMT_CUDA_BF16_H

#include "cuda_shim.h"

struct __nv_bfloat16 {
  uint16_t bits;
};
inline __nv_bfloat16 __ushort_as_bfloat16(unsigned short bits) { return {bits}; }
inline float __bfloat162float(__nv_bfloat16 value) { return __uint_as_float(static_cast<unsigned>(value.bits) << 16); }

#endif
