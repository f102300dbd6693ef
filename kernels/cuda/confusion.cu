#include "cuda/confusion.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(confusion, ConfusionArgs)

}  // namespace assay::cuda
