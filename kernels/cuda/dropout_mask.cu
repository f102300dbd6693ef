#include "cuda/dropout_mask.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(dropout_mask, DropoutMaskArgs)

}  // namespace assay::cuda
