#include "cuda/channel_copy.cuh"

#include "cuda/launch.h"
#include "cuda/launchers.h"

namespace assay::cuda {

ASSAY_DEFINE_LAUNCHER(channel_copy, ChannelCopyArgs)

}  // namespace assay::cuda
