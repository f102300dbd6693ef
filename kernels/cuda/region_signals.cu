#include "cuda/region_signals.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

extern template void enqueue_pixels<CudaQueue>(CudaQueue&, const AssayTensor&, int64_t, const AssayPixelMaps&,
                                               PixelBits, int64_t*);

template void enqueue_regions<CudaQueue>(CudaQueue&, const AssayRegionSignalsArgs&, const ClassOutputs&);

ASSAY_DEFINE_LAUNCHER(region_signals, RegionSignalsArgs)

}  // namespace assay::cuda
