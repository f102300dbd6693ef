// The driver's result codes, with its own names and texts. CUDA's headers are not needed to build the emulator.
#ifndef ASSAY_TESTS_EMULATOR_CORE_ERRORS_H
#define ASSAY_TESTS_EMULATOR_CORE_ERRORS_H

#include <cstdint>
#include <exception>

#include "core/export.h"

#define EMULATOR_FOR_EACH_RESULT(RESULT)                                                                       \
  RESULT(0, SUCCESS, "no error")                                                                               \
  RESULT(1, ERROR_INVALID_VALUE, "invalid argument")                                                           \
  RESULT(2, ERROR_OUT_OF_MEMORY, "out of memory")                                                              \
  RESULT(3, ERROR_NOT_INITIALIZED, "initialization error")                                                     \
  RESULT(34, ERROR_STUB_LIBRARY, "CUDA driver is a stub library")                                              \
  RESULT(46, ERROR_DEVICE_UNAVAILABLE, "CUDA-capable device(s) is/are busy or unavailable")                    \
  RESULT(100, ERROR_NO_DEVICE, "no CUDA-capable device is detected")                                           \
  RESULT(101, ERROR_INVALID_DEVICE, "invalid device ordinal")                                                  \
  RESULT(200, ERROR_INVALID_IMAGE, "device kernel image is invalid")                                           \
  RESULT(201, ERROR_INVALID_CONTEXT, "invalid device context")                                                 \
  RESULT(209, ERROR_NO_BINARY_FOR_GPU, "no kernel image is available for execution on the device")             \
  RESULT(214, ERROR_ECC_UNCORRECTABLE, "uncorrectable ECC error encountered")                                  \
  RESULT(301, ERROR_FILE_NOT_FOUND, "file not found")                                                          \
  RESULT(400, ERROR_INVALID_HANDLE, "invalid resource handle")                                                 \
  RESULT(401, ERROR_ILLEGAL_STATE, "the operation cannot be performed in the present state")                   \
  RESULT(500, ERROR_NOT_FOUND, "named symbol not found")                                                       \
  RESULT(600, ERROR_NOT_READY, "device not ready")                                                             \
  RESULT(700, ERROR_ILLEGAL_ADDRESS, "an illegal memory access was encountered")                               \
  RESULT(701, ERROR_LAUNCH_OUT_OF_RESOURCES, "too many resources requested for launch")                        \
  RESULT(702, ERROR_LAUNCH_TIMEOUT, "the launch timed out and was terminated")                                 \
  RESULT(708, ERROR_PRIMARY_CONTEXT_ACTIVE, "cannot set while device is active in this process")               \
  RESULT(709, ERROR_CONTEXT_IS_DESTROYED, "context is destroyed")                                              \
  RESULT(710, ERROR_ASSERT, "device-side assert triggered")                                                    \
  RESULT(712, ERROR_HOST_MEMORY_ALREADY_REGISTERED, "part or all of the requested memory range is mapped")     \
  RESULT(713, ERROR_HOST_MEMORY_NOT_REGISTERED, "pointer does not correspond to a registered memory region")   \
  RESULT(714, ERROR_HARDWARE_STACK_ERROR, "hardware stack error")                                              \
  RESULT(715, ERROR_ILLEGAL_INSTRUCTION, "an illegal instruction was encountered")                             \
  RESULT(716, ERROR_MISALIGNED_ADDRESS, "misaligned address")                                                  \
  RESULT(717, ERROR_INVALID_ADDRESS_SPACE, "operation not supported on global/shared address space")           \
  RESULT(718, ERROR_INVALID_PC, "invalid program counter")                                                     \
  RESULT(719, ERROR_LAUNCH_FAILED, "unspecified launch failure")                                               \
  RESULT(800, ERROR_NOT_PERMITTED, "operation not permitted")                                                  \
  RESULT(801, ERROR_NOT_SUPPORTED, "operation not supported")                                                  \
  RESULT(803, ERROR_SYSTEM_DRIVER_MISMATCH, "system has unsupported display driver / cuda driver combination") \
  RESULT(900, ERROR_STREAM_CAPTURE_UNSUPPORTED, "operation not permitted when stream is capturing")            \
  RESULT(901, ERROR_STREAM_CAPTURE_INVALIDATED, "operation failed due to a previous error during capture")     \
  RESULT(902, ERROR_STREAM_CAPTURE_MERGE, "operation would result in a merge of separate capture sequences")   \
  RESULT(903, ERROR_STREAM_CAPTURE_UNMATCHED, "capture was not ended in the same stream as it began")          \
  RESULT(904, ERROR_STREAM_CAPTURE_UNJOINED, "capturing stream has unjoined work")                             \
  RESULT(905, ERROR_STREAM_CAPTURE_ISOLATION, "dependency created on uncaptured work in another stream")       \
  RESULT(906, ERROR_STREAM_CAPTURE_IMPLICIT,                                                                   \
         "operation would make the legacy stream depend on a capturing blocking stream")                       \
  RESULT(907, ERROR_CAPTURED_EVENT, "operation not permitted on an event last recorded in a capturing stream") \
  RESULT(999, ERROR_UNKNOWN, "unknown error")

namespace emulator {

using Result = int32_t;

enum : Result {
#define EMULATOR_DEFINE_RESULT(code, name, text) CUDA_##name = code,
  EMULATOR_FOR_EACH_RESULT(EMULATOR_DEFINE_RESULT)
#undef EMULATOR_DEFINE_RESULT
};

// "CUDA_ERROR_..." and the text, or null for a code that is none.
EMULATOR_EXPORT const char* result_name(Result result);
EMULATOR_EXPORT const char* result_text(Result result);

// True for errors after which a context answers every call with the same error.
EMULATOR_EXPORT bool is_sticky(Result result);

// Thrown inside the emulator; becomes the return value of the call.
struct EMULATOR_EXPORT Error : std::exception {
  explicit Error(Result result) : result(result) {}
  const char* what() const noexcept override { return result_text(result); }
  Result result;
};

inline void require(bool condition, Result otherwise) {
  if (!condition) throw Error(otherwise);
}

}  // namespace emulator

#endif
