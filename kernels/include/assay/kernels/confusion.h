/* confusion: the confusion matrix from which IoU and mIoU are computed.
 *
 * Equation. confusion[g, p] = #{i : truth_i = g, prediction_i = p}, over pixels whose truth is not `ignore`.
 * Source. Everingham et al., Pascal VOC (2010), section 4.4. Differences. Rows are truth (public RALIS code
 * stores the transpose).
 *
 * Shapes. truth and prediction are [count] bytes, the matrix is dense [classes, classes].
 * Units. Pixels. Accumulator: 64-bit integers, exact. classes in [1, 255].
 * Ignored pixels are skipped whatever was predicted. A truth that is neither a class nor ignored, or a
 * prediction that is no class, counts once in out_of_range and nowhere else. count = 0 gives zeros. The matrix is
 * overwritten. Aliasing. Outputs overlap nothing; truth and prediction may be the same. Stream. On a device the call
 * enqueues on exec.stream. Scratch. CPU: 4 private histograms of at most 256 KiB per thread.
 * Cost. 2 bytes read per pixel. Errors. INVALID_ARGUMENT; OUT_OF_HOST_MEMORY. */
#ifndef ASSAY_KERNELS_CONFUSION_H
#define ASSAY_KERNELS_CONFUSION_H

#include <stdint.h>

typedef struct AssayConfusionArgs {
  int64_t struct_size;
  const uint8_t* truth;      /* [count] */
  const uint8_t* prediction; /* [count] */
  int64_t count;
  int64_t classes;
  int64_t ignore;        /* truth value to skip, 0..255, or -1 for none */
  int64_t* confusion;    /* [classes, classes], rows truth, overwritten; required */
  int64_t* out_of_range; /* [1] pixels whose truth is neither a class nor ignored, or whose prediction is no class;
                            required */
} AssayConfusionArgs;

#endif
