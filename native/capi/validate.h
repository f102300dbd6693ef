// Argument checks of the C ABI. Each throws Error(INVALID_ARGUMENT) naming the argument, its value and what was
// expected.
#ifndef ASSAY_CAPI_VALIDATE_H
#define ASSAY_CAPI_VALIDATE_H

#include <cstdint>

#include "assay/kernels/all.h"
#include "kernel_list.h"

namespace assay::capi {

// One per kernel, in capi/<kernel>_capi.cpp. `on_host`: data pointers may be read.
#define ASSAY_DECLARE_VALIDATE(name, Args) void validate(const Assay##Args& args, bool on_host);
ASSAY_FOR_EACH_KERNEL(ASSAY_DECLARE_VALIDATE)
#undef ASSAY_DECLARE_VALIDATE

void validate_struct_size(const char* name, int64_t found, int64_t expected);
void validate_exec(const AssayExec& exec);
void validate_range(const char* name, int64_t value, int64_t lowest, int64_t highest);
void validate_required(const char* name, const void* pointer);
// Required unless count is 0.
void validate_buffer(const char* name, const void* pointer, int64_t count);
void validate_ignore(int64_t ignore);
// fp32 or bf16, what networks compute in; UNSUPPORTED for fp16.
void validate_element_type(const char* name, int64_t dtype);
void validate_finite(const char* name, double value);
// a * b for sizes, both >= 0; INVALID_ARGUMENT naming `name` when it does not fit 63 bits.
int64_t multiply_sizes(const char* name, int64_t a, int64_t b);
// Shape, dtype and strides; every offset, times the element size, fits 63 bits.
void validate_tensor(const char* name, const AssayTensor& tensor);

}  // namespace assay::capi

#endif
