#include "cuda/pixel_signals.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(pixel_signals, PixelSignalsArgs)

}  // namespace assay::cuda
