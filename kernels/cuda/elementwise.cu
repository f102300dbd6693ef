#include "cuda/elementwise.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(elementwise, ElementwiseArgs)

}  // namespace assay::cuda
