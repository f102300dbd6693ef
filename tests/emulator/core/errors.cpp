#include "core/errors.h"

namespace emulator {

const char* result_name(Result result) {
  switch (result) {
#define EMULATOR_NAME(code, name, text) \
  case code:                            \
    return "CUDA_" #name;
    EMULATOR_FOR_EACH_RESULT(EMULATOR_NAME)
#undef EMULATOR_NAME
    default:
      return nullptr;
  }
}

const char* result_text(Result result) {
  switch (result) {
#define EMULATOR_TEXT(code, name, text) \
  case code:                            \
    return text;
    EMULATOR_FOR_EACH_RESULT(EMULATOR_TEXT)
#undef EMULATOR_TEXT
    default:
      return nullptr;
  }
}

bool is_sticky(Result result) {
  switch (result) {
    case CUDA_ERROR_ECC_UNCORRECTABLE:
    case CUDA_ERROR_ILLEGAL_ADDRESS:
    case CUDA_ERROR_LAUNCH_TIMEOUT:
    case CUDA_ERROR_ASSERT:
    case CUDA_ERROR_HARDWARE_STACK_ERROR:
    case CUDA_ERROR_ILLEGAL_INSTRUCTION:
    case CUDA_ERROR_MISALIGNED_ADDRESS:
    case CUDA_ERROR_INVALID_ADDRESS_SPACE:
    case CUDA_ERROR_INVALID_PC:
    case CUDA_ERROR_LAUNCH_FAILED:
      return true;
    default:
      return false;
  }
}

}  // namespace emulator
