// libcudart: the few runtime calls that the presets' users make, in terms of the driver's. Like the runtime, each makes
// the primary context of its thread's device current.
#include <cstdint>

#include "core/machine.h"

using namespace emulator;

extern "C" {
Result cuCtxSetCurrent(void* context);
Result cuCtxGetDevice(int* device);
Result cuCtxSynchronize();
Result cuDriverGetVersion(int* version);
Result cuMemGetInfo_v2(size_t* free, size_t* total);
Result cuMemAlloc_v2(uint64_t* address, size_t bytes);
Result cuMemFree_v2(uint64_t address);
Result cuMemHostAlloc(void** address, size_t bytes, unsigned flags);
Result cuMemFreeHost(void* address);
Result cuMemcpy(uint64_t to, uint64_t from, size_t bytes);
Result cuMemcpyAsync(uint64_t to, uint64_t from, size_t bytes, void* stream);
Result cuMemsetD8Async(uint64_t to, uint8_t value, size_t count, void* stream);
Result cuStreamCreate(void** stream, unsigned flags);
Result cuStreamDestroy_v2(void* stream);
Result cuStreamSynchronize(void* stream);
}

namespace {

constexpr Result kInsufficientDriver = 35;  // the runtime's own; its other codes are the driver's

thread_local int device_of_thread = 0;
thread_local Result last_error = CUDA_SUCCESS;

Result remember(Result result) {
  if (result != CUDA_SUCCESS) last_error = result;
  return result;
}

Result initialise() {
  if (settings().devices == 0) return CUDA_ERROR_NO_DEVICE;
  if (settings().driver_version < settings().cudart_version / 1000 * 1000) return kInsufficientDriver;
  std::lock_guard<std::recursive_mutex> lock(machine().mutex);
  try {
    int current = -1;
    if (cuCtxGetDevice(&current) == CUDA_SUCCESS) return CUDA_SUCCESS;
    return cuCtxSetCurrent(&runtime_context(device_of_thread));
  } catch (const Error& error) {
    return error.result;
  }
}

template <class Call>
Result runtime_call(const Call& call) {
  const Result ready = initialise();
  return remember(ready == CUDA_SUCCESS ? call() : ready);
}

uint64_t address(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }

}  // namespace

EMULATOR_ENTRY Result cudaRuntimeGetVersion(int* version) {
  *version = static_cast<int>(settings().cudart_version);
  return CUDA_SUCCESS;
}

EMULATOR_ENTRY Result cudaDriverGetVersion(int* version) { return cuDriverGetVersion(version); }

EMULATOR_ENTRY const char* cudaGetErrorString(Result result) {
  const char* const text = result == kInsufficientDriver
                               ? "CUDA driver version is insufficient for CUDA runtime version"
                               : result_text(result);
  return text == nullptr ? "unrecognized error code" : text;
}

EMULATOR_ENTRY const char* cudaGetErrorName(Result result) {
  const char* const name = result == kInsufficientDriver ? "cudaErrorInsufficientDriver" : result_name(result);
  return name == nullptr ? "unrecognized error code" : name;
}

EMULATOR_ENTRY Result cudaGetLastError() {
  const Result result = last_error;
  last_error = CUDA_SUCCESS;
  return result;
}

EMULATOR_ENTRY Result cudaPeekAtLastError() { return last_error; }

EMULATOR_ENTRY Result cudaGetDeviceCount(int* count) {
  *count = 0;
  return runtime_call([&] {
    *count = static_cast<int>(settings().devices);
    return CUDA_SUCCESS;
  });
}

EMULATOR_ENTRY Result cudaGetDevice(int* device) {
  return runtime_call([&] { return cuCtxGetDevice(device); });
}

EMULATOR_ENTRY Result cudaSetDevice(int device) {
  if (device < 0 || device >= settings().devices) return remember(CUDA_ERROR_INVALID_DEVICE);
  device_of_thread = device;
  std::lock_guard<std::recursive_mutex> lock(machine().mutex);
  try {
    return remember(cuCtxSetCurrent(&runtime_context(device)));
  } catch (const Error& error) {
    return remember(error.result);
  }
}

EMULATOR_ENTRY Result cudaDeviceSynchronize() {
  return runtime_call([] { return cuCtxSynchronize(); });
}

EMULATOR_ENTRY Result cudaMemGetInfo(size_t* free, size_t* total) {
  return runtime_call([&] { return cuMemGetInfo_v2(free, total); });
}

EMULATOR_ENTRY Result cudaMalloc(void** pointer, size_t bytes) {
  return runtime_call([&] { return cuMemAlloc_v2(reinterpret_cast<uint64_t*>(pointer), bytes); });
}

EMULATOR_ENTRY Result cudaFree(void* pointer) {
  return runtime_call([&] { return cuMemFree_v2(address(pointer)); });
}

EMULATOR_ENTRY Result cudaHostAlloc(void** pointer, size_t bytes, unsigned flags) {
  return runtime_call([&] { return cuMemHostAlloc(pointer, bytes, flags); });
}

EMULATOR_ENTRY Result cudaFreeHost(void* pointer) {
  return runtime_call([&] { return cuMemFreeHost(pointer); });
}

// The kind follows from the addresses.
EMULATOR_ENTRY Result cudaMemcpy(void* to, const void* from, size_t bytes, int) {
  return runtime_call([&] { return cuMemcpy(address(to), address(from), bytes); });
}

EMULATOR_ENTRY Result cudaMemcpyAsync(void* to, const void* from, size_t bytes, int, void* stream) {
  return runtime_call([&] { return cuMemcpyAsync(address(to), address(from), bytes, stream); });
}

EMULATOR_ENTRY Result cudaMemset(void* to, int value, size_t count) {
  return runtime_call([&] { return cuMemsetD8Async(address(to), static_cast<uint8_t>(value), count, nullptr); });
}

EMULATOR_ENTRY Result cudaMemsetAsync(void* to, int value, size_t count, void* stream) {
  return runtime_call([&] { return cuMemsetD8Async(address(to), static_cast<uint8_t>(value), count, stream); });
}

EMULATOR_ENTRY Result cudaStreamCreate(void** stream) {
  return runtime_call([&] { return cuStreamCreate(stream, 0); });
}

EMULATOR_ENTRY Result cudaStreamCreateWithFlags(void** stream, unsigned flags) {
  return runtime_call([&] { return cuStreamCreate(stream, flags); });
}

EMULATOR_ENTRY Result cudaStreamDestroy(void* stream) {
  return runtime_call([&] { return cuStreamDestroy_v2(stream); });
}

EMULATOR_ENTRY Result cudaStreamSynchronize(void* stream) {
  return runtime_call([&] { return cuStreamSynchronize(stream); });
}
