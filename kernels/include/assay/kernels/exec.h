/* Where a kernel runs. C-compatible. */
#ifndef ASSAY_KERNELS_EXEC_H
#define ASSAY_KERNELS_EXEC_H

#include <stdint.h>

#define ASSAY_CPU (-1)

/* Device memory for a kernel's own use during one call, which its contract states. A caller that gives none lets the
 * call take it from the device's memory pool. A caller that does keeps it until the work is done; every call writes to
 * *wanted how much it needs, and if that is more than `bytes` does nothing else and returns BAD_STATE. */
typedef struct AssayScratch {
  void* memory;    /* aligned to 256 bytes; null with bytes = 0 */
  int64_t bytes;   /* its size */
  int64_t* wanted; /* in host memory; null: the call takes its scratch from the pool */
} AssayScratch;

typedef struct AssayExec {
  int64_t struct_size;
  int64_t device;       /* ASSAY_CPU or a CUDA ordinal */
  int64_t stream;       /* cudaStream_t as an integer; 0 is the default stream; ignored on the CPU */
  int64_t threads;      /* CPU threads, the caller included; 0 means all; ignored on a GPU */
  AssayScratch scratch; /* ignored on the CPU */
} AssayExec;

#endif
