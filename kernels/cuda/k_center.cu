#include "cuda/k_center.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(k_center, KCenterArgs)

}  // namespace assay::cuda
