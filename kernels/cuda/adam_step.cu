#include "cuda/adam_step.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(adam_step, AdamStepArgs)

}  // namespace assay::cuda
