// The part of CUDA's cuda_fp16.h that device bodies use.
#ifndef ASSAY_TESTS_SIMT_CUDA_FP16_H
#define ASSAY_TESTS_SIMT_CUDA_FP16_H

#include "cuda_shim.h"

struct __half {
  uint16_t bits;
};
inline __half __ushort_as_half(unsigned short bits) { return {bits}; }

// Exact, like the hardware: subnormals, infinities and NaN included.
inline float __half2float(__half half) {
  const unsigned sign = (half.bits & 0x8000u) << 16, exponent = half.bits >> 10 & 31u, fraction = half.bits & 0x3ffu;
  if (exponent == 31) return __uint_as_float(sign | 0x7f800000u | fraction << 13);
  if (exponent != 0) return __uint_as_float(sign | (exponent + 112) << 23 | fraction << 13);
  const float magnitude = std::ldexp(static_cast<float>(fraction), -24);
  return sign != 0 ? -magnitude : magnitude;
}

#endif
