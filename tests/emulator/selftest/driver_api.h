// The driver's calls as the tests link them.
#ifndef ASSAY_TESTS_EMULATOR_SELFTEST_DRIVER_API_H
#define ASSAY_TESTS_EMULATOR_SELFTEST_DRIVER_API_H

#include <cstddef>
#include <cstdint>

#include "core/errors.h"

using CUresult = int32_t;
using CUdevice = int;
using CUdeviceptr = uint64_t;
using CUhandle = void*;

extern "C" {
CUresult cuInit(unsigned flags);
CUresult cuDriverGetVersion(int* version);
CUresult cuDeviceGetCount(int* count);
CUresult cuDeviceGet(CUdevice* device, int ordinal);
CUresult cuDeviceGetAttribute(int* value, int number, CUdevice device);
CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device);
CUresult cuDevicePrimaryCtxRetain(CUhandle* context, CUdevice device);
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device);
CUresult cuCtxSetCurrent(CUhandle context);
CUresult cuCtxGetCurrent(CUhandle* context);
CUresult cuCtxSynchronize();
CUresult cuMemGetInfo_v2(size_t* free, size_t* total);
CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes);
CUresult cuMemFree_v2(CUdeviceptr address);
CUresult cuMemHostAlloc(void** address, size_t bytes, unsigned flags);
CUresult cuMemFreeHost(void* address);
CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes);
CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes);
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUhandle stream);
CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUhandle stream);
CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUhandle stream);
CUresult cuMemsetD8Async(CUdeviceptr to, uint8_t value, size_t count, CUhandle stream);
CUresult cuMemsetD32Async(CUdeviceptr to, uint32_t value, size_t count, CUhandle stream);
CUresult cuStreamCreate(CUhandle* stream, unsigned flags);
CUresult cuStreamDestroy_v2(CUhandle stream);
CUresult cuStreamSynchronize(CUhandle stream);
CUresult cuStreamQuery(CUhandle stream);
CUresult cuStreamWaitEvent(CUhandle stream, CUhandle event, unsigned flags);
CUresult cuStreamBeginCapture_v2(CUhandle stream, int mode);
CUresult cuStreamEndCapture(CUhandle stream, CUhandle* graph);
CUresult cuLaunchHostFunc(CUhandle stream, void (*function)(void*), void* argument);
CUresult cuEventCreate(CUhandle* event, unsigned flags);
CUresult cuEventDestroy_v2(CUhandle event);
CUresult cuEventRecord(CUhandle event, CUhandle stream);
CUresult cuEventQuery(CUhandle event);
CUresult cuEventSynchronize(CUhandle event);
CUresult cuEventElapsedTime(float* milliseconds, CUhandle start, CUhandle end);
CUresult cuGraphInstantiateWithFlags(CUhandle* executable, CUhandle graph, unsigned long long flags);
CUresult cuGraphLaunch(CUhandle executable, CUhandle stream);
CUresult cuGraphDestroy(CUhandle graph);
CUresult cuGraphExecDestroy(CUhandle executable);
CUresult cuGetErrorName(CUresult result, const char** name);
CUresult cuGetProcAddress_v2(const char* symbol, void** function, int version, uint64_t flags, int* found);
CUresult cuModuleLoad(CUhandle* module, const char* name);
int assay_emulator_control(const char* text);
int64_t assay_emulator_calls(const char* function);
}

#endif
