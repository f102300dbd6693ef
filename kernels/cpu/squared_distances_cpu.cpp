#include "cpu/cpu_table.h"
#include "cpu/distance_tile.h"
#include "cpu/parallel_for.h"

namespace assay::cpu {

void squared_distances(const AssayExec& exec, const AssaySquaredDistancesArgs& args) {
  const int64_t items = (args.a_rows + kPointsPerItem - 1) / kPointsPerItem;
  const auto point_row = [&](int64_t i) { return args.a + i * args.a_stride; };
  const auto centre_row = [&](int64_t j) { return args.b + j * args.b_stride; };
  const auto visit = [&](int64_t point, int64_t centre, const DistanceTile& tile) {
    float sums[kTilePairs];
    distance_tile(tile, nullptr, sums);
    const int64_t centres = std::min(kTileCentres, args.b_rows - centre);
    for (int64_t p = 0; p < tile.point_count; ++p) {
      std::copy_n(sums + p * kTileCentres, centres, args.distance + (point + p) * args.b_rows + centre);
    }
  };
  parallel_for(items, thread_count(exec.threads), [&](int64_t item, int64_t) {
    const int64_t begin = item * kPointsPerItem, end = std::min(args.a_rows, begin + kPointsPerItem);
    for_each_tile(Terms::kSquaredDifference, args.columns, begin, end, args.b_rows, point_row, centre_row, visit);
  });
}

}  // namespace assay::cpu
