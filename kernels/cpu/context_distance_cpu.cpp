#include <optional>

#include "cpu/context_rows.h"
#include "cpu/cpu_table.h"
#include "cpu/distance_tile.h"
#include "cpu/parallel_for.h"
#include "math/scalar_ops.h"

namespace assay::cpu {
namespace {

// Writes one tile's pairs to the outputs that are wanted.
struct PairWriter {
  const AssayContextDistanceArgs& args;
  const ContextRows& a;
  const ContextRows& b;
  int64_t b_images;

  void operator()(int64_t point, int64_t centre, const DistanceTile& tile) const {
    float sums[kTilePairs] = {};
    if (args.distance != nullptr) distance_tile(tile, nullptr, sums);
    const int64_t centres = std::min(kTileCentres, b_images - centre);
    for (int64_t p = 0; p < tile.point_count; ++p) {
      for (int64_t c = 0; c < centres; ++c) write(point + p, centre + c, sums[p * kTileCentres + c]);
    }
  }

  void write(int64_t i, int64_t j, float sum) const {
    const int32_t common = common_classes(a, i, b, j);
    const int64_t at = i * b_images + j;
    if (args.common != nullptr) args.common[at] = common;
    if (args.distance == nullptr) return;
    args.distance[at] = math::context_value<math::ScalarOps>(sum, common, args.form == ASSAY_MEAN_OVER_COMMON);
  }
};

}  // namespace

void context_distance(const AssayExec& exec, const AssayContextDistanceArgs& args) {
  const int64_t threads = thread_count(exec.threads);
  const ContextRows a(args.a_mixture, args.a_present, args.a_images, args.classes, threads);
  std::optional<ContextRows> other;
  if (args.b_mixture != nullptr) other.emplace(args.b_mixture, args.b_present, args.b_images, args.classes, threads);
  const ContextRows& b = other ? *other : a;
  const int64_t b_images = other ? args.b_images : args.a_images;
  const PairWriter write{args, a, b, b_images};
  parallel_for((args.a_images + kPointsPerItem - 1) / kPointsPerItem, threads, [&](int64_t item, int64_t) {
    const int64_t begin = item * kPointsPerItem, end = std::min(args.a_images, begin + kPointsPerItem);
    for_each_tile(
        Terms::kContext, a.length(), begin, end, b_images, [&](int64_t i) { return a.row(i); },
        [&](int64_t j) { return b.row(j); }, write);
  });
}

}  // namespace assay::cpu
