#include "cuda/launch.h"

#include <atomic>

namespace assay::cuda {
namespace {

// The sticky error of each device: once its context is broken nothing but a new process helps.
constexpr int kMaxDevices = 128;
std::atomic<int> lost_with[kMaxDevices];

std::atomic<int>* lost_slot(int device) { return device >= 0 && device < kMaxDevices ? &lost_with[device] : nullptr; }

}  // namespace

AssayStatus status_of(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return ASSAY_OK;
    case cudaErrorMemoryAllocation:
      return ASSAY_OUT_OF_DEVICE_MEMORY;
    case cudaErrorInvalidValue:
    case cudaErrorInvalidDevice:
    case cudaErrorInvalidResourceHandle:
      return ASSAY_INVALID_ARGUMENT;
    case cudaErrorNotSupported:
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorUnsupportedPtxVersion:
    case cudaErrorInsufficientDriver:
    case cudaErrorNoDevice:
      return ASSAY_UNSUPPORTED;
    default:
      return is_sticky(error) ? ASSAY_DEVICE_LOST : ASSAY_INTERNAL;
  }
}

bool is_sticky(cudaError_t error) {
  switch (error) {
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchFailure:
    case cudaErrorLaunchTimeout:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorAssert:
    case cudaErrorECCUncorrectable:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorDevicesUnavailable:
    case cudaErrorContextIsDestroyed:
    case cudaErrorExternalDevice:
      return true;
    default:
      return false;
  }
}

CudaQueue::CudaQueue(const AssayExec& exec)
    : device_(static_cast<int>(exec.device)),
      previous_device_(static_cast<int>(exec.device)),
      stream_(reinterpret_cast<cudaStream_t>(exec.stream)),
      given_(exec.scratch) {
  const std::atomic<int>* lost = lost_slot(device_);
  if (lost != nullptr && lost->load() != cudaSuccess) {
    error_ = static_cast<cudaError_t>(lost->load());
    failed_ = "an earlier call";
    return;
  }
  // The caller may use another device on this thread: it is given back at the end.
  if (cudaGetDevice(&previous_device_) != cudaSuccess) {
    (void)cudaGetLastError();
    previous_device_ = device_;
  }
  check(cudaSetDevice(device_), "cudaSetDevice");
  if (error_ == cudaSuccess) {
    check(cudaDeviceGetAttribute(&processors_, cudaDevAttrMultiProcessorCount, device_), "cudaDeviceGetAttribute");
  }
}

CudaQueue::~CudaQueue() {
  for (void* pointer : pooled_) check(cudaFreeAsync(pointer, stream_), "cudaFreeAsync");
  if (previous_device_ != device_) (void)cudaSetDevice(previous_device_);
}

void CudaQueue::check(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  (void)cudaGetLastError();  // a recoverable error must not show up in the next call
  if (is_sticky(error) && lost_slot(device_) != nullptr) lost_slot(device_)->store(error);
  if (error_ != cudaSuccess) return;
  error_ = error;
  failed_ = what;
}

void CudaQueue::fill(void* bytes, int value, int64_t count) {
  if (error_ == cudaSuccess && count > 0) {
    check(cudaMemsetAsync(bytes, value, static_cast<size_t>(count), stream_), "cudaMemsetAsync");
  }
}

void* CudaQueue::scratch(int64_t bytes) {
  if (error_ != cudaSuccess) return nullptr;
  return given_.wanted != nullptr ? part_of_given(bytes) : from_pool(bytes);
}

// There is room: the call has been measured.
void* CudaQueue::part_of_given(int64_t bytes) {
  void* const part = static_cast<char*>(given_.memory) + given_used_;
  given_used_ += scratch_part(bytes);
  return part;
}

void* CudaQueue::from_pool(int64_t bytes) {
  pooled_.reserve(pooled_.size() + 1);
  void* pointer = nullptr;
  check(cudaMallocAsync(&pointer, static_cast<size_t>(bytes), stream_), "cudaMallocAsync of scratch");
  if (error_ != cudaSuccess) return nullptr;
  pooled_.push_back(pointer);
  return pointer;
}

AssayStatus CudaQueue::finish(char* message, int64_t message_size) {
  for (void* pointer : pooled_) check(cudaFreeAsync(pointer, stream_), "cudaFreeAsync");
  pooled_.clear();
  if (error_ != cudaSuccess) {
    std::snprintf(message, static_cast<size_t>(message_size), "%s: %s (%s)", failed_, cudaGetErrorString(error_),
                  cudaGetErrorName(error_));
  }
  return status_of(error_);
}

}  // namespace assay::cuda
