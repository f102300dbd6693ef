// Every kernel on the emulated device, through the C ABI, against the CPU twins and the equations.
//   kernels_selftest LIBASSAY_CUDA
#include <cstdio>

#include "../../cases/distance_table.h"
#include "../../cases/kl_table.h"
#include "../../cases/network_table.h"
#include "../../cases/prediction_table.h"
#include "../../cases/score_table.h"
#include "../../cases/training_table.h"
#include "selftest/driver_api.h"

namespace assay_test {
namespace {

void expect_cuda(CUresult result, const char* what) {
  EXPECT(result == emulator::CUDA_SUCCESS, std::string(what) + ": " + std::to_string(result));
}

// On the default stream with scratch from the pool, or on a stream of its own with scratch that it gives.
class EmulatedBackend : public Backend {
 public:
  explicit EmulatedBackend(bool own_stream) : gives_scratch_(own_stream) {
    if (own_stream) expect_cuda(cuStreamCreate(&stream_, 1), "cuStreamCreate");
  }
  ~EmulatedBackend() override {
    if (stream_ != nullptr) expect_cuda(cuStreamDestroy_v2(stream_), "cuStreamDestroy");
  }
  void* allocate(size_t bytes) override {
    CUdeviceptr address = 0;
    expect_cuda(cuMemAlloc_v2(&address, bytes), "cuMemAlloc");
    return reinterpret_cast<void*>(address);
  }
  void release(void* memory) override { expect_cuda(cuMemFree_v2(address(memory)), "cuMemFree"); }
  void upload(void* to, const void* from, size_t bytes) override {
    expect_cuda(cuMemcpyHtoD_v2(address(to), from, bytes), "upload");
  }
  void download(void* to, const void* from, size_t bytes) override {
    expect_cuda(cuMemcpyDtoH_v2(to, address(from), bytes), "download");
  }
#define ASSAY_DEFINE_RUN(name, Args) \
  void run(const Assay##Args& args) override { run_kernel(&assay_##name, args, #name); }
  ASSAY_FOR_EACH_KERNEL(ASSAY_DEFINE_RUN)
#undef ASSAY_DEFINE_RUN

 private:
  template <class Args>
  void run_kernel(AssayStatus (*kernel)(const AssayExec*, const Args*), const Args& args, const char* name) {
    AssayExec exec = {sizeof(AssayExec), 0, reinterpret_cast<int64_t>(stream_), 0, {}};
    int64_t wanted = -1;
    if (gives_scratch_) {
      exec.scratch = {nullptr, 0, &wanted};
      const AssayStatus status = kernel(&exec, &args);
      EXPECT(wanted >= 0 && status == (wanted == 0 ? ASSAY_OK : ASSAY_BAD_STATE), assay_last_error());
      // No more than wanted: what lies behind an allocation cannot be accessed.
      exec.scratch = {wanted == 0 ? nullptr : allocate(static_cast<size_t>(wanted)), wanted, &wanted};
    }
    if (wanted != 0) EXPECT(kernel(&exec, &args) == ASSAY_OK, assay_last_error());
    expect_cuda(cuStreamSynchronize(stream_), name);
    if (exec.scratch.memory != nullptr) release(exec.scratch.memory);
  }

  static CUdeviceptr address(const void* memory) { return reinterpret_cast<CUdeviceptr>(memory); }

  bool gives_scratch_;
  CUhandle stream_ = nullptr;
};

AssayStatus squared_norm(const float* values, int64_t count, double* result) {
  const AssayExec exec = {sizeof(AssayExec), 0, 0, 0, {}};
  const AssaySquaredNormArgs args = {sizeof args, values, count, result};
  return assay_squared_norm(&exec, &args);
}

// No memory is an error to recover from; a wild address loses the device, and the next launch says so.
void check_errors(EmulatedBackend& device) {
  context() = "errors";
  const float* const values = static_cast<float*>(device.allocate(4096));
  double* const result = static_cast<double*>(device.allocate(8));
  EXPECT(squared_norm(values, int64_t{1} << 52, result) == ASSAY_OUT_OF_DEVICE_MEMORY, assay_last_error());
  EXPECT(squared_norm(values, 1024, result) == ASSAY_OK, assay_last_error());
  expect_cuda(cuCtxSynchronize(), "after no memory");
  EXPECT(squared_norm(values, 1025, result) == ASSAY_OK, "the launch itself knows of no fault");
  EXPECT(cuCtxSynchronize() == emulator::CUDA_ERROR_ILLEGAL_ADDRESS, "one element past the end");
  EXPECT(squared_norm(values, 1024, result) == ASSAY_DEVICE_LOST, assay_last_error());
  assay_emulator_control("heal");
}

}  // namespace
}  // namespace assay_test

int main(int argc, char** argv) {
  using namespace assay_test;
  if (argc != 2) {
    std::fprintf(stderr, "usage: kernels_selftest LIBASSAY_CUDA\n");
    return 2;
  }
  EXPECT(assay_cuda_open(argv[1]) == ASSAY_OK, assay_last_error());
  CUhandle device = nullptr;
  expect_cuda(cuInit(0), "cuInit");
  expect_cuda(cuDevicePrimaryCtxRetain(&device, 0), "cuDevicePrimaryCtxRetain");
  expect_cuda(cuCtxSetCurrent(device), "cuCtxSetCurrent");
  EmulatedBackend lost(false);
  check_errors(lost);
  {
    EmulatedBackend first(false), second(true);
    CpuTwins twins;
    check_score_table(first, second, twins, true);
    check_prediction_table(first, second, twins, true);
    check_training_table(first, second, twins, true);
    check_kl_table(first, second, twins, true);
    check_distance_table(first, second, twins, true);
    check_network_table(first, second, twins, true);
  }
  return finish();
}
