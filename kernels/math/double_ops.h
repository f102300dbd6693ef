// math/kl_math.inl.h with one double at a time, on the host and in CUDA bodies. Build with -ffp-contract=off,
// --fmad=false.
#ifndef ASSAY_MATH_DOUBLE_OPS_H
#define ASSAY_MATH_DOUBLE_OPS_H

#include "math/scalar_ops.h"

namespace assay::math {

struct DoubleOps {
  using F = double;
  using I = int64_t;
  using M = bool;

  ASSAY_MATH static F set(double x) { return x; }
  ASSAY_MATH static I set_int(int64_t x) { return x; }
  ASSAY_MATH static F add(F a, F b) { return a + b; }
  ASSAY_MATH static F sub(F a, F b) { return a - b; }
  ASSAY_MATH static F mul(F a, F b) { return a * b; }
  ASSAY_MATH static F div(F a, F b) { return a / b; }
  ASSAY_MATH static F fma(F a, F b, F c) { return ::fma(a, b, c); }
  ASSAY_MATH static F max(F a, F b) { return a < b ? b : a; }
  ASSAY_MATH static F min(F a, F b) { return b < a ? b : a; }
  ASSAY_MATH static F floor(F a) { return ::floor(a); }
  ASSAY_MATH static M less(F a, F b) { return a < b; }
  ASSAY_MATH static F select(M mask, F yes, F no) { return mask ? yes : no; }
  ASSAY_MATH static I bits(F a) {
#if defined(__CUDA_ARCH__)
    return __double_as_longlong(a);
#else
    I b;
    std::memcpy(&b, &a, sizeof b);
    return b;
#endif
  }
  ASSAY_MATH static F from_bits(I a) {
#if defined(__CUDA_ARCH__)
    return __longlong_as_double(a);
#else
    F b;
    std::memcpy(&b, &a, sizeof b);
    return b;
#endif
  }
  ASSAY_MATH static I sub_int(I a, I b) { return a - b; }
  ASSAY_MATH static I shift_left_52(I a) { return static_cast<I>(static_cast<uint64_t>(a) << 52); }
  ASSAY_MATH static I shift_right_52(I a) { return a >> 52; }
  ASSAY_MATH static F to_double(I a) { return static_cast<F>(a); }
};

#include "math/kl_math.inl.h"

}  // namespace assay::math

#endif
