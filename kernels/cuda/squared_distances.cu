#include "cuda/squared_distances.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(squared_distances, SquaredDistancesArgs)

}  // namespace assay::cuda
