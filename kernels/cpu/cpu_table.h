// The CPU twins, made from the kernel list.
#ifndef ASSAY_CPU_CPU_TABLE_H
#define ASSAY_CPU_CPU_TABLE_H

#include "assay/kernels/all.h"
#include "kernel_list.h"

namespace assay::cpu {

// Each twin expects arguments that the C ABI has validated, runs with exec.threads threads (0: all), returns when
// done, and throws std::bad_alloc when its scratch cannot be had.
#define ASSAY_DECLARE_TWIN(name, Args) void name(const AssayExec& exec, const Assay##Args& args);
ASSAY_FOR_EACH_KERNEL(ASSAY_DECLARE_TWIN)
#undef ASSAY_DECLARE_TWIN

struct CpuTable {
#define ASSAY_TWIN_FIELD(name, Args) void (*name)(const AssayExec& exec, const Assay##Args& args);
  ASSAY_FOR_EACH_KERNEL(ASSAY_TWIN_FIELD)
#undef ASSAY_TWIN_FIELD
};

extern const CpuTable kCpuTable;

// Name of the instruction set that run-time dispatch chose, for example "AVX3".
const char* target_name();

}  // namespace assay::cpu

#endif
