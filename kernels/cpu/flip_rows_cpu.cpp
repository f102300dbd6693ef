#include "cpu/flip_rows.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/flip_rows_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/load_scores-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

using Ops = VectorOps;
using F = Ops::F;

constexpr int64_t kAhead = 256;  // bytes from a load to what it prefetches

// One prediction of a step's pixels: scores, and for logits also what becomes of them, [classes][kScoreLanes] each.
struct Prediction {
  float* scores;
  float* exponentials;
  Largest<Ops> largest;
  PixelSignals<Ops> signals;
  F log_sum;

  HWY_INLINE Prediction(float* memory, int64_t classes)
      : scores(memory), exponentials(memory + classes * kScoreLanes) {}
};

HWY_INLINE void put_score(Prediction& p, int64_t c, F x) {
  hn::Store(x, kScoreFloats, p.scores + c * kScoreLanes);
  largest_add<Ops>(p.largest, x, Ops::set(static_cast<float>(c)));
}

// One vector of contiguous pixels, or the vector that ends before `scores` + kScoreLanes in reverse.
template <typename T>
HWY_INLINE void read_vectors(Prediction& p, const T* scores, int64_t stride_c, int64_t classes, bool reverse) {
  p.largest = largest_start<Ops>();
  if (reverse) {
    for (int64_t c = 0; c < classes; ++c) {
      const T* const at = scores + c * stride_c;
      prefetch(at, -kAhead);
      put_score(p, c, hn::Reverse(kScoreFloats, load_scores(at)));
    }
  } else {
    for (int64_t c = 0; c < classes; ++c) {
      const T* const at = scores + c * stride_c;
      prefetch(at, kAhead);
      put_score(p, c, load_scores(at));
    }
  }
}

// The pixels x .. x + pixels of a row, or those that they meet in the mirrored row.
template <typename T>
HWY_INLINE void read_step(Prediction& p, const T* row, const ScoreLayout& layout, int64_t x, int64_t pixels,
                          int64_t width, bool mirrored, T* planes) {
  if (layout.stride_w == 1 && pixels == kScoreLanes) {
    const int64_t first = mirrored ? width - x - kScoreLanes : x;
    read_vectors(p, row + first, layout.stride_c, layout.classes, mirrored);
    return;
  }
  const int64_t first = mirrored ? width - 1 - x : x;
  const int64_t stride_w = mirrored ? -layout.stride_w : layout.stride_w;
  stage_scores(row + first * layout.stride_w, layout.classes, layout.stride_c, stride_w, pixels, planes);
  read_vectors(p, planes, kScoreLanes, layout.classes, false);
}

struct Logits {
  // Leaves exponents where the scores were.
  static HWY_INLINE void sum(Prediction& p, int64_t classes) {
    ExpSums<Ops> sums = {Ops::set(0.0f), Ops::set(0.0f)};
    for (int64_t c = 0; c < classes; ++c) {
      float* const at = p.scores + c * kScoreLanes;
      const F x = hn::Load(kScoreFloats, at);
      hn::Store(exp_sums_add<Ops>(sums, x, p.largest.score), kScoreFloats, p.exponentials + c * kScoreLanes);
      hn::Store(clamp_exponent<Ops>(Ops::sub(x, p.largest.score)), kScoreFloats, at);
    }
    p.signals = pass_of_logits<Ops>(p.largest, sums);
    p.log_sum = log_positive<Ops>(sums.s);
  }
  static HWY_INLINE LogProbability<Ops> at(const Prediction& p, int64_t c) {
    return log_probability_of_logit<Ops>(hn::Load(kScoreFloats, p.scores + c * kScoreLanes),
                                         hn::Load(kScoreFloats, p.exponentials + c * kScoreLanes), p.signals.scale,
                                         p.log_sum);
  }
};

struct Probabilities {
  static HWY_INLINE void sum(Prediction& p, int64_t classes) {
    ProbabilitySums sums;
    for (int64_t c = 0; c < classes; ++c) sums.add_class(p.scores + c * kScoreLanes, p.largest);
    p.signals = sums.pass(p.largest);
  }
  static HWY_INLINE LogProbability<Ops> at(const Prediction& p, int64_t c) {
    return log_probability_of<Ops>(hn::Load(kScoreFloats, p.scores + c * kScoreLanes));
  }
};

HWY_INLINE void store(const Divergence<Ops>& d, const AssayFlipMaps& out, int64_t at) {
  const hn::Rebind<uint8_t, Ops::D> d8;
  hn::StoreU(d.symmetric_kl, kScoreFloats, out.symmetric_kl + at);
  hn::StoreU(d.jensen_shannon, kScoreFloats, out.jensen_shannon + at);
  hn::StoreU(d.entropy_of_mean, kScoreFloats, out.entropy_of_mean + at);
  hn::StoreU(d.entropy, kScoreFloats, out.entropy + at);
  hn::StoreU(d.entropy_flipped, kScoreFloats, out.entropy_flipped + at);
  hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(Ops::DI(), d.disagreement)), d8, out.argmax_disagreement + at);
}

template <typename Kind, typename T>
void compare_run(const ScoreLayout& layout, const ScoreLayout& flipped_layout, const FlipRun& run, void* scratch) {
  const int64_t classes = layout.classes;
  float* const memory = static_cast<float*>(scratch);
  T* const planes = reinterpret_cast<T*>(memory + 4 * classes * kScoreLanes);
  Prediction p(memory, classes), q(memory + 2 * classes * kScoreLanes, classes);
  for (int64_t i = 0; i < run.pixels; i += kScoreLanes) {
    const int64_t pixels = std::min(kScoreLanes, run.pixels - i);
    read_step(p, static_cast<const T*>(run.row), layout, run.x + i, pixels, run.width, false, planes);
    read_step(q, static_cast<const T*>(run.flipped), flipped_layout, run.x + i, pixels, run.width, true, planes);
    Kind::sum(p, classes);
    Kind::sum(q, classes);
    DivergenceSums<Ops> sums = divergence_start<Ops>();
    for (int64_t c = 0; c < classes; ++c) divergence_add<Ops>(sums, Kind::at(p, c), Kind::at(q, c));
    store(divergence_of<Ops>(sums, p.signals, q.signals), run.out, i);
  }
}

template <typename Kind>
FlipFunction function_of(int64_t dtype) {
  if (dtype == ASSAY_F16) return compare_run<Kind, HalfScore>;
  if (dtype == ASSAY_BF16) return compare_run<Kind, BrainScore>;
  return compare_run<Kind, float>;
}

FlipFunction choose_flip_function(int64_t dtype, int64_t input_kind) {
  return input_kind == ASSAY_LOGITS ? function_of<Logits>(dtype) : function_of<Probabilities>(dtype);
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {

HWY_EXPORT(choose_flip_function);

FlipFunction flip_function(int64_t dtype, int64_t input_kind) {
  return HWY_DYNAMIC_DISPATCH(choose_flip_function)(dtype, input_kind);
}

}  // namespace assay::cpu
#endif
