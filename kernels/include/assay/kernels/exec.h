/* Where a kernel runs. C-compatible. */
#ifndef ASSAY_KERNELS_EXEC_H
#define ASSAY_KERNELS_EXEC_H

#include <stdint.h>

#define ASSAY_CPU (-1)

typedef struct AssayExec {
  int64_t struct_size;
  int64_t device;  /* ASSAY_CPU or a CUDA ordinal */
  int64_t stream;  /* cudaStream_t as an integer; 0 is the default stream; ignored on the CPU */
  int64_t threads; /* CPU threads, the caller included; 0 means all; ignored on a GPU */
} AssayExec;

#endif
