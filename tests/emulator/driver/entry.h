// What every file of the driver API begins with.
#ifndef ASSAY_TESTS_EMULATOR_DRIVER_ENTRY_H
#define ASSAY_TESTS_EMULATOR_DRIVER_ENTRY_H

#include <cstdint>

#include "core/machine.h"

using CUresult = emulator::Result;
using CUdevice = int;
using CUdeviceptr = uint64_t;
using CUcontext = void*;
using CUstream = void*;
using CUevent = void*;
using CUgraph = void*;
using CUgraphExec = void*;

#endif
