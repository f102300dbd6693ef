#include "cuda/pixel_signals.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

// region_signals uses these kernels too: compiled once, here.
template void enqueue_pixels<CudaQueue>(CudaQueue&, const AssayTensor&, int64_t, const AssayPixelMaps&, PixelBits,
                                        int64_t*);

ASSAY_DEFINE_LAUNCHER(pixel_signals, PixelSignalsArgs)

}  // namespace assay::cuda
