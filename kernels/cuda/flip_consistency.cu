#include "cuda/flip_consistency.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(flip_consistency, FlipConsistencyArgs)

}  // namespace assay::cuda
