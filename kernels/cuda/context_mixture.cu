#include "cuda/context_mixture.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

// In region_signals.cu.
extern template void enqueue_regions<CudaQueue>(CudaQueue&, const AssayRegionSignalsArgs&, const ClassOutputs&);

ASSAY_DEFINE_LAUNCHER(context_mixture, ContextMixtureArgs)

}  // namespace assay::cuda
