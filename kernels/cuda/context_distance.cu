#include "cuda/context_distance.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(context_distance, ContextDistanceArgs)

}  // namespace assay::cuda
