/* context_distance: contextual diversity between the class mixtures of images.
 *
 * Equation. distance[i, j] = sum over classes c present in both of 0.5 sum_k (a[i,c,k] - b[j,c,k]) ln(a[i,c,k] /
 * b[j,c,k]), entries floored at 1e-12; common[i, j] = the number of such classes.
 * Source. Agarwal et al., "Contextual diversity for active learning" (ECCV 2020), Eq. 2: the symmetric KL divergence.
 * Differences. Public CDAL code drops a class as soon as any of its entries is 0, so that one column of zeros makes
 * every distance 0; its k-center step divides by the number of common classes: form = ASSAY_MEAN_OVER_COMMON.
 *
 * Shapes. Mixtures are dense [images, classes, classes], row c the mixture of class c; presence is [images, classes]
 * bytes, 0 or not; outputs are dense [a_images, b_images]. Rows of absent classes are not looked at. b_mixture = null
 * stands for a itself. classes in [1, 255].
 * Units. Nats. Dtypes and accumulator. fp32 throughout: a term is (a - b) (ln a - ln b), or 0 where rounding made that
 * negative, with log_positive of math/score_math.inl.h. Lane l of 32 adds the terms of the elements e = l mod 32 of
 * the row-major C x C matrix in ascending order; then lane l takes lane l + 16 in, then l + 8, l + 4, l + 2, l + 1; the
 * sum is halved, then divided by common for the mean. Every instruction set with a fused multiply-add and every device
 * gives the same bits, and (i, j) those of (j, i). Error at most 1e-6 + 1e-5 of the value for rows that sum to 1.
 * No common class: 0. A NaN in a present class makes all distances of its image NaN but those without a common class.
 * Aliasing. a and b may be the same; outputs overlap nothing. Stream. On a device the call enqueues on exec.stream.
 * Scratch. For each image 256 bytes per 32 of its C^2 entries, rounded up, and 4 bytes per 32 classes.
 * Cost. 5 flops per pair and entry, 21 per image and entry; prepared rows are read once per tile of other
 * rows (CUDA: 32 x 8 rows per block). Errors. INVALID_ARGUMENT; OUT_OF_HOST_MEMORY; OUT_OF_DEVICE_MEMORY. */
#ifndef ASSAY_KERNELS_CONTEXT_DISTANCE_H
#define ASSAY_KERNELS_CONTEXT_DISTANCE_H

#include <stdint.h>

/* What becomes of the terms of the classes that two images share. */
enum { ASSAY_SUM_OVER_COMMON = 0, ASSAY_MEAN_OVER_COMMON = 1 };

typedef struct AssayContextDistanceArgs {
  int64_t struct_size;
  const float* a_mixture;   /* [a_images, classes, classes] */
  const uint8_t* a_present; /* [a_images, classes] */
  int64_t a_images;
  const float* b_mixture;   /* [b_images, classes, classes], or null for a */
  const uint8_t* b_present; /* [b_images, classes]; not read when b_mixture is null */
  int64_t b_images;         /* not read when b_mixture is null */
  int64_t classes;
  int64_t form;    /* ASSAY_SUM_OVER_COMMON or ASSAY_MEAN_OVER_COMMON */
  float* distance; /* [a_images, b_images] */
  int32_t* common; /* [a_images, b_images] */
} AssayContextDistanceArgs;

#endif
