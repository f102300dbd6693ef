// Initialisation and devices.
#include <cstdio>
#include <cstring>

#include "driver/entry.h"

using namespace emulator;

namespace {

// Attributes by their number in CUdevice_attribute; those that are not here are 0.
int attribute(int number) {
  switch (number) {
    case 1:  // MAX_THREADS_PER_BLOCK
    case 2:  // MAX_BLOCK_DIM_X
    case 3:  // MAX_BLOCK_DIM_Y
      return 1024;
    case 4:  // MAX_BLOCK_DIM_Z
      return 64;
    case 5:  // MAX_GRID_DIM_X
      return 2147483647;
    case 6:  // MAX_GRID_DIM_Y
    case 7:  // MAX_GRID_DIM_Z
      return 65535;
    case 8:  // MAX_SHARED_MEMORY_PER_BLOCK
      return 48 * 1024;
    case 10:  // WARP_SIZE
      return 32;
    case 12:  // MAX_REGISTERS_PER_BLOCK
      return 65536;
    case 13:  // CLOCK_RATE, kHz
      return 1000000;
    case 16:  // MULTIPROCESSOR_COUNT
      return static_cast<int>(settings().processors);
    case 36:  // MEMORY_CLOCK_RATE, kHz
      return 1000000;
    case 37:  // GLOBAL_MEMORY_BUS_WIDTH, bits
      return 64;
    case 38:  // L2_CACHE_SIZE
      return 1 << 20;
    case 39:  // MAX_THREADS_PER_MULTIPROCESSOR
      return 2048;
    case 75:  // COMPUTE_CAPABILITY_MAJOR
      return static_cast<int>(settings().compute_capability / 10);
    case 76:  // COMPUTE_CAPABILITY_MINOR
      return static_cast<int>(settings().compute_capability % 10);
    case 14:  // TEXTURE_ALIGNMENT
      return 512;
    case 19:   // CAN_MAP_HOST_MEMORY
    case 31:   // CONCURRENT_KERNELS
    case 40:   // ASYNC_ENGINE_COUNT
    case 41:   // UNIFIED_ADDRESSING
    case 78:   // STREAM_PRIORITIES_SUPPORTED
    case 115:  // MEMORY_POOLS_SUPPORTED
      return 1;
    default:
      return 0;
  }
}

}  // namespace

EMULATOR_ENTRY CUresult cuInit(unsigned flags) {
  return driver_call("cuInit", Needs::kNothing, [&] {
    require(flags == 0, CUDA_ERROR_INVALID_VALUE);
    require(!machine().devices.empty(), CUDA_ERROR_NO_DEVICE);
    machine().initialised = true;
  });
}

EMULATOR_ENTRY CUresult cuDriverGetVersion(int* version) {
  return driver_call("cuDriverGetVersion", Needs::kNothing, [&] {
    require(version != nullptr, CUDA_ERROR_INVALID_VALUE);
    *version = static_cast<int>(settings().driver_version);
  });
}

EMULATOR_ENTRY CUresult cuDeviceGetCount(int* count) {
  return driver_call("cuDeviceGetCount", Needs::kInitialised, [&] {
    require(count != nullptr, CUDA_ERROR_INVALID_VALUE);
    *count = static_cast<int>(machine().devices.size());
  });
}

EMULATOR_ENTRY CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  return driver_call("cuDeviceGet", Needs::kInitialised, [&] {
    require(device != nullptr, CUDA_ERROR_INVALID_VALUE);
    *device = context_of_device(ordinal).ordinal;
  });
}

EMULATOR_ENTRY CUresult cuDeviceGetName(char* name, int length, CUdevice device) {
  return driver_call("cuDeviceGetName", Needs::kInitialised, [&] {
    context_of_device(device);
    require(name != nullptr && length > 0, CUDA_ERROR_INVALID_VALUE);
    std::snprintf(name, static_cast<size_t>(length), "Assay emulated device");
  });
}

EMULATOR_ENTRY CUresult cuDeviceGetAttribute(int* value, int number, CUdevice device) {
  return driver_call("cuDeviceGetAttribute", Needs::kInitialised, [&] {
    context_of_device(device);
    require(value != nullptr && number > 0 && number < 256, CUDA_ERROR_INVALID_VALUE);
    *value = attribute(number);
  });
}

EMULATOR_ENTRY CUresult cuDeviceComputeCapability(int* major, int* minor, CUdevice device) {
  return driver_call("cuDeviceComputeCapability", Needs::kInitialised, [&] {
    context_of_device(device);
    *major = attribute(75);
    *minor = attribute(76);
  });
}

EMULATOR_ENTRY CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  return driver_call("cuDeviceTotalMem_v2", Needs::kInitialised, [&] {
    require(bytes != nullptr, CUDA_ERROR_INVALID_VALUE);
    *bytes = static_cast<size_t>(context_of_device(device).memory.total());
  });
}

EMULATOR_ENTRY CUresult cuDeviceGetUuid_v2(unsigned char* uuid, CUdevice device) {
  return driver_call("cuDeviceGetUuid", Needs::kInitialised, [&] {
    context_of_device(device);
    std::memcpy(uuid, "assay-emulator-", 15);
    uuid[15] = static_cast<unsigned char>(device);
  });
}

EMULATOR_ENTRY CUresult cuDeviceGetUuid(unsigned char* uuid, CUdevice device) {
  return cuDeviceGetUuid_v2(uuid, device);
}

EMULATOR_ENTRY CUresult cuDeviceGetPCIBusId(char* id, int length, CUdevice device) {
  return driver_call("cuDeviceGetPCIBusId", Needs::kInitialised, [&] {
    context_of_device(device);
    require(id != nullptr && length > 0, CUDA_ERROR_INVALID_VALUE);
    std::snprintf(id, static_cast<size_t>(length), "0000:%02x:00.0", static_cast<unsigned>(device) + 1);
  });
}
