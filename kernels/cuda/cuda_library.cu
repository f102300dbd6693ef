// The table that libassay opens: every kernel of the list must have a launcher, or this does not link.
#include "assay/kernels/cuda_library.h"

#include <cuda_runtime.h>

#include <cstdio>

#include "cuda/launchers.h"

namespace assay::cuda {
namespace {

int32_t device_count(char* message, int64_t message_size) {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaSuccess && count > 0) return count;
  (void)cudaGetLastError();
  const int runtime = CUDART_VERSION;
  if (error == cudaErrorInsufficientDriver) {
    std::snprintf(message, static_cast<size_t>(message_size),
                  "no NVIDIA driver, or one too old for CUDA %d.%d: install a driver that supports it", runtime / 1000,
                  runtime % 1000 / 10);
  } else {
    std::snprintf(message, static_cast<size_t>(message_size), "no usable CUDA device: %s",
                  error == cudaSuccess ? "the driver lists none" : cudaGetErrorString(error));
  }
  return 0;
}

const AssayCudaLibrary kLibrary = {sizeof(AssayCudaLibrary), ASSAY_ABI_VERSION, &device_count,
#define ASSAY_LAUNCHER_ADDRESS(name, Args) &name,
                                   ASSAY_FOR_EACH_KERNEL(ASSAY_LAUNCHER_ADDRESS)
#undef ASSAY_LAUNCHER_ADDRESS
};

}  // namespace
}  // namespace assay::cuda

extern "C" __attribute__((visibility("default"))) const AssayCudaLibrary* assay_cuda_library() {
  return &assay::cuda::kLibrary;
}
