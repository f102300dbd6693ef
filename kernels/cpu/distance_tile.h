// Sums of distance terms between a few rows at a time: what squared_distances, context_distance and k_center share.
#ifndef ASSAY_CPU_DISTANCE_TILE_H
#define ASSAY_CPU_DISTANCE_TILE_H

#include <algorithm>
#include <cstdint>

#include "math/distance_constants.h"

namespace assay::cpu {

enum class Terms {
  kSquaredDifference,  // rows of `length` floats
  kContext             // prepared mixtures of `length` entries, a multiple of 32 (math/distance_constants.h)
};

constexpr int64_t kTilePoints = 2;
constexpr int64_t kTileCentres = 4;
constexpr int64_t kTilePairs = kTilePoints * kTileCentres;

// Rows may repeat. With one point its pointer is the only one read.
struct DistanceTile {
  Terms terms;
  int64_t length;
  int64_t point_count;  // 1 or 2
  const float* points[kTilePoints];
  const float* centres[kTileCentres];
};

// sums[point * kTileCentres + centre], in the order of math/distance_math.inl.h. With limits (null: none), the tile
// ends early once every sum has reached its limit: sums are then between their limits and what they would have become.
void distance_tile(const DistanceTile& tile, const float* limits, float* sums);

// The entries of one mixture as kContext reads them.
void prepare_mixture(const float* mixture, const uint8_t* present, int64_t classes, float* prepared);

bool all_finite(const float* values, int64_t count);

// Points whose distances to all centres are computed in one go, so that a centre's row is read from far away once for
// all of them.
constexpr int64_t kPointsPerItem = 16;

// visit(points, centre, tile) with the first point and centre of each tile of points [begin, end) and `centre_count`
// centres; point_row(i) and centre_row(j) find rows. Past the last centre, the last one is repeated.
template <typename PointRow, typename CentreRow, typename Visit>
void for_each_tile(Terms terms, int64_t length, int64_t begin, int64_t end, int64_t centre_count, PointRow&& point_row,
                   CentreRow&& centre_row, Visit&& visit) {
  for (int64_t centre = 0; centre < centre_count; centre += kTileCentres) {
    DistanceTile tile{terms, length, 0, {}, {}};
    for (int64_t c = 0; c < kTileCentres; ++c) {
      tile.centres[c] = centre_row(std::min(centre + c, centre_count - 1));
    }
    for (int64_t point = begin; point < end; point += kTilePoints) {
      tile.point_count = std::min(kTilePoints, end - point);
      for (int64_t p = 0; p < tile.point_count; ++p) tile.points[p] = point_row(point + p);
      visit(point, centre, tile);
    }
  }
}

}  // namespace assay::cpu

#endif
