#include "cuda/bald.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(bald, BaldArgs)

}  // namespace assay::cuda
