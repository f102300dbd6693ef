// cuDNN's statuses, and the gate that each of its calls passes.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_STATUS_H
#define ASSAY_TESTS_EMULATOR_CUDNN_STATUS_H

#include <cstdint>
#include <stdexcept>
#include <string>

#include "core/machine.h"

#define EMULATOR_FOR_EACH_CUDNN_STATUS(STATUS)             \
  STATUS(0, SUCCESS)                                       \
  STATUS(1001, NOT_INITIALIZED)                            \
  STATUS(1002, SUBLIBRARY_VERSION_MISMATCH)                \
  STATUS(1008, SUBLIBRARY_LOADING_FAILED)                  \
  STATUS(2000, BAD_PARAM)                                  \
  STATUS(2002, BAD_PARAM_NULL_POINTER)                     \
  STATUS(2003, BAD_PARAM_MISALIGNED_POINTER)               \
  STATUS(2004, BAD_PARAM_NOT_FINALIZED)                    \
  STATUS(2006, BAD_PARAM_SIZE_INSUFFICIENT)                \
  STATUS(2008, BAD_PARAM_SHAPE_MISMATCH)                   \
  STATUS(2009, BAD_PARAM_DUPLICATED_ENTRIES)               \
  STATUS(2010, BAD_PARAM_ATTRIBUTE_TYPE)                   \
  STATUS(2012, BAD_PARAM_DESCRIPTOR_TYPE)                  \
  STATUS(3000, NOT_SUPPORTED)                              \
  STATUS(3001, NOT_SUPPORTED_GRAPH_PATTERN)                \
  STATUS(3002, NOT_SUPPORTED_SHAPE)                        \
  STATUS(3003, NOT_SUPPORTED_DATA_TYPE)                    \
  STATUS(3004, NOT_SUPPORTED_LAYOUT)                       \
  STATUS(3007, NOT_SUPPORTED_ARCH_MISMATCH)                \
  STATUS(3008, NOT_SUPPORTED_RUNTIME_PREREQUISITE_MISSING) \
  STATUS(4000, INTERNAL_ERROR)                             \
  STATUS(4003, INTERNAL_ERROR_HOST_ALLOCATION_FAILED)      \
  STATUS(5000, EXECUTION_FAILED)

namespace emulated_cudnn {

using Status = int32_t;

enum : Status {
#define EMULATOR_DEFINE_STATUS(code, name) CUDNN_STATUS_##name = code,
  EMULATOR_FOR_EACH_CUDNN_STATUS(EMULATOR_DEFINE_STATUS)
#undef EMULATOR_DEFINE_STATUS
};

// Thrown inside the emulator; becomes the return value of the call, its text that of cudnnGetLastErrorString.
struct EMULATOR_EXPORT Failure : std::runtime_error {
  Failure(Status status, const std::string& why) : std::runtime_error(why), status(status) {}
  Status status;
};

inline void require(bool condition, Status otherwise, const char* why) {
  if (!condition) throw Failure(otherwise, why);
}
inline void require_pointer(const void* pointer, const char* name) {
  if (pointer == nullptr) throw Failure(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, std::string(name) + " is null");
}

EMULATOR_EXPORT void remember_failure(const char* function, const std::string& why);

template <class Body>
Status cudnn_call(const char* function, Body&& body) {
  std::lock_guard<std::recursive_mutex> lock(emulator::machine().mutex);
  try {
    const Status injected = emulator::machine().faults.count(function);
    require(injected == CUDNN_STATUS_SUCCESS, injected, "a planned fault");
    body();
    return CUDNN_STATUS_SUCCESS;
  } catch (const Failure& failure) {
    remember_failure(function, failure.what());
    return failure.status;
  } catch (const emulator::Error& error) {
    remember_failure(function, error.what() == nullptr ? "CUDA error" : error.what());
    return CUDNN_STATUS_EXECUTION_FAILED;
  } catch (const std::bad_alloc&) {
    return CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED;
  }
}

}  // namespace emulated_cudnn

#endif
