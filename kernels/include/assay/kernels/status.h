/* What every entry of the C ABI and every launcher returns. C-compatible. */
#ifndef ASSAY_KERNELS_STATUS_H
#define ASSAY_KERNELS_STATUS_H

#include <stdint.h>

typedef int32_t AssayStatus;
enum {
  ASSAY_OK = 0,
  ASSAY_INVALID_ARGUMENT = 1,
  ASSAY_UNSUPPORTED = 2,
  ASSAY_OUT_OF_HOST_MEMORY = 3,
  ASSAY_OUT_OF_DEVICE_MEMORY = 4,
  ASSAY_DEVICE_LOST = 5,
  ASSAY_BAD_STATE = 6,
  ASSAY_INTERNAL = 7
};

#endif
