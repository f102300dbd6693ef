// Vectors of fp32, fp16 and bf16 scores, widened exactly to fp32. Included once per instruction set.
#if defined(ASSAY_CPU_LOAD_SCORES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ASSAY_CPU_LOAD_SCORES_INL_H
#undef ASSAY_CPU_LOAD_SCORES_INL_H
#else
#define ASSAY_CPU_LOAD_SCORES_INL_H
#endif

#include <hwy/highway.h>

#include "cpu/score_rows.h"
#include "cpu/vector_ops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

constexpr VectorOps::D kScoreFloats;
constexpr int64_t kScoreLanes = static_cast<int64_t>(hn::MaxLanes(kScoreFloats));  // no scalable instruction sets

// Storage types of fp16 and bf16 scores.
struct HalfScore {
  uint16_t bits;
};
struct BrainScore {
  uint16_t bits;
};

HWY_INLINE VectorOps::F load_scores(const float* p) { return hn::LoadU(kScoreFloats, p); }

HWY_INLINE VectorOps::F load_scores(const BrainScore* p) {
  const hn::Rebind<uint16_t, VectorOps::D> d16;
  const hn::RebindToUnsigned<VectorOps::D> d32;
  const auto wide = hn::PromoteTo(d32, hn::LoadU(d16, reinterpret_cast<const uint16_t*>(p)));
  return hn::BitCast(kScoreFloats, hn::ShiftLeft<16>(wide));
}

HWY_INLINE VectorOps::F load_scores(const HalfScore* p) {
  const hn::Rebind<uint16_t, VectorOps::D> d16;
  const auto half = hn::LoadU(d16, reinterpret_cast<const uint16_t*>(p));
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  const hn::Rebind<hwy::float16_t, VectorOps::D> df16;
  return hn::PromoteTo(kScoreFloats, hn::BitCast(df16, half));
#else
  // The exponent is rebiased by an exact product, subnormals included; infinities and NaNs get theirs by hand.
  const hn::RebindToUnsigned<VectorOps::D> d32;
  const auto wide = hn::PromoteTo(d32, half);
  const auto magnitude = hn::And(wide, hn::Set(d32, 0x7fffu));
  const auto sign = hn::ShiftLeft<16>(hn::Xor(wide, magnitude));
  const auto scaled = hn::Mul(hn::BitCast(kScoreFloats, hn::ShiftLeft<13>(magnitude)), hn::Set(kScoreFloats, 0x1p112f));
  const auto special = hn::IfThenElseZero(hn::Gt(magnitude, hn::Set(d32, 0x7bffu)), hn::Set(d32, 0x7f800000u));
  return hn::BitCast(kScoreFloats, hn::Or(hn::Or(hn::BitCast(d32, scaled), special), sign));
#endif
}

// Tells the caches which scores come soon, `bytes` from here: the hardware does not follow short runs in many planes.
template <typename T>
HWY_INLINE void prefetch(const T* scores, int64_t bytes) {
  __builtin_prefetch(reinterpret_cast<const char*>(scores) + bytes);
}

// Copies `pixels` <= kScoreLanes pixels, `stride_w` elements apart, into planes of kScoreLanes elements; what lies
// beyond repeats the last pixel.
template <typename T>
HWY_INLINE void stage_scores(const T* scores, int64_t classes, int64_t stride_c, int64_t stride_w, int64_t pixels,
                             T* HWY_RESTRICT planes) {
  for (int64_t i = 0; i < kScoreLanes; ++i) {
    const T* pixel = scores + (i < pixels ? i : pixels - 1) * stride_w;
    for (int64_t c = 0; c < classes; ++c) planes[c * kScoreLanes + i] = pixel[c * stride_c];
  }
}

// What a step does to a class once the largest score is known, by input kind: logits become exponentials, probabilities
// stay what they are.
struct LogitSums {
  ExpSums<VectorOps> sums;

  HWY_INLINE LogitSums() : sums{VectorOps::set(0.0f), VectorOps::set(0.0f)} {}
  // Turns the score at `at` into what, times the pass's scale, is its probability.
  HWY_INLINE void add_class(float* at, const Largest<VectorOps>& largest) {
    hn::Store(exp_sums_add<VectorOps>(sums, hn::Load(kScoreFloats, at), largest.score), kScoreFloats, at);
  }
  HWY_INLINE PixelSignals<VectorOps> pass(const Largest<VectorOps>& largest) const {
    return pass_of_logits<VectorOps>(largest, sums);
  }
};

struct ProbabilitySums {
  VectorOps::F sum;
  VectorOps::M bad;

  HWY_INLINE ProbabilitySums() : sum(VectorOps::set(0.0f)), bad(VectorOps::less(sum, sum)) {}
  HWY_INLINE void add_class(float* at, const Largest<VectorOps>&) {
    const auto p = hn::Load(kScoreFloats, at);
    sum = VectorOps::add(sum, x_log_x<VectorOps>(p));
    bad = VectorOps::or_mask(bad, is_no_probability<VectorOps>(p));
  }
  HWY_INLINE PixelSignals<VectorOps> pass(const Largest<VectorOps>& largest) const {
    return pass_of_probabilities<VectorOps>(largest, sum, bad);
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#endif
