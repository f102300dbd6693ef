// The kernels on a CUDA device, through the C ABI, with buffers in device memory.
#ifndef ASSAY_TESTS_GPU_CUDA_BACKEND_H
#define ASSAY_TESTS_GPU_CUDA_BACKEND_H

#include <cuda_runtime_api.h>

#include <cstdio>

#include "../cases/backend.h"

namespace assay_test {

// Exit code of a program that needs a device and finds none.
constexpr int kNoDevice = 4;

inline void expect_cuda(cudaError_t error, const char* what) {
  EXPECT(error == cudaSuccess, std::string(what) + ": " + cudaGetErrorString(error));
}

class CudaBackend : public Backend {
 public:
  // With a stream of its own, or on the default stream.
  explicit CudaBackend(bool own_stream) {
    if (own_stream) expect_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cudaStreamCreate");
  }
  ~CudaBackend() override {
    if (stream_ != nullptr) (void)cudaStreamDestroy(stream_);
  }
  CudaBackend(const CudaBackend&) = delete;
  CudaBackend& operator=(const CudaBackend&) = delete;

  void* allocate(size_t bytes) override {
    void* memory = nullptr;
    expect_cuda(cudaMalloc(&memory, bytes), "cudaMalloc");
    return memory;
  }
  void release(void* memory) override { expect_cuda(cudaFree(memory), "cudaFree"); }
  // On the stream of the kernels: cudaMemcpy from pageable memory may return before the device has the bytes, and
  // orders nothing for a stream that does not wait for the default one.
  void upload(void* to, const void* from, size_t bytes) override {
    expect_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_), "upload");
    expect_cuda(cudaStreamSynchronize(stream_), "upload");
  }
  void download(void* to, const void* from, size_t bytes) override {
    expect_cuda(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost), "download");
  }
#define ASSAY_DEFINE_RUN(name, Args)                                                          \
  void run(const Assay##Args& args) override {                                                \
    const AssayExec exec = {sizeof(AssayExec), 0, reinterpret_cast<int64_t>(stream_), 0, {}}; \
    EXPECT(assay_##name(&exec, &args) == ASSAY_OK, assay_last_error());                       \
    expect_cuda(cudaStreamSynchronize(stream_), #name);                                       \
  }
  ASSAY_FOR_EACH_KERNEL(ASSAY_DEFINE_RUN)
#undef ASSAY_DEFINE_RUN

 private:
  cudaStream_t stream_ = nullptr;
};

// Opens the CUDA library; false, with the reason printed, where nothing can run.
inline bool open_cuda(const char* library) {
  if (assay_cuda_open(library) == ASSAY_OK) return true;
  std::printf("SKIPPED: no CUDA device to run on: %s\n", assay_last_error());
  return false;
}

}  // namespace assay_test

#endif
