// The CUDA library, opened on demand.
#ifndef ASSAY_CAPI_CUDA_BACK_END_H
#define ASSAY_CAPI_CUDA_BACK_END_H

#include "assay/kernels/cuda_library.h"

namespace assay::capi {

// Opens the library at `path` unless one is open. Throws Error(UNSUPPORTED) with the reason.
void open_cuda_library(const char* path);

// The open library, or null.
const AssayCudaLibrary* cuda_library();

// Devices of the open library; 0 without one.
int32_t cuda_device_count();

}  // namespace assay::capi

#endif
