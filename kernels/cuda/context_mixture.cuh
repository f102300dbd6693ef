// context_mixture: the sums by class of region_signals' pass, and nothing else of it. Contract:
// assay/kernels/context_mixture.h.
#ifndef ASSAY_CUDA_CONTEXT_MIXTURE_CUH
#define ASSAY_CUDA_CONTEXT_MIXTURE_CUH

#include "assay/kernels/context_mixture.h"
#include "cuda/region_signals.cuh"

namespace assay::cuda {

template <class Queue>
void enqueue_context_mixture(Queue& queue, const AssayContextMixtureArgs& args) {
  const bool images = args.region_nxy == nullptr;
  AssayRegionSignalsArgs regions = {};
  regions.struct_size = sizeof regions;
  regions.input = args.input;
  regions.input_kind = args.input_kind;
  regions.region_nxy = args.region_nxy;
  regions.regions = images ? args.input.n : args.regions;
  regions.region_w = images ? args.input.w : args.region_w;
  regions.region_h = images ? args.input.h : args.region_h;
  regions.nan_pixels = args.nan_pixels;
  enqueue_regions(queue, regions, {args.mixture, nullptr, nullptr, args.present, args.pixels});
}

}  // namespace assay::cuda

#endif
