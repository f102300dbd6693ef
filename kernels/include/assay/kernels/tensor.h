/* Class-score tensors and the values that describe them. C-compatible. */
#ifndef ASSAY_KERNELS_TENSOR_H
#define ASSAY_KERNELS_TENSOR_H

#include <stdint.h>

/* Argmax maps are bytes and 255 is the ignore label, hence at most 255 classes. */
#define ASSAY_MAX_CLASSES 255

enum { ASSAY_F32 = 0, ASSAY_F16 = 1, ASSAY_BF16 = 2 };
enum { ASSAY_LOGITS = 0, ASSAY_PROBABILITIES = 1 };

/* A class-score tensor of logical shape [n, c, h, w]; strides are in elements, so NCHW and NHWC (and
 * crops of either) are the same type. Supported: w stride 1 (NCHW) or c stride 1 (NHWC). The other
 * strides are non-negative and arbitrary. The view does not own the data. */
typedef struct AssayTensor {
  const void* data;
  int64_t dtype; /* ASSAY_F32, ASSAY_F16 or ASSAY_BF16 */
  int64_t n, c, h, w;
  int64_t stride_n, stride_c, stride_h, stride_w;
} AssayTensor;

#endif
