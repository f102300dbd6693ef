// libassay_cuda as libassay opens it, on the emulated device: the same table, the unmodified host halves and device
// bodies, run lane by lane by the SIMT harness when the stream gets to them.
#include <cstdio>

#include "shim/cuda_shim.h"
// The shim comes first: it defines what the bodies expect from CUDA.
#include "assay/emulated_queue.h"
#include "assay/kernels/cuda_library.h"
#include "cuda_bodies.h"

namespace {

using emulator::Result;

constexpr int64_t kRuntimeVersion = 13000;  // what the real library is built with

AssayStatus status_of(Result result) {
  switch (result) {
    case emulator::CUDA_SUCCESS:
      return ASSAY_OK;
    case emulator::CUDA_ERROR_OUT_OF_MEMORY:
      return ASSAY_OUT_OF_DEVICE_MEMORY;
    case emulator::CUDA_ERROR_INVALID_VALUE:
    case emulator::CUDA_ERROR_INVALID_DEVICE:
    case emulator::CUDA_ERROR_INVALID_HANDLE:
      return ASSAY_INVALID_ARGUMENT;
    case emulator::CUDA_ERROR_NOT_SUPPORTED:
    case emulator::CUDA_ERROR_NO_BINARY_FOR_GPU:
    case emulator::CUDA_ERROR_NO_DEVICE:
      return ASSAY_UNSUPPORTED;
    default:
      return emulator::is_sticky(result) ? ASSAY_DEVICE_LOST : ASSAY_INTERNAL;
  }
}

template <class Enqueue>
AssayStatus run_queue(const char* name, const AssayExec& exec, char* message, int64_t message_size,
                      const Enqueue& enqueue) {
  bool fits = true;
  const Result result = emulator::driver_call(name, emulator::Needs::kNothing, [&] {
    emulator::EmulatedQueue queue(exec);
    fits = assay::cuda::scratch_fits(exec.scratch, queue.processors(), message, message_size, enqueue);
    if (fits) enqueue(queue);
  });
  if (!fits) return ASSAY_BAD_STATE;
  if (result != emulator::CUDA_SUCCESS) {
    std::snprintf(message, static_cast<size_t>(message_size), "%s: %s (%s)", name, emulator::result_text(result),
                  emulator::result_name(result));
  }
  return status_of(result);
}

int32_t device_count(char* message, int64_t message_size) {
  const auto& settings = emulator::settings();
  if (settings.driver_version < kRuntimeVersion) {
    std::snprintf(message, static_cast<size_t>(message_size),
                  "no NVIDIA driver, or one too old for CUDA 13.0: install a driver that supports it");
    return 0;
  }
  if (settings.devices == 0) {
    std::snprintf(message, static_cast<size_t>(message_size), "no usable CUDA device: the driver lists none");
  }
  return static_cast<int32_t>(settings.devices);
}

#define ASSAY_DEFINE_LAUNCHER(name, Args)                                                                 \
  AssayStatus name(const AssayExec* exec, const Assay##Args* args, char* message, int64_t message_size) { \
    return run_queue("assay_" #name, *exec, message, message_size,                                        \
                     [&](auto& queue) { assay::cuda::enqueue_##name(queue, *args); });                    \
  }
ASSAY_FOR_EACH_KERNEL(ASSAY_DEFINE_LAUNCHER)
#undef ASSAY_DEFINE_LAUNCHER

const AssayCudaLibrary kLibrary = {sizeof(AssayCudaLibrary), ASSAY_ABI_VERSION, &device_count,
#define ASSAY_LAUNCHER_ADDRESS(name, Args) &name,
                                   ASSAY_FOR_EACH_KERNEL(ASSAY_LAUNCHER_ADDRESS)
#undef ASSAY_LAUNCHER_ADDRESS
};

}  // namespace

EMULATOR_ENTRY const AssayCudaLibrary* assay_cuda_library() { return &kLibrary; }
