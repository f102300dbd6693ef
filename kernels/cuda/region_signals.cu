#include "cuda/region_signals.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(region_signals, RegionSignalsArgs)

}  // namespace assay::cuda
