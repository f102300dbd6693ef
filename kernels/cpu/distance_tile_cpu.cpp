#include "cpu/distance_tile.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/distance_tile_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/vector_ops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

using Ops = VectorOps;
using F = Ops::F;
using math::kSumLanes;

constexpr Ops::D kFloats;
constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(kFloats));  // no scalable instruction sets

// Elements of one vector's worth of lanes, and the term of two of them. A chunk of blocks is what a sum runs over
// between two looks at the limits: long enough that spilling the lanes does not show.
struct SquaredDifference {
  static constexpr int64_t kBlock = kSumLanes, kChunk = 16;
  using Element = F;
  static HWY_INLINE Element load(const float* p) { return hn::LoadU(kFloats, p); }
  static HWY_INLINE F add(F sum, Element a, Element b) { return add_squared_difference<Ops>(sum, a, b); }
};

struct Context {
  static constexpr int64_t kBlock = math::kMixtureBlock, kChunk = 4;
  using Element = MixtureEntry<Ops>;
  static HWY_INLINE Element load(const float* p) { return {hn::LoadU(kFloats, p), hn::LoadU(kFloats, p + kSumLanes)}; }
  static HWY_INLINE F add(F sum, const Element& a, const Element& b) { return add_context_term<Ops>(sum, a, b); }
};

// Adds `blocks` blocks of every pair to its 32 lanes, one vector of lanes at a time, so that the sums of all pairs stay
// in registers.
template <class Term, int kPoints>
HWY_INLINE void add_blocks(const float* const* points, const float* const* centres, int64_t offset, int64_t blocks,
                           float* lanes) {
  for (int64_t slice = 0; slice < kSumLanes; slice += kLanes) {
    F sums[kPoints][kTileCentres];
    for (int p = 0; p < kPoints; ++p) {
      for (int c = 0; c < kTileCentres; ++c) {
        sums[p][c] = hn::LoadU(kFloats, lanes + (p * kTileCentres + c) * kSumLanes + slice);
      }
    }
    for (int64_t at = offset + slice, end = at + blocks * Term::kBlock; at < end; at += Term::kBlock) {
      typename Term::Element point[kPoints];
      for (int p = 0; p < kPoints; ++p) point[p] = Term::load(points[p] + at);
      for (int c = 0; c < kTileCentres; ++c) {
        const auto centre = Term::load(centres[c] + at);
        for (int p = 0; p < kPoints; ++p) sums[p][c] = Term::add(sums[p][c], point[p], centre);
      }
    }
    for (int p = 0; p < kPoints; ++p) {
      for (int c = 0; c < kTileCentres; ++c) {
        hn::StoreU(sums[p][c], kFloats, lanes + (p * kTileCentres + c) * kSumLanes + slice);
      }
    }
  }
}

// The tree: lane l takes in lane l + 16, then l + 8, l + 4, l + 2, l + 1.
HWY_INLINE float sum_lanes(const float* lanes) {
  alignas(64) float folded[kSumLanes];
  for (int64_t l = 0; l < kSumLanes; ++l) folded[l] = lanes[l];
  for (int64_t half = kSumLanes / 2; half > 0; half /= 2) {
    for (int64_t l = 0; l < half; ++l) folded[l] += folded[l + half];
  }
  return folded[0];
}

template <int kPairs>
HWY_INLINE bool all_reached(const float* lanes, const float* limits, float* sums) {
  bool reached = true;
  for (int pair = 0; pair < kPairs; ++pair) {
    sums[pair] = sum_lanes(lanes + pair * kSumLanes);
    reached = reached && sums[pair] >= limits[pair];
  }
  return reached;
}

// The columns after the last whole block, padded with zeros, whose terms are 0.
template <class Term, int kPoints>
HWY_INLINE void add_rest(const float* const* points, const float* const* centres, int64_t offset, int64_t count,
                         float* lanes) {
  float padded[kPoints + kTileCentres][kSumLanes] = {};
  const float* rows[kPoints + kTileCentres];
  for (int r = 0; r < kPoints + static_cast<int>(kTileCentres); ++r) {
    const float* const row = (r < kPoints ? points[r] : centres[r - kPoints]) + offset;
    for (int64_t k = 0; k < count; ++k) padded[r][k] = row[k];
    rows[r] = padded[r];
  }
  add_blocks<Term, kPoints>(rows, rows + kPoints, 0, 1, lanes);
}

