#include "cuda/resize.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(resize, ResizeArgs)

}  // namespace assay::cuda
