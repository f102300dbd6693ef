#include "cuda/squared_norm.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(squared_norm, SquaredNormArgs)

}  // namespace assay::cuda
