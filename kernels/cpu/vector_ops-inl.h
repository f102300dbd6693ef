// math/score_math.inl.h and math/distance_math.inl.h with one Highway vector at a time. Included once per instruction
// set.
#if defined(ASSAY_CPU_VECTOR_OPS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ASSAY_CPU_VECTOR_OPS_INL_H
#undef ASSAY_CPU_VECTOR_OPS_INL_H
#else
#define ASSAY_CPU_VECTOR_OPS_INL_H
#endif

#include <hwy/highway.h>

#include "math/distance_constants.h"
#include "math/score_constants.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

struct VectorOps {
  using D = hn::ScalableTag<float>;
  using DI = hn::RebindToSigned<D>;
  using F = hn::Vec<D>;
  using I = hn::Vec<DI>;
  using M = hn::Mask<D>;

  static HWY_INLINE F set(float x) { return hn::Set(D(), x); }
  static HWY_INLINE I set_int(int32_t x) { return hn::Set(DI(), x); }
  static HWY_INLINE F add(F a, F b) { return hn::Add(a, b); }
  static HWY_INLINE F sub(F a, F b) { return hn::Sub(a, b); }
  static HWY_INLINE F mul(F a, F b) { return hn::Mul(a, b); }
  static HWY_INLINE F div(F a, F b) { return hn::Div(a, b); }
  static HWY_INLINE F fma(F a, F b, F c) { return hn::MulAdd(a, b, c); }
  static HWY_INLINE F negated_fma(F a, F b, F c) { return hn::NegMulAdd(a, b, c); }
  static HWY_INLINE F max(F a, F b) { return hn::Max(a, b); }
  static HWY_INLINE F min(F a, F b) { return hn::Min(a, b); }
  static HWY_INLINE F clamp_low(F x, F lo) {
#if HWY_ARCH_X86
    return hn::Max(lo, x);  // MAXPS returns its second operand when one is NaN
#else
    return hn::IfThenElse(hn::Lt(x, lo), lo, x);
#endif
  }
  static HWY_INLINE M less(F a, F b) { return hn::Lt(a, b); }
  static HWY_INLINE M is_nan(F a) { return hn::Not(hn::Eq(a, a)); }  // Ne is false for NaN on x86
  static HWY_INLINE M or_mask(M a, M b) { return hn::Or(a, b); }
  static HWY_INLINE F select(M mask, F yes, F no) { return hn::IfThenElse(mask, yes, no); }
  static HWY_INLINE I bits(F a) { return hn::BitCast(DI(), a); }
  static HWY_INLINE F from_bits(I a) { return hn::BitCast(D(), a); }
  static HWY_INLINE I add_int(I a, I b) { return hn::Add(a, b); }
  static HWY_INLINE I sub_int(I a, I b) { return hn::Sub(a, b); }
  static HWY_INLINE I shift_left_23(I a) { return hn::ShiftLeft<23>(a); }
  static HWY_INLINE I shift_right_23(I a) { return hn::ShiftRight<23>(a); }
  static HWY_INLINE I shift_right_16(I a) {
    return hn::BitCast(DI(), hn::ShiftRight<16>(hn::BitCast(hn::RebindToUnsigned<D>(), a)));
  }
  static HWY_INLINE I and_int(I a, I b) { return hn::And(a, b); }
  static HWY_INLINE F to_float(I a) { return hn::ConvertTo(D(), a); }
  // Without Highway's repair of what 32 bits do not hold: nothing here is that large, and callers leave NaN out.
  static HWY_INLINE I nearest(F a) {
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    return I{_mm512_cvtps_epi32(a.raw)};
#elif HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86
    return I{_mm256_cvtps_epi32(a.raw)};
#else
    return hn::NearestInt(a);
#endif
  }
};

using math::kExp2C1;
using math::kExp2C2;
using math::kExp2C3;
using math::kExp2C4;
using math::kExp2C5;
using math::kMixtureFloor;

#define ASSAY_MATH HWY_INLINE
#include "math/score_math.inl.h"
// Built on the former.
#include "math/distance_math.inl.h"
#include "math/network_math.inl.h"
#include "math/prediction_math.inl.h"
#undef ASSAY_MATH

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#endif
