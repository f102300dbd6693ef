// Copies from global to shared memory that run on while their thread does: no register waits for them, so that as many
// may be under way as saturate memory.
#ifndef ASSAY_CUDA_ASYNC_COPY_CUH
#define ASSAY_CUDA_ASYNC_COPY_CUH

#include <cuda_pipeline_primitives.h>

namespace assay::cuda {

// Starts a copy of kBytes: 4, 8 or 16, of which both addresses are multiples. Nobody touches `shared` until
// wait_for_copies; threads other than the caller wait for a barrier after that as well.
template <int kBytes>
__device__ __forceinline__ void start_copy(void* shared, const void* global) {
  __pipeline_memcpy_async(shared, global, kBytes);
}

// Waits for all copies that this thread has started.
__device__ __forceinline__ void wait_for_copies() {
  __pipeline_commit();
  __pipeline_wait_prior(0);
}

}  // namespace assay::cuda

#endif
