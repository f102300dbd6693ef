// The host side of a launch: one queue per call, a check after every operation, CUDA errors as statuses.
#ifndef ASSAY_CUDA_LAUNCH_H
#define ASSAY_CUDA_LAUNCH_H

#include <cuda_runtime.h>

#include <cstdio>
#include <vector>

#include "assay/kernels/exec.h"
#include "assay/kernels/status.h"
#include "cuda/device.h"
#include "cuda/scratch.h"

namespace assay::cuda {

AssayStatus status_of(cudaError_t error);
// True for errors after which the device's context answers every call with the same error.
bool is_sticky(cudaError_t error);

// Work enqueued on one stream. The first failure is kept and everything after it does nothing. Scratch lies in the
// caller's memory, or comes from the device's pool and is returned there when the queue ends. Not thread-safe; device
// bodies' host halves (enqueue_*) are written against this interface.
class CudaQueue {
 public:
  explicit CudaQueue(const AssayExec& exec);
  ~CudaQueue();
  CudaQueue(const CudaQueue&) = delete;
  CudaQueue& operator=(const CudaQueue&) = delete;

  template <class... Parameters, class... Arguments>
  void launch(const char* name, const Geometry& geometry, void (*kernel)(Parameters...),
              const Arguments&... arguments) {
    if (error_ != cudaSuccess) return;
    const dim3 grid(static_cast<unsigned>(geometry.blocks_x), static_cast<unsigned>(geometry.blocks_y),
                    static_cast<unsigned>(geometry.blocks_z));
    kernel<<<grid, geometry.threads, static_cast<size_t>(geometry.dynamic_shared), stream_>>>(arguments...);
    check(cudaGetLastError(), name);
  }

  void fill(void* bytes, int value, int64_t count);
  // Device memory until the end of the queue; null after a failure.
  void* scratch(int64_t bytes);
  int64_t processors() const { return processors_; }
  bool failed() const { return error_ != cudaSuccess; }
  AssayStatus finish(char* message, int64_t message_size);

 private:
  void check(cudaError_t error, const char* what);
  void* part_of_given(int64_t bytes);
  void* from_pool(int64_t bytes);

  int device_ = 0;
  int previous_device_ = 0;
  int processors_ = 1;
  cudaStream_t stream_ = nullptr;
  cudaError_t error_ = cudaSuccess;
  const char* failed_ = "";
  AssayScratch given_;
  int64_t given_used_ = 0;
  std::vector<void*> pooled_;
};

// Runs `enqueue(queue)` on exec's device and stream and returns what became of it.
template <class Enqueue>
AssayStatus run_queue(const AssayExec& exec, char* message, int64_t message_size, Enqueue&& enqueue) {
  try {
    CudaQueue queue(exec);
    if (!queue.failed() && !scratch_fits(exec.scratch, queue.processors(), message, message_size, enqueue)) {
      return ASSAY_BAD_STATE;
    }
    enqueue(queue);
    return queue.finish(message, message_size);
  } catch (...) {
    std::snprintf(message, static_cast<size_t>(message_size), "out of host memory");
    return ASSAY_OUT_OF_HOST_MEMORY;
  }
}

}  // namespace assay::cuda

#endif
