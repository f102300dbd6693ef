// Copies and fills. A range must lie in one allocation. Page-locked host memory is read and written when the copy runs;
// other host memory is read at once, and a copy into it has run when the call returns.
#include <cstring>
#include <vector>

#include "core/capture.h"
#include "driver/entry.h"

using namespace emulator;

namespace {

enum class Where { kDevice, kHost, kAnywhere };

bool is_pinned(Address address, size_t bytes) { return machine().pinned.holds(address, bytes); }

bool on_a_device(Address address, size_t bytes) {
  for (const auto& device : machine().devices)
    if (device->memory.holds(address, bytes)) return true;
  return false;
}

// One side of a copy; says whether it is host memory that is not page-locked.
bool is_pageable(Address address, size_t bytes, Where expected) {
  require(address != 0, CUDA_ERROR_INVALID_VALUE);
  if (is_pinned(address, bytes)) return false;
  const bool device = on_a_device(address, bytes);
  require(device || expected != Where::kDevice, CUDA_ERROR_INVALID_VALUE);
  require(!device || expected != Where::kHost, CUDA_ERROR_INVALID_VALUE);
  return !device;
}

void copy(const char* name, Address to, Where to_where, Address from, Where from_where, size_t bytes,
          const std::shared_ptr<Stream>& stream, bool blocking) {
  if (blocking) forbid_while_capturing();
  if (bytes == 0) return;
  const bool to_pageable = is_pageable(to, bytes, to_where), from_pageable = is_pageable(from, bytes, from_where);
  void* const target = reinterpret_cast<void*>(to);
  const unsigned char* const source = reinterpret_cast<const unsigned char*>(from);
  if (from_pageable && stream->capture == nullptr) {
    std::vector<unsigned char> staged(source, source + bytes);
    stream->enqueue(name, [target, staged = std::move(staged)] { std::memcpy(target, staged.data(), staged.size()); });
  } else {
    stream->enqueue(name, [target, source, bytes] { std::memmove(target, source, bytes); });
  }
  if (blocking || (to_pageable && stream->capture == nullptr)) run_until(stream->end());
}

template <class T>
void fill(const char* name, Address to, T value, size_t count, const std::shared_ptr<Stream>& stream) {
  if (count == 0) return;
  require(!is_pageable(to, count * sizeof(T), Where::kDevice) && to % sizeof(T) == 0, CUDA_ERROR_INVALID_VALUE);
  stream->enqueue(name, [to, value, count] {
    T* const target = reinterpret_cast<T*>(to);
    for (size_t i = 0; i < count; ++i) target[i] = value;
  });
}

Address address_of(const void* host) { return reinterpret_cast<Address>(host); }

}  // namespace

// One blocking copy and one on a stream.
#define EMULATOR_COPY(name, To, to_where, to_address, From, from_where, from_address)                       \
  EMULATOR_ENTRY CUresult name##_v2(To to, From from, size_t bytes) {                                       \
    return driver_call(#name "_v2", Needs::kContext, [&] {                                                  \
      copy(#name, to_address, to_where, from_address, from_where, bytes, stream_of(nullptr), true);         \
    });                                                                                                     \
  }                                                                                                         \
  EMULATOR_ENTRY CUresult name##Async_v2(To to, From from, size_t bytes, CUstream stream) {                 \
    return driver_call(#name "Async_v2", Needs::kContext, [&] {                                             \
      copy(#name "Async", to_address, to_where, from_address, from_where, bytes, stream_of(stream), false); \
    });                                                                                                     \
  }
EMULATOR_COPY(cuMemcpyHtoD, CUdeviceptr, Where::kDevice, to, const void*, Where::kHost, address_of(from))
EMULATOR_COPY(cuMemcpyDtoH, void*, Where::kHost, address_of(to), CUdeviceptr, Where::kDevice, from)
EMULATOR_COPY(cuMemcpyDtoD, CUdeviceptr, Where::kDevice, to, CUdeviceptr, Where::kDevice, from)
#undef EMULATOR_COPY

EMULATOR_ENTRY CUresult cuMemcpy(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return driver_call("cuMemcpy", Needs::kContext, [&] {
    copy("cuMemcpy", to, Where::kAnywhere, from, Where::kAnywhere, bytes, stream_of(nullptr), true);
  });
}

EMULATOR_ENTRY CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return driver_call("cuMemcpyAsync", Needs::kContext, [&] {
    copy("cuMemcpyAsync", to, Where::kAnywhere, from, Where::kAnywhere, bytes, stream_of(stream), false);
  });
}

#define EMULATOR_FILL(name, T)                                                                                    \
  EMULATOR_ENTRY CUresult name##_v2(CUdeviceptr to, T value, size_t count) {                                      \
    return driver_call(#name "_v2", Needs::kContext, [&] { fill(#name, to, value, count, stream_of(nullptr)); }); \
  }                                                                                                               \
  EMULATOR_ENTRY CUresult name##Async(CUdeviceptr to, T value, size_t count, CUstream stream) {                   \
    return driver_call(#name "Async", Needs::kContext,                                                            \
                       [&] { fill(#name "Async", to, value, count, stream_of(stream)); });                        \
  }
EMULATOR_FILL(cuMemsetD8, uint8_t)
EMULATOR_FILL(cuMemsetD16, uint16_t)
EMULATOR_FILL(cuMemsetD32, uint32_t)
#undef EMULATOR_FILL
