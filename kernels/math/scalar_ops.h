// math/score_math.inl.h and math/distance_math.inl.h with one float at a time, on the host and in CUDA bodies. Build
// with -ffp-contract=off,
// --fmad=false.
#ifndef ASSAY_MATH_SCALAR_OPS_H
#define ASSAY_MATH_SCALAR_OPS_H

#include <cmath>
#include <cstdint>
#include <cstring>

#include "math/distance_constants.h"
#include "math/score_constants.h"

#if defined(__CUDACC__)
#define ASSAY_MATH __host__ __device__ inline
#else
#define ASSAY_MATH inline
#endif

namespace assay::math {

struct ScalarOps {
  using F = float;
  using I = int32_t;
  using M = bool;

  ASSAY_MATH static F set(float x) { return x; }
  ASSAY_MATH static I set_int(int32_t x) { return x; }
  ASSAY_MATH static F add(F a, F b) { return a + b; }
  ASSAY_MATH static F sub(F a, F b) { return a - b; }
  ASSAY_MATH static F mul(F a, F b) { return a * b; }
  ASSAY_MATH static F div(F a, F b) { return a / b; }
  ASSAY_MATH static F fma(F a, F b, F c) { return ::fmaf(a, b, c); }
  ASSAY_MATH static F negated_fma(F a, F b, F c) { return ::fmaf(-a, b, c); }
#if defined(__CUDA_ARCH__)
  // One instruction each.
  ASSAY_MATH static F max(F a, F b) { return ::fmaxf(a, b); }
  ASSAY_MATH static F min(F a, F b) { return ::fminf(a, b); }
#else
  ASSAY_MATH static F max(F a, F b) { return a < b ? b : a; }
  ASSAY_MATH static F min(F a, F b) { return b < a ? b : a; }
#endif
  ASSAY_MATH static F clamp_low(F x, F lo) { return x < lo ? lo : x; }
  ASSAY_MATH static M less(F a, F b) { return a < b; }
  ASSAY_MATH static M equal(F a, F b) { return a == b; }
  ASSAY_MATH static M is_nan(F a) { return a != a; }
  ASSAY_MATH static M or_mask(M a, M b) { return a || b; }
  ASSAY_MATH static F select(M mask, F yes, F no) { return mask ? yes : no; }
  ASSAY_MATH static I bits(F a) {
#if defined(__CUDA_ARCH__)
    return __float_as_int(a);
#else
    I b;
    std::memcpy(&b, &a, sizeof b);
    return b;
#endif
  }
  ASSAY_MATH static F from_bits(I a) {
#if defined(__CUDA_ARCH__)
    return __int_as_float(a);
#else
    F b;
    std::memcpy(&b, &a, sizeof b);
    return b;
#endif
  }
  // Integer sums wrap.
  ASSAY_MATH static I add_int(I a, I b) { return static_cast<I>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }
  ASSAY_MATH static I sub_int(I a, I b) { return static_cast<I>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b)); }
  ASSAY_MATH static I shift_left_23(I a) { return static_cast<I>(static_cast<uint32_t>(a) << 23); }
  ASSAY_MATH static I shift_right_23(I a) { return a >> 23; }
  ASSAY_MATH static I shift_right_16(I a) { return static_cast<I>(static_cast<uint32_t>(a) >> 16); }
  ASSAY_MATH static I and_int(I a, I b) { return a & b; }
  ASSAY_MATH static F to_float(I a) { return static_cast<F>(a); }
  ASSAY_MATH static I nearest(F a) {
#if defined(__CUDA_ARCH__)
    return __float2int_rn(a);
#else
    return static_cast<I>(::nearbyintf(a));
#endif
  }
};

#include "math/score_math.inl.h"
// Built on the former.
#include "math/distance_math.inl.h"
#include "math/network_math.inl.h"
#include "math/prediction_math.inl.h"

}  // namespace assay::math

#endif
