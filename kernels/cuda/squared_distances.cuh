// squared_distances: device body. Contract: assay/kernels/squared_distances.h.
#ifndef ASSAY_CUDA_SQUARED_DISTANCES_CUH
#define ASSAY_CUDA_SQUARED_DISTANCES_CUH

#include "assay/kernels/squared_distances.h"
#include "cuda/distance_tile.cuh"

namespace assay::cuda {

template <bool kWide>
static __global__ void __launch_bounds__(kTileThreads)
    squared_distances_kernel(DeviceRows a, DeviceRows b, int64_t columns, float* distance) {
  distance_matrix<SquaredDifference<kWide>>(
      a, b, columns, [&](int64_t point, int64_t centre, float sum) { distance[point * b.count + centre] = sum; });
}

template <class Queue>
void enqueue_squared_distances(Queue& queue, const AssaySquaredDistancesArgs& args) {
  if (args.a_rows == 0 || args.b_rows == 0) return;
  const DeviceRows a = {args.a, args.a_rows, args.a_stride}, b = {args.b, args.b_rows, args.b_stride};
  const bool wide = rows_aligned_16(args.a, args.a_stride) && rows_aligned_16(args.b, args.b_stride);
  const auto launch = [&](auto term, auto* kernel) {
    const Geometry geometry = distance_geometry<decltype(term)>(args.a_rows, args.b_rows, queue.processors());
    queue.launch("squared_distances", geometry, kernel, a, b, args.columns, args.distance);
  };
  if (wide) {
    launch(SquaredDifference<true>(), squared_distances_kernel<true>);
  } else {
    launch(SquaredDifference<false>(), squared_distances_kernel<false>);
  }
}

}  // namespace assay::cuda

#endif
