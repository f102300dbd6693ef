// math/kl_math.inl.h with one Highway vector of doubles at a time. Included once per instruction set.
#if defined(ASSAY_CPU_DOUBLE_VECTOR_OPS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ASSAY_CPU_DOUBLE_VECTOR_OPS_INL_H
#undef ASSAY_CPU_DOUBLE_VECTOR_OPS_INL_H
#else
#define ASSAY_CPU_DOUBLE_VECTOR_OPS_INL_H
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

struct DoubleVectorOps {
  using D = hn::CappedTag<double, 8>;  // a panel of 16 rows holds an even number of vectors
  using DI = hn::RebindToSigned<D>;
  using F = hn::Vec<D>;
  using I = hn::Vec<DI>;
  using M = hn::Mask<D>;

  static HWY_INLINE F set(double x) { return hn::Set(D(), x); }
  static HWY_INLINE I set_int(int64_t x) { return hn::Set(DI(), x); }
  static HWY_INLINE F add(F a, F b) { return hn::Add(a, b); }
  static HWY_INLINE F sub(F a, F b) { return hn::Sub(a, b); }
  static HWY_INLINE F mul(F a, F b) { return hn::Mul(a, b); }
  static HWY_INLINE F div(F a, F b) { return hn::Div(a, b); }
  static HWY_INLINE F fma(F a, F b, F c) { return hn::MulAdd(a, b, c); }
  static HWY_INLINE F max(F a, F b) { return hn::Max(a, b); }
  static HWY_INLINE F min(F a, F b) { return hn::Min(a, b); }
  static HWY_INLINE F floor(F a) { return hn::Floor(a); }
  static HWY_INLINE M less(F a, F b) { return hn::Lt(a, b); }
  static HWY_INLINE F select(M mask, F yes, F no) { return hn::IfThenElse(mask, yes, no); }
  static HWY_INLINE I bits(F a) { return hn::BitCast(DI(), a); }
  static HWY_INLINE F from_bits(I a) { return hn::BitCast(D(), a); }
  static HWY_INLINE I sub_int(I a, I b) { return hn::Sub(a, b); }
  static HWY_INLINE I shift_left_52(I a) { return hn::ShiftLeft<52>(a); }
  static HWY_INLINE I shift_right_52(I a) { return hn::ShiftRight<52>(a); }
  static HWY_INLINE F to_double(I a) { return hn::ConvertTo(D(), a); }
};

#define ASSAY_MATH HWY_INLINE
#include "math/kl_math.inl.h"
#undef ASSAY_MATH

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#endif
