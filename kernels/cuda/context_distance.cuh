// context_distance: device body. Contract: assay/kernels/context_distance.h.
#ifndef ASSAY_CUDA_CONTEXT_DISTANCE_CUH
#define ASSAY_CUDA_CONTEXT_DISTANCE_CUH

#include "assay/kernels/context_distance.h"
#include "cuda/context_rows.cuh"

namespace assay::cuda {

static __global__ void __launch_bounds__(kTileThreads)
    context_distance_kernel(ContextRows a, ContextRows b, bool mean, float* distance, int32_t* common) {
  const int64_t length = distance == nullptr ? 0 : a.length;
  distance_matrix<Context>(a.rows, b.rows, length, [&](int64_t point, int64_t centre, float sum) {
    const int classes = common_classes(a, point, b, centre);
    const int64_t at = point * b.rows.count + centre;
    if (common != nullptr) common[at] = classes;
    if (distance != nullptr) distance[at] = math::context_value<DistanceOps>(sum, classes, mean);
  });
}

template <class Queue>
void enqueue_context_distance(Queue& queue, const AssayContextDistanceArgs& args) {
  const bool same = args.b_mixture == nullptr;
  if (args.a_images == 0 || (!same && args.b_images == 0)) return;
  const ContextRows a = enqueue_context_rows(queue, args.a_mixture, args.a_present, args.a_images, args.classes);
  const ContextRows b =
      same ? a : enqueue_context_rows(queue, args.b_mixture, args.b_present, args.b_images, args.classes);
  queue.launch("context_distance", distance_geometry<Context>(a.rows.count, b.rows.count, queue.processors()),
               context_distance_kernel, a, b, args.form == ASSAY_MEAN_OVER_COMMON, args.distance, args.common);
}

}  // namespace assay::cuda

#endif
