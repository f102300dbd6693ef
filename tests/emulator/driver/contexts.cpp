// The primary contexts and which of them a thread uses.
#include "core/capture.h"
#include "driver/entry.h"

using namespace emulator;

namespace {

Context* context_of_handle(CUcontext handle) {
  for (const auto& device : machine().devices)
    if (device.get() == handle) return device.get();
  throw Error(CUDA_ERROR_INVALID_CONTEXT);
}

}  // namespace

EMULATOR_ENTRY CUresult cuDevicePrimaryCtxRetain(CUcontext* handle, CUdevice device) {
  return driver_call("cuDevicePrimaryCtxRetain", Needs::kInitialised, [&] {
    require(handle != nullptr, CUDA_ERROR_INVALID_VALUE);
    Context& context = context_of_device(device);
    if (context.lost != CUDA_SUCCESS) throw Error(context.lost);
    ++context.retained;
    *handle = &context;
  });
}

EMULATOR_ENTRY CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  return driver_call("cuDevicePrimaryCtxRelease_v2", Needs::kInitialised, [&] {
    Context& context = context_of_device(device);
    require(context.retained > 0, CUDA_ERROR_INVALID_CONTEXT);
    if (--context.retained == 0) context.reset();
    if (context.lost != CUDA_SUCCESS) throw Error(context.lost);
  });
}

EMULATOR_ENTRY CUresult cuDevicePrimaryCtxReset_v2(CUdevice device) {
  return driver_call("cuDevicePrimaryCtxReset_v2", Needs::kInitialised, [&] {
    Context& context = context_of_device(device);
    context.reset();
    if (context.lost != CUDA_SUCCESS) throw Error(context.lost);
  });
}

EMULATOR_ENTRY CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned flags) {
  return driver_call("cuDevicePrimaryCtxSetFlags_v2", Needs::kInitialised,
                     [&] { context_of_device(device).flags = flags; });
}

EMULATOR_ENTRY CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
  return driver_call("cuDevicePrimaryCtxGetState", Needs::kInitialised, [&] {
    const Context& context = context_of_device(device);
    *flags = context.flags;
    *active = context.retained > 0 ? 1 : 0;
  });
}

EMULATOR_ENTRY CUresult cuCtxSetCurrent(CUcontext handle) {
  return driver_call("cuCtxSetCurrent", Needs::kInitialised, [&] {
    std::vector<Context*>& stack = context_stack();
    Context* const context = handle == nullptr ? nullptr : context_of_handle(handle);
    if (!stack.empty()) stack.pop_back();
    if (context != nullptr) stack.push_back(context);
  });
}

EMULATOR_ENTRY CUresult cuCtxGetCurrent(CUcontext* handle) {
  return driver_call("cuCtxGetCurrent", Needs::kInitialised, [&] {
    require(handle != nullptr, CUDA_ERROR_INVALID_VALUE);
    *handle = context_stack().empty() ? nullptr : context_stack().back();
  });
}

EMULATOR_ENTRY CUresult cuCtxPushCurrent_v2(CUcontext handle) {
  return driver_call("cuCtxPushCurrent_v2", Needs::kInitialised,
                     [&] { context_stack().push_back(context_of_handle(handle)); });
}

EMULATOR_ENTRY CUresult cuCtxPopCurrent_v2(CUcontext* handle) {
  return driver_call("cuCtxPopCurrent_v2", Needs::kInitialised, [&] {
    require(!context_stack().empty(), CUDA_ERROR_INVALID_CONTEXT);
    if (handle != nullptr) *handle = context_stack().back();
    context_stack().pop_back();
  });
}

EMULATOR_ENTRY CUresult cuCtxGetDevice(CUdevice* device) {
  return driver_call("cuCtxGetDevice", Needs::kInitialised, [&] { *device = current_context().ordinal; });
}

EMULATOR_ENTRY CUresult cuCtxGetFlags(unsigned* flags) {
  return driver_call("cuCtxGetFlags", Needs::kInitialised, [&] { *flags = current_context().flags; });
}

EMULATOR_ENTRY CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  return driver_call("cuCtxGetStreamPriorityRange", Needs::kContext, [&] {
    if (least != nullptr) *least = 0;
    if (greatest != nullptr) *greatest = -5;
  });
}

EMULATOR_ENTRY CUresult cuCtxSynchronize() {
  return driver_call("cuCtxSynchronize", Needs::kContext, [&] {
    forbid_while_capturing();
    run_all(current_context());
  });
}
