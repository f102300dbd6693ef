/* What libassay_cuda exports: one function, assay_cuda_library(), returning this table.
 *
 * The two libraries link their own C++ run-times, so nothing but C crosses: launchers return a status and write
 * the reason of a failure, zero-terminated, into message[0 .. message_size). */
#ifndef ASSAY_KERNELS_CUDA_LIBRARY_H
#define ASSAY_KERNELS_CUDA_LIBRARY_H

#include "assay/kernels/all.h"
#include "kernel_list.h"

#define ASSAY_CUDA_LIBRARY_SYMBOL "assay_cuda_library"

struct AssayCudaLibrary {
  int64_t struct_size; /* sizeof(AssayCudaLibrary) where the library was built */
  int64_t abi_version; /* ASSAY_ABI_VERSION where the library was built */
  /* Number of usable devices; with 0, message says why (driver missing, driver too old, no device). */
  int32_t (*device_count)(char* message, int64_t message_size);
#define ASSAY_LAUNCHER_FIELD(name, Args) \
  AssayStatus (*name)(const AssayExec* exec, const Assay##Args* args, char* message, int64_t message_size);
  ASSAY_FOR_EACH_KERNEL(ASSAY_LAUNCHER_FIELD)
#undef ASSAY_LAUNCHER_FIELD
};

#endif
