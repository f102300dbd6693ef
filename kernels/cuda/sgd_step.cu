#include "cuda/sgd_step.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(sgd_step, SgdStepArgs)

}  // namespace assay::cuda
