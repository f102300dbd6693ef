#include "cpu/bald_tiles.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/bald_tiles_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/load_scores-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

using Ops = VectorOps;
using F = Ops::F;

// Bytes from a load to what it prefetches: with 20 passes of 11 classes twice as fast as none, and the best of 256 to
// 2048.
constexpr int64_t kAhead = 1024;

// A step is one vector of pixels; its scores are read once. The next step is loaded while this one's exponentials are
// taken, so that its cache misses are under way early.
template <typename T>
HWY_INLINE void gather_class(const T* scores, int64_t c, float* HWY_RESTRICT values, Largest<Ops>& largest) {
  const F x = load_scores(scores);
  prefetch(scores, kAhead);
  hn::Store(x, kScoreFloats, values + c * kScoreLanes);
  largest.score = Ops::max(largest.score, x);
}

// Adds a step's distribution to the sums at `sums`, one class every `pitch` floats.
HWY_INLINE void add_step(const float* HWY_RESTRICT values, int64_t classes, int64_t pitch,
                         const PixelSignals<Ops>& pass, float* HWY_RESTRICT sums, float* HWY_RESTRICT entropy_sum) {
  for (int64_t c = 0; c < classes; ++c) {
    const F sum = hn::Load(kScoreFloats, sums + c * pitch);
    hn::Store(Ops::fma(hn::Load(kScoreFloats, values + c * kScoreLanes), pass.scale, sum), kScoreFloats,
              sums + c * pitch);
  }
  const F entropy = Ops::add(hn::Load(kScoreFloats, entropy_sum), entropy_of_pass<Ops>(pass));
  hn::Store(entropy, kScoreFloats, entropy_sum);
}

// `steps` whole steps of one pass, whose classes lie `stride` elements apart, into the tile's sums from pixel x on.
template <typename Kind, typename T>
HWY_INLINE void add_steps(const T* scores, int64_t stride, int64_t classes, int64_t steps, const BaldTile& tile,
                          int64_t x, float* scratch) {
  float* values = scratch;
  float* next_values = scratch + classes * kScoreLanes;
  Largest<Ops> largest = largest_start<Ops>();
  for (int64_t c = 0; c < classes; ++c) gather_class(scores + c * stride, c, values, largest);
  for (int64_t i = 0; i < steps; ++i) {
    Largest<Ops> next_largest = largest_start<Ops>();
    Kind kind;
    if (i + 1 == steps) {
      for (int64_t c = 0; c < classes; ++c) kind.add_class(values + c * kScoreLanes, largest);
    } else {
      const T* next = scores + (i + 1) * kScoreLanes;
      for (int64_t c = 0; c < classes; ++c) {
        gather_class(next + c * stride, c, next_values, next_largest);
        kind.add_class(values + c * kScoreLanes, largest);
      }
    }
    const int64_t at = x + i * kScoreLanes;
    add_step(values, classes, tile.pitch, kind.pass(largest), tile.probability_sum + at, tile.entropy_sum + at);
    largest = next_largest;
    std::swap(values, next_values);
  }
}

template <typename Kind, typename T>
void add_passes(const ScoreLayout& layout, const BaldTile& tile, void* scratch) {
  float* values = static_cast<float*>(scratch);
  T* planes = reinterpret_cast<T*>(values + 2 * layout.classes * kScoreLanes);
  const int64_t steps = layout.stride_w == 1 ? tile.pixels / kScoreLanes : 0;
  for (int64_t t = 0; t < tile.passes; ++t) {
    const T* pass = static_cast<const T*>(tile.scores) + t * tile.pass_stride;
    if (steps > 0) add_steps<Kind>(pass, layout.stride_c, layout.classes, steps, tile, 0, values);
    // Pixels that are not contiguous or that end the row.
    for (int64_t x = steps * kScoreLanes; x < tile.pixels; x += kScoreLanes) {
      stage_scores(pass + x * layout.stride_w, layout.classes, layout.stride_c, layout.stride_w,
                   std::min(kScoreLanes, tile.pixels - x), planes);
      add_steps<Kind>(planes, kScoreLanes, layout.classes, 1, tile, x, values);
    }
  }
}

int64_t clean_sums(const BaldTile& tile, int64_t classes) {
  int64_t bad = 0;
  for (int64_t x = 0; x < tile.pixels; x += kScoreLanes) {
    const F entropy = hn::Load(kScoreFloats, tile.entropy_sum + x);
    const auto is_bad = Ops::is_nan(entropy);
    if (hn::AllFalse(kScoreFloats, is_bad)) continue;
    const auto inside = hn::FirstN(kScoreFloats, static_cast<size_t>(std::min(kScoreLanes, tile.pixels - x)));
    bad += static_cast<int64_t>(hn::CountTrue(kScoreFloats, hn::And(is_bad, inside)));
    hn::Store(stored_entropy_sum<Ops>(entropy), kScoreFloats, tile.entropy_sum + x);
    for (int64_t c = 0; c < classes; ++c) {
      float* const at = tile.probability_sum + c * tile.pitch + x;
      hn::Store(stored_probability_sum<Ops>(hn::Load(kScoreFloats, at), entropy), kScoreFloats, at);
    }
  }
  return bad;
}

void finish(const BaldTile& tile, int64_t classes, float one_over_passes, const BaldTileOutputs& out) {
  const hn::Rebind<uint8_t, Ops::D> d8;
  const F scale = Ops::set(one_over_passes);
  for (int64_t x = 0; x < tile.pixels; x += kScoreLanes) {
    MeanDistribution<Ops> mean = mean_distribution_start<Ops>();
    for (int64_t c = 0; c < classes; ++c) {
      const F sum = hn::Load(kScoreFloats, tile.probability_sum + c * tile.pitch + x);
      mean_distribution_add<Ops>(mean, sum, scale, Ops::set(static_cast<float>(c)));
    }
    const Information<Ops> info = information_of<Ops>(mean, hn::Load(kScoreFloats, tile.entropy_sum + x), scale);
    hn::StoreU(info.mutual_information, kScoreFloats, out.mutual_information + x);
    hn::StoreU(info.predictive_entropy, kScoreFloats, out.predictive_entropy + x);
    hn::StoreU(info.expected_entropy, kScoreFloats, out.expected_entropy + x);
    hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(Ops::DI(), info.index)), d8, out.mean_argmax + x);
  }
}

template <typename Kind>
BaldFunctions functions_of(int64_t dtype) {
  if (dtype == ASSAY_F16) return {add_passes<Kind, HalfScore>, clean_sums, finish};
  if (dtype == ASSAY_BF16) return {add_passes<Kind, BrainScore>, clean_sums, finish};
  return {add_passes<Kind, float>, clean_sums, finish};
}

BaldFunctions choose_bald_functions(int64_t dtype, int64_t input_kind) {
  return input_kind == ASSAY_LOGITS ? functions_of<LogitSums>(dtype) : functions_of<ProbabilitySums>(dtype);
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {

HWY_EXPORT(choose_bald_functions);

BaldFunctions bald_functions(int64_t dtype, int64_t input_kind) {
  return HWY_DYNAMIC_DISPATCH(choose_bald_functions)(dtype, input_kind);
}

}  // namespace assay::cpu
#endif
