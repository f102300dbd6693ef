#include "cuda/cross_entropy.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(cross_entropy, CrossEntropyArgs)

}  // namespace assay::cuda
