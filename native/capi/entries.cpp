#include <assay/assay.h>

#include <cinttypes>

#include "capi/cuda_back_end.h"
#include "capi/guard.h"
#include "capi/shared_library.h"
#include "capi/validate.h"
#include "cpu/cpu_table.h"

namespace assay::capi {
namespace {

template <typename Args>
using CudaLauncher = AssayStatus (*)(const AssayExec*, const Args*, char*, int64_t);

template <typename Args>
void run_on_cuda(const AssayExec& exec, const Args& args, CudaLauncher<Args> AssayCudaLibrary::*launcher) {
  const AssayCudaLibrary* library = cuda_library();
  if (library == nullptr) {
    fail(ASSAY_UNSUPPORTED, "exec.device=%" PRId64 " needs the CUDA library: call assay_cuda_open first", exec.device);
  }
  validate_range("exec.device", exec.device, 0, cuda_device_count() - 1);
  char message[384] = "";
  const AssayStatus status = (library->*launcher)(&exec, &args, message, sizeof message);
  if (status != ASSAY_OK) fail(status, "CUDA device %" PRId64 ": %s", exec.device, message);
}

template <typename Args>
AssayStatus run(const char* entry, const AssayExec* exec, const Args* args, void (*twin)(const AssayExec&, const Args&),
                CudaLauncher<Args> AssayCudaLibrary::*launcher) {
  return guard(entry, [&] {
    validate_required("exec", exec);
    validate_required("args", args);
    validate_exec(*exec);
    validate_struct_size("args", args->struct_size, sizeof(Args));
    const bool on_host = exec->device == ASSAY_CPU;
    validate(*args, on_host);
    if (on_host) {
      twin(*exec, *args);
    } else {
      run_on_cuda(*exec, *args, launcher);
    }
  });
}

}  // namespace
}  // namespace assay::capi

extern "C" {

#define ASSAY_DEFINE_ENTRY(name, Args)                                                                        \
  AssayStatus assay_##name(const AssayExec* exec, const Assay##Args* args) {                                  \
    return assay::capi::run("assay_" #name, exec, args, assay::cpu::kCpuTable.name, &AssayCudaLibrary::name); \
  }
ASSAY_FOR_EACH_KERNEL(ASSAY_DEFINE_ENTRY)
#undef ASSAY_DEFINE_ENTRY

int32_t assay_abi_version(void) { return ASSAY_ABI_VERSION; }

const char* assay_last_error(void) { return assay::capi::ErrorStack::of_this_thread().text(); }

const char* assay_cpu_target(void) { return assay::cpu::target_name(); }

AssayStatus assay_cuda_open(const char* path) {
  return assay::capi::guard("assay_cuda_open", [&] { assay::capi::open_cuda_library(path); });
}

int32_t assay_cuda_device_count(void) { return assay::capi::cuda_device_count(); }

AssayStatus assay_library_ask(const char* path, const char* function, int32_t form, int32_t argument, int64_t* answer) {
  return assay::capi::guard("assay_library_ask", [&] {
    assay::capi::validate_required("answer", answer);
    *answer = assay::capi::ask_library(path, function, form, argument);
  });
}
}
