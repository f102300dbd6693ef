// Device memory and page-locked host memory.
#include "core/capture.h"
#include "driver/entry.h"

using namespace emulator;

EMULATOR_ENTRY CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  return driver_call("cuMemGetInfo_v2", Needs::kContext, [&] {
    const DeviceMemory& memory = current_context().memory;
    *free = static_cast<size_t>(memory.free());
    *total = static_cast<size_t>(memory.total());
  });
}

EMULATOR_ENTRY CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  return driver_call("cuMemAlloc_v2", Needs::kContext, [&] {
    require(address != nullptr, CUDA_ERROR_INVALID_VALUE);
    forbid_while_capturing();
    *address = current_context().memory.allocate(bytes);
  });
}

// Waits for the whole device, as the driver does.
EMULATOR_ENTRY CUresult cuMemFree_v2(CUdeviceptr address) {
  return driver_call("cuMemFree_v2", Needs::kContext, [&] {
    if (address == 0) return;
    forbid_while_capturing();
    run_all(current_context());
    current_context().memory.release(address);
  });
}

EMULATOR_ENTRY CUresult cuMemAllocAsync(CUdeviceptr* address, size_t bytes, CUstream stream) {
  return driver_call("cuMemAllocAsync", Needs::kContext, [&] {
    require(address != nullptr, CUDA_ERROR_INVALID_VALUE);
    forbid_while_capturing(*stream_of(stream));
    *address = current_context().memory.allocate(bytes);
  });
}

EMULATOR_ENTRY CUresult cuMemFreeAsync(CUdeviceptr address, CUstream stream) {
  return driver_call("cuMemFreeAsync", Needs::kContext, [&] {
    Context& context = current_context();
    require(context.memory.starts_at(address), CUDA_ERROR_INVALID_VALUE);
    stream_of(stream)->enqueue("cuMemFreeAsync", [&context, address] { context.memory.release(address); });
  });
}

EMULATOR_ENTRY CUresult cuMemGetAddressRange_v2(CUdeviceptr* base, size_t* bytes, CUdeviceptr address) {
  return driver_call("cuMemGetAddressRange_v2", Needs::kContext, [&] {
    Address start = 0;
    size_t size = 0;
    require(current_context().memory.range_of(address, &start, &size), CUDA_ERROR_NOT_FOUND);
    if (base != nullptr) *base = start;
    if (bytes != nullptr) *bytes = size;
  });
}

EMULATOR_ENTRY CUresult cuMemHostAlloc(void** address, size_t bytes, unsigned flags) {
  return driver_call("cuMemHostAlloc", Needs::kContext, [&] {
    require(address != nullptr && flags < 8, CUDA_ERROR_INVALID_VALUE);
    forbid_while_capturing();
    *address = machine().pinned.allocate(bytes);
  });
}

EMULATOR_ENTRY CUresult cuMemAllocHost_v2(void** address, size_t bytes) { return cuMemHostAlloc(address, bytes, 0); }

EMULATOR_ENTRY CUresult cuMemFreeHost(void* address) {
  return driver_call("cuMemFreeHost", Needs::kContext, [&] {
    if (address == nullptr) return;
    forbid_while_capturing();
    run_all(current_context());
    machine().pinned.release(address);
  });
}

EMULATOR_ENTRY CUresult cuMemHostRegister_v2(void* address, size_t bytes, unsigned) {
  return driver_call("cuMemHostRegister_v2", Needs::kContext, [&] { machine().pinned.add(address, bytes); });
}

EMULATOR_ENTRY CUresult cuMemHostUnregister(void* address) {
  return driver_call("cuMemHostUnregister", Needs::kContext, [&] {
    run_all(current_context());
    machine().pinned.remove(address);
  });
}

// Memory that the driver does not know is no valid value. A device's block is known by where it begins.
EMULATOR_ENTRY CUresult cuPointerGetAttribute(void* data, int attribute, CUdeviceptr pointer) {
  return driver_call("cuPointerGetAttribute", Needs::kContext, [&] {
    enum { kMemoryType = 2, kBufferId = 7, kHost = 1, kDevice = 2 };
    require(data != nullptr, CUDA_ERROR_INVALID_VALUE);
    Address base = 0;
    size_t bytes = 0;
    const uint64_t pinned = machine().pinned.id_of(pointer);
    require(pinned != 0 || current_context().memory.range_of(pointer, &base, &bytes), CUDA_ERROR_INVALID_VALUE);
    require(attribute == kMemoryType || attribute == kBufferId, CUDA_ERROR_NOT_SUPPORTED);
    if (attribute == kMemoryType) {
      *static_cast<unsigned*>(data) = pinned != 0 ? kHost : kDevice;
    } else {
      *static_cast<uint64_t*>(data) = pinned != 0 ? pinned : base;
    }
  });
}

EMULATOR_ENTRY CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr* device, void* host, unsigned) {
  return driver_call("cuMemHostGetDevicePointer_v2", Needs::kContext, [&] {
    const Address address = reinterpret_cast<Address>(host);
    require(machine().pinned.holds(address, 1), CUDA_ERROR_INVALID_VALUE);
    *device = address;
  });
}