template <class Term, int kPoints>
void run_tile(const DistanceTile& tile, const float* limits, float* sums) {
  constexpr int kPairs = kPoints * static_cast<int>(kTileCentres);
  alignas(64) float lanes[kPairs * kSumLanes] = {};
  const int64_t blocks = tile.length / kSumLanes;
  for (int64_t block = 0; block < blocks; block += Term::kChunk) {
    if (limits != nullptr && block > 0 && all_reached<kPairs>(lanes, limits, sums)) return;
    add_blocks<Term, kPoints>(tile.points, tile.centres, block * Term::kBlock, std::min(Term::kChunk, blocks - block),
                              lanes);
  }
  const int64_t rest = tile.length - blocks * kSumLanes;
  if (rest > 0) add_rest<Term, kPoints>(tile.points, tile.centres, blocks * Term::kBlock, rest, lanes);
  for (int pair = 0; pair < kPairs; ++pair) sums[pair] = sum_lanes(lanes + pair * kSumLanes);
}

void tile_of(const DistanceTile& tile, const float* limits, float* sums) {
  const bool one = tile.point_count == 1;
  if (tile.terms == Terms::kContext) {
    return one ? run_tile<Context, 1>(tile, limits, sums) : run_tile<Context, 2>(tile, limits, sums);
  }
  return one ? run_tile<SquaredDifference, 1>(tile, limits, sums) : run_tile<SquaredDifference, 2>(tile, limits, sums);
}

void prepare(const float* mixture, const uint8_t* present, int64_t classes, float* prepared) {
  const int64_t entries = classes * classes;
  for (int64_t block = 0; block < math::mixture_blocks(classes); ++block) {
    float* const p = prepared + block * math::kMixtureBlock;
    for (int64_t l = 0; l < kSumLanes; ++l) {
      const int64_t entry = block * kSumLanes + l;
      p[l] = entry < entries ? mixture[entry] : 0.0f;
    }
    for (int64_t l = 0; l < kSumLanes; l += kLanes) {
      const auto entry = mixture_entry<Ops>(hn::LoadU(kFloats, p + l));
      hn::StoreU(entry.p, kFloats, p + l);
      hn::StoreU(entry.log_p, kFloats, p + kSumLanes + l);
    }
    for (int64_t l = 0; l < kSumLanes; ++l) {
      const int64_t entry = block * kSumLanes + l;
      if (entry < entries && present[entry / classes] != 0) continue;
      p[l] = math::kAbsentProbability;
      p[kSumLanes + l] = math::kAbsentLogarithm;
    }
  }
}

// x - x is 0 for finite x and NaN for others.
bool finite(const float* values, int64_t count) {
  auto sum = hn::Zero(kFloats);
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const auto x = hn::LoadU(kFloats, values + i);
    sum = hn::Add(sum, hn::Sub(x, x));
  }
  float rest = 0.0f;
  for (; i < count; ++i) rest += values[i] - values[i];
  return hn::AllFalse(kFloats, Ops::is_nan(sum)) && rest == rest;
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {
namespace {

HWY_EXPORT(tile_of);
HWY_EXPORT(prepare);
HWY_EXPORT(finite);

}  // namespace

void distance_tile(const DistanceTile& tile, const float* limits, float* sums) {
  HWY_DYNAMIC_DISPATCH(tile_of)(tile, limits, sums);
}

void prepare_mixture(const float* mixture, const uint8_t* present, int64_t classes, float* prepared) {
  HWY_DYNAMIC_DISPATCH(prepare)(mixture, present, classes, prepared);
}

bool all_finite(const float* values, int64_t count) { return HWY_DYNAMIC_DISPATCH(finite)(values, count); }

}  // namespace assay::cpu
#endif
