#include "cuda/fold_normalisation.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(fold_normalisation, FoldNormalisationArgs)

}  // namespace assay::cuda
