// Error texts, symbol look-up, and the emulator's own controls.
#include <dlfcn.h>

#include <cstring>
#include <string>

#include "driver/entry.h"

using namespace emulator;

EMULATOR_ENTRY CUresult cuGetErrorName(CUresult result, const char** name) {
  *name = result_name(result);
  return *name == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

EMULATOR_ENTRY CUresult cuGetErrorString(CUresult result, const char** text) {
  *text = result_text(result);
  return *text == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

EMULATOR_ENTRY CUresult cuGetProcAddress_v2(const char* symbol, void** function, int, uint64_t, int* found) {
  return driver_call("cuGetProcAddress", Needs::kNothing, [&] {
    require(symbol != nullptr && function != nullptr, CUDA_ERROR_INVALID_VALUE);
    *function = nullptr;
    Dl_info self = {};
    require(dladdr(reinterpret_cast<void*>(&cuGetErrorName), &self) != 0, CUDA_ERROR_UNKNOWN);
    void* const library = dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    require(library != nullptr, CUDA_ERROR_UNKNOWN);
    for (const char* version : {"_v2", ""})
      if (*function == nullptr) *function = dlsym(library, (std::string(symbol) + version).c_str());
    dlclose(library);
    if (found != nullptr) *found = *function == nullptr ? 1 : 0;
    require(*function != nullptr, CUDA_ERROR_NOT_FOUND);
  });
}

EMULATOR_ENTRY CUresult cuGetProcAddress(const char* symbol, void** function, int version, uint64_t flags) {
  return cuGetProcAddress_v2(symbol, function, version, flags, nullptr);
}

// "fail NAME:NTH=RESULT,...", "clear" (plans no more faults) or "heal" (ends sticky errors and frees everything). 0, or
// 1 where the text is none of these.
EMULATOR_ENTRY int assay_emulator_control(const char* text) {
  std::lock_guard<std::recursive_mutex> lock(machine().mutex);
  if (std::strncmp(text, "fail ", 5) == 0) return machine().faults.parse(text + 5) ? 0 : 1;
  if (std::strcmp(text, "clear") == 0) {
    machine().faults.clear();
    return 0;
  }
  if (std::strcmp(text, "heal") != 0) return 1;
  for (const auto& device : machine().devices) {
    device->lost = CUDA_SUCCESS;
    device->reset();
  }
  return 0;
}

// Calls of `function` so far.
EMULATOR_ENTRY int64_t assay_emulator_calls(const char* function) {
  std::lock_guard<std::recursive_mutex> lock(machine().mutex);
  return machine().faults.calls(function);
}

// The driver's one call that takes a text: Java reaches the controls through it, as a module "emulator:TEXT". The
// handle of "emulator:calls NAME" is the number of calls.
EMULATOR_ENTRY CUresult cuModuleLoad(void** module, const char* name) {
  if (std::strncmp(name, "emulator:", 9) != 0) {
    return driver_call("cuModuleLoad", Needs::kContext, [] { throw Error(CUDA_ERROR_FILE_NOT_FOUND); });
  }
  const char* const text = name + 9;
  if (std::strncmp(text, "calls ", 6) == 0) {
    *module = reinterpret_cast<void*>(assay_emulator_calls(text + 6));
    return CUDA_SUCCESS;
  }
  return assay_emulator_control(text) == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
