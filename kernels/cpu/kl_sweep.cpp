#include "cpu/kl_sweep.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/kl_sweep.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/double_vector_ops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

using Ops = DoubleVectorOps;
using D = Ops::D;
using V = Ops::F;

// Candidates whose scores are computed together, so that each logarithm is loaded once for all of them.
constexpr int64_t kTogether = 4;
// Panels of references that stay in the cache while the candidates pass by.
constexpr int64_t kPanelsPerBlock = 8;

// Two vectors of scores for each of four candidates against one panel: sink(candidate, lane, scores).
template <class Sink>
HWY_INLINE void score_panel(const KlSweep& sweep, int64_t first, const double* log_share, Sink& sink) {
  const D d;
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t lane = 0; lane < kKlPanel; lane += 2 * lanes) {
    V a0 = hn::Zero(d), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, e0 = a0, e1 = a0;
    for (int64_t k = 0; k < sweep.classes; ++k) {
      const double* const share = sweep.share + k * kKlPanel + first;
      const V log0 = hn::LoadU(d, log_share + k * kKlPanel + lane);
      const V log1 = hn::LoadU(d, log_share + k * kKlPanel + lane + lanes);
      a0 = Ops::fma(Ops::set(share[0]), log0, a0);
      a1 = Ops::fma(Ops::set(share[0]), log1, a1);
      b0 = Ops::fma(Ops::set(share[1]), log0, b0);
      b1 = Ops::fma(Ops::set(share[1]), log1, b1);
      c0 = Ops::fma(Ops::set(share[2]), log0, c0);
      c1 = Ops::fma(Ops::set(share[2]), log1, c1);
      e0 = Ops::fma(Ops::set(share[3]), log0, e0);
      e1 = Ops::fma(Ops::set(share[3]), log1, e1);
    }
    const double* const sums = sweep.sum_share_log + first;
    sink.add(first, lane, kl_score<Ops>(Ops::set(sums[0]), a0), kl_score<Ops>(Ops::set(sums[0]), a1));
    sink.add(first + 1, lane, kl_score<Ops>(Ops::set(sums[1]), b0), kl_score<Ops>(Ops::set(sums[1]), b1));
    sink.add(first + 2, lane, kl_score<Ops>(Ops::set(sums[2]), c0), kl_score<Ops>(Ops::set(sums[2]), c1));
    sink.add(first + 3, lane, kl_score<Ops>(Ops::set(sums[3]), e0), kl_score<Ops>(Ops::set(sums[3]), e1));
  }
}

// All candidates against all references. sink.panel is the reference panel at hand.
template <class Sink>
void sweep_panels(const KlSweep& sweep, Sink& sink) {
  const int64_t panels = kl_panels(sweep.references);
  for (int64_t begin = 0; begin < panels; begin += kPanelsPerBlock) {
    const int64_t end = std::min(panels, begin + kPanelsPerBlock);
    for (int64_t first = 0; first < kKlPanel; first += kTogether) {
      for (sink.panel = begin; sink.panel < end; ++sink.panel) {
        score_panel(sweep, first, sweep.log_share + sink.panel * sweep.classes * kKlPanel, sink);
      }
    }
  }
}

// First sweep: the range of each candidate's scores, and the scores themselves if wanted. Lanes behind the last
// reference repeat it and change neither end of the range.
struct RangeSink {
  double* kl;  // [candidates, references] or null
  int64_t candidates, references;
  int64_t panel = 0;
  alignas(64) double lo[kKlPanel][8];
  alignas(64) double hi[kKlPanel][8];

  HWY_INLINE void add(int64_t candidate, int64_t lane, V score0, V score1) {
    const D d;
    hn::Store(Ops::min(hn::Load(d, lo[candidate]), Ops::min(score0, score1)), d, lo[candidate]);
    hn::Store(Ops::max(hn::Load(d, hi[candidate]), Ops::max(score0, score1)), d, hi[candidate]);
    if (kl != nullptr && candidate < candidates) {
      double* const row = kl + candidate * references;
      put(row, panel * kKlPanel + lane, score0);
      put(row, panel * kKlPanel + lane + static_cast<int64_t>(hn::Lanes(d)), score1);
    }
  }
  HWY_INLINE void put(double* row, int64_t at, V scores) const {
    const D d;
    alignas(64) double some[8];
    hn::Store(scores, d, some);
    const int64_t count = std::min(static_cast<int64_t>(hn::Lanes(d)), references - at);
    for (int64_t i = 0; i < count; ++i) row[at + i] = some[i];
  }
};

// Second sweep: the bins.
struct BinSink {
  KlScores* scores;
  int64_t references;
  int64_t panel = 0;

  HWY_INLINE void add(int64_t candidate, int64_t lane, V score0, V score1) {
    const auto lanes = static_cast<int64_t>(hn::Lanes(D()));
    const auto range = histogram_range<Ops>(Ops::set(scores->lo[candidate]), Ops::set(scores->hi[candidate]));
    count(candidate, panel * kKlPanel + lane, histogram_bin<Ops>(range, score0));
    count(candidate, panel * kKlPanel + lane + lanes, histogram_bin<Ops>(range, score1));
  }
  HWY_INLINE void count(int64_t candidate, int64_t at, V bins) {
    const D d;
    const hn::Rebind<int32_t, D> d_int;
    alignas(64) int32_t index[8];
    hn::Store(hn::DemoteTo(d_int, bins), d_int, index);
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    auto& ways = scores->counts[candidate];
    if (at + lanes <= references) {
      for (int64_t i = 0; i < lanes; ++i) ++ways[i % kKlWays][index[i]];
    } else {
      for (int64_t i = 0; at + i < references; ++i) ++ways[i % kKlWays][index[i]];
    }
  }
};

void find_ranges(const KlSweep& sweep, int64_t candidates, double* kl, KlScores& scores) {
  RangeSink sink;
  sink.kl = kl;
  sink.candidates = candidates;
  sink.references = sweep.references;
  std::fill_n(&sink.lo[0][0], kKlPanel * 8, HUGE_VAL);
  std::fill_n(&sink.hi[0][0], kKlPanel * 8, 0.0);
  sweep_panels(sweep, sink);
  const auto lanes = static_cast<int64_t>(hn::Lanes(D()));
  for (int64_t c = 0; c < kKlPanel; ++c) {
    scores.lo[c] = *std::min_element(sink.lo[c], sink.lo[c] + lanes);
    scores.hi[c] = *std::max_element(sink.hi[c], sink.hi[c] + lanes);
  }
}

void fill_bins(const KlSweep& sweep, KlScores& scores) {
  std::fill_n(&scores.counts[0][0][0], kKlPanel * kKlWays * ASSAY_KL_BINS, 0u);
  BinSink sink;
  sink.scores = &scores;
  sink.references = sweep.references;
  sweep_panels(sweep, sink);
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {
namespace {

HWY_EXPORT(find_ranges);
HWY_EXPORT(fill_bins);

}  // namespace

void find_kl_ranges(const KlSweep& sweep, int64_t candidates, double* kl, KlScores& scores) {
  HWY_DYNAMIC_DISPATCH(find_ranges)(sweep, candidates, kl, scores);
}

void fill_kl_bins(const KlSweep& sweep, KlScores& scores) { HWY_DYNAMIC_DISPATCH(fill_bins)(sweep, scores); }

}  // namespace assay::cpu
#endif
