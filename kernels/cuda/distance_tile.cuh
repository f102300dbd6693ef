// Sums of distance terms between a few rows at a time: what squared_distances, context_distance and k_center share.
//
// Eight threads form a team. Thread t of a team adds to lanes 4 t .. 4 t + 3 of the 32 that math/distance_math.inl.h
// prescribes, which makes every load 16 bytes wide and 128 bytes per team.
#ifndef ASSAY_CUDA_DISTANCE_TILE_CUH
#define ASSAY_CUDA_DISTANCE_TILE_CUH

#include "cuda/device.h"
#include "math/scalar_ops.h"

namespace assay::cuda {

using DistanceOps = math::ScalarOps;

constexpr int kTeam = 8;
constexpr int kLanesPerThread = 4;
constexpr unsigned kTileThreads = 256;
constexpr int kTeamsPerBlock = kTileThreads / kTeam;

struct FourLanes {
  float at[kLanesPerThread];
};

template <bool kWide>
__device__ __forceinline__ FourLanes load_four(const float* p) {
  if constexpr (kWide) {
    const float4 v = __ldg(reinterpret_cast<const float4*>(p));
    return {{v.x, v.y, v.z, v.w}};
  } else {
    return {{__ldg(p), __ldg(p + 1), __ldg(p + 2), __ldg(p + 3)}};
  }
}

// Rows of floats, of any length; kWide when every row begins at a multiple of 16 bytes.
template <bool kWide>
struct SquaredDifference {
  static constexpr int64_t kBlock = math::kSumLanes;
  static constexpr int kCentres = 4;  // of a tile with 4 points: as many as registers hold
  using Element = FourLanes;
  __device__ static __forceinline__ Element load(const float* p) { return load_four<kWide>(p); }
  // The first `count` of four; 0, whose term is 0, for the others.
  __device__ static __forceinline__ Element load_some(const float* p, int64_t count) {
    Element e;
    for (int i = 0; i < kLanesPerThread; ++i) e.at[i] = i < count ? __ldg(p + i) : 0.0f;
    return e;
  }
  __device__ static __forceinline__ void add(FourLanes& sums, const Element& a, const Element& b) {
    for (int i = 0; i < kLanesPerThread; ++i) {
      sums.at[i] = math::add_squared_difference<DistanceOps>(sums.at[i], a.at[i], b.at[i]);
    }
  }
};

// Prepared mixtures: whole blocks at multiples of 16 bytes (math/distance_constants.h).
struct Context {
  static constexpr int64_t kBlock = math::kMixtureBlock;
  static constexpr int kCentres = 2;
  struct Element {
    FourLanes p, log_p;
  };
  __device__ static __forceinline__ Element load(const float* p) {
    return {load_four<true>(p), load_four<true>(p + math::kSumLanes)};
  }
  __device__ static __forceinline__ Element load_some(const float* p, int64_t) { return load(p); }
  __device__ static __forceinline__ void add(FourLanes& sums, const Element& a, const Element& b) {
    for (int i = 0; i < kLanesPerThread; ++i) {
      sums.at[i] =
          math::add_context_term<DistanceOps>(sums.at[i], {a.p.at[i], a.log_p.at[i]}, {b.p.at[i], b.log_p.at[i]});
    }
  }
};

// One level of the tree over a team: partners exchange half of their pairs and go on with the other half; both keep a
// single pair.
template <int kPairs, int kDistance>
__device__ __forceinline__ void fold_half(FourLanes* sums, int thread) {
  constexpr int kHalf = kPairs / 2;
  const bool upper = (thread & kDistance) != 0;
  for (int i = 0; kPairs == 1 && i < kLanesPerThread; ++i) {
    sums[0].at[i] += __shfl_xor_sync(kFullWarp, sums[0].at[i], kDistance, kTeam);
  }
  for (int pair = 0; pair < kHalf; ++pair) {
    for (int i = 0; i < kLanesPerThread; ++i) {
      const float kept = upper ? sums[pair + kHalf].at[i] : sums[pair].at[i];
      const float sent = upper ? sums[pair].at[i] : sums[pair + kHalf].at[i];
      sums[pair].at[i] = kept + __shfl_xor_sync(kFullWarp, sent, kDistance, kTeam);
    }
  }
}

// Pairs that each thread of a team ends up with: an eighth of them, or the same single one.
constexpr int share_of(int pairs) { return pairs == 1 ? 1 : pairs / kTeam; }

// The sums of a team's kPairs pairs, 1 or a multiple of 8: thread t gets those of pairs t kPairs / 8 and on. Whole
// warps only.
template <int kPairs>
__device__ __forceinline__ void fold_team(FourLanes (&sums)[kPairs], int thread, float (&out)[share_of(kPairs)]) {
  fold_half<kPairs, 4>(sums, thread);
  fold_half<kPairs == 1 ? 1 : kPairs / 2, 2>(sums, thread);
  fold_half<kPairs == 1 ? 1 : kPairs / 4, 1>(sums, thread);
  for (int pair = 0; pair < share_of(kPairs); ++pair) {
    const float* const at = sums[pair].at;
    out[pair] = (at[0] + at[2]) + (at[1] + at[3]);
  }
}

// out holds this thread's share of the pairs (point, centre) -> point kCentres + centre. Whole warps only, all with the
// same length.
template <class Term, int kPoints, int kCentres>
__device__ __forceinline__ void team_sums(const float* const (&points)[kPoints],
                                          const float* const (&centres)[kCentres], int64_t length, int thread,
                                          float (&out)[share_of(kPoints * kCentres)]) {
  FourLanes sums[kPoints * kCentres] = {};
  const int64_t blocks = length / math::kSumLanes;
  int64_t at = thread * kLanesPerThread;
  const auto add = [&](const auto& load) {
    typename Term::Element centre[kCentres];
    for (int c = 0; c < kCentres; ++c) centre[c] = load(centres[c] + at);
    for (int p = 0; p < kPoints; ++p) {
      const typename Term::Element point = load(points[p] + at);
      for (int c = 0; c < kCentres; ++c) Term::add(sums[p * kCentres + c], point, centre[c]);
    }
  };
  // A single pair has too few loads of its own to keep memory busy.
#pragma unroll(kPoints* kCentres == 1 ? 4 : 1)
  for (int64_t block = 0; block < blocks; ++block, at += Term::kBlock) {
    add([](const float* p) { return Term::load(p); });
  }
  const int64_t rest = length - blocks * math::kSumLanes;
  if (rest > 0) add([&](const float* p) { return Term::load_some(p, rest - thread * kLanesPerThread); });
  fold_team(sums, thread, out);
}

// Rows at equal distances.
struct DeviceRows {
  const float* data;
  int64_t count;
  int64_t stride;
  // Past the end, the last row.
  __device__ __forceinline__ const float* row(int64_t i) const { return data + min_of(i, count - 1) * stride; }
};

// Where a thread works in its block's tile of 8 x 4 teams, 2 x 2 of them in a warp so that its loads meet in the cache.
struct TilePlace {
  int thread;  // of its team
  int row, column;
};
__device__ __forceinline__ TilePlace tile_place() {
  const int team = static_cast<int>(threadIdx.x / kTeam);
  return {static_cast<int>(threadIdx.x % kTeam), team / 8 * 2 + team % 4 / 2, team / 4 % 2 * 2 + team % 2};
}

constexpr int kTeamPoints = 4;
constexpr int64_t kBlockPoints = 8 * kTeamPoints;
template <class Term>
constexpr int64_t kBlockCentres = 4 * Term::kCentres;

// store(point, centre, sum) for every pair of the matrix, tile by tile.
template <class Term, class Store>
__device__ __forceinline__ void distance_matrix(const DeviceRows& a, const DeviceRows& b, int64_t length,
                                                const Store& store) {
  constexpr int kShare = Term::kCentres / 2;
  const TilePlace place = tile_place();
  const int64_t columns = ceil_div(b.count, kBlockCentres<Term>);
  const int64_t tiles = ceil_div(a.count, kBlockPoints) * columns;
  for (int64_t tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    const int64_t first_point = tile / columns * kBlockPoints + place.row * kTeamPoints;
    const int64_t first_centre = tile % columns * kBlockCentres<Term> + place.column * Term::kCentres;
    const float* points[kTeamPoints];
    const float* centres[Term::kCentres];
    for (int p = 0; p < kTeamPoints; ++p) points[p] = a.row(first_point + p);
    for (int c = 0; c < Term::kCentres; ++c) centres[c] = b.row(first_centre + c);
    float sums[kShare];
    team_sums<Term>(points, centres, length, place.thread, sums);
    const int64_t point = first_point + place.thread / 2, centre = first_centre + place.thread % 2 * kShare;
    for (int i = 0; i < kShare; ++i) {
      if (point < a.count && centre + i < b.count) store(point, centre + i, sums[i]);
    }
  }
}

// A grid for distance_matrix that fills the device.
template <class Term>
Geometry distance_geometry(int64_t a_rows, int64_t b_rows, int64_t processors) {
  const int64_t tiles = ceil_div(a_rows, kBlockPoints) * ceil_div(b_rows, kBlockCentres<Term>);
  Geometry geometry;
  geometry.threads = kTileThreads;
  geometry.blocks_x = min_of(tiles, processors * 16);
  return geometry;
}

inline bool rows_aligned_16(const float* data, int64_t stride) {
  return aligned_16(data) && stride % kLanesPerThread == 0;
}

}  // namespace assay::cuda

#endif
