#include "cuda/kl_histogram.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(kl_histogram, KlHistogramArgs)

}  // namespace assay::cuda
