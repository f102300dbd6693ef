/* flip_consistency: how uncertain a network is about an image and its mirror image, and how far the two predictions
 * differ.
 *
 * Equation. p is the distribution of a pixel, q that of the same place in the prediction of the mirrored image: pixel x
 * of `input` meets pixel w - 1 - x of `flipped`, which is mirrored back on the fly. With m = (p + q) / 2, H as in
 * pixel_signals.h and l(p) = ln max(p, 1e-12):
 *   symmetric_kl        = 1/2 sum_c (p_c - q_c) (l(p_c) - l(q_c)), at most 127
 *   jensen_shannon      = max(0, H(m) - (H(p) + H(q)) / 2)
 *   entropy_of_mean     = H(m)
 *   entropy             = H(p);  entropy_flipped = H(q)
 *   argmax_disagreement = 1 where the argmax of p and of q differ, else 0
 * and their means over regions and images. image_entropy_sum is the mean of H(p) plus the mean of H(q): EquAL.
 * Source. EquAL (Golestaneh and Kitani, BMVC 2020) as restated by Mittal et al. 2023, "Best practices in active
 * learning for semantic segmentation", whose public code adds the two mean entropies and compares no pixels; the
 * others measure the consistency that the text speaks of. Differences. That code's min-max stretch of each entropy map
 * to 0..255 is not offered: it does not compare between images. symmetric_kl is (KL(p || q) + KL(q || p)) / 2; its
 * floor keeps logits of -inf and probabilities of 0 finite; only scores that sum to far more than 1 reach 127.
 *
 * Shapes. Both tensors [n, c, h, w], in one dtype and any strides; maps dense [n, h, w], mapped to input's pixels;
 * regions as in region_signals.h, overlaps allowed; image means [n].
 * Units. Nats; argmax_disagreement a share. Dtypes and accumulator. fp32, fp16, bf16 in; fp32 arithmetic of math/: maps
 * within 1e-5, symmetric_kl within 1e-5 relative. Means are exact 64-bit sums of units of 2^-24, as in
 * region_signals.h, rounded once: the same bits whatever the order, thread count or back end.
 * Ties: argmax is the lowest class. NaN: a pixel without a distribution (pixel_signals.h) in either prediction has
 * argmax_disagreement 255 and 0 in the other maps; it counts once in nan_pixels and region_nan_pixels and adds 0 to
 * every mean. Empty tensors and regions = 0 are allowed; the mean over no pixels is 0.
 * Aliasing. Outputs overlap nothing; the inputs may be the same. Stream. On a device the call enqueues on exec.stream;
 * there a region outside its image gets zeros.
 * Scratch. 21 bytes per pixel where regions need maps that are not wanted. CPU, for each thread, 96 KiB and 384 bytes
 * per class; 56 bytes per 65536 scores or row, and 1.1 KiB for each region when there are fewer than 4 per thread. CUDA
 * 56 bytes per image, 64 per region. Cost. One read of both inputs (CUDA: three, mostly from caches, of more than 190
 * classes in fp32). Errors. INVALID_ARGUMENT for shapes, strides, kinds, dtypes, null pointers, tensors of different
 * shapes and, on the CPU, regions outside their image; OUT_OF_HOST_MEMORY. */
#ifndef ASSAY_KERNELS_FLIP_CONSISTENCY_H
#define ASSAY_KERNELS_FLIP_CONSISTENCY_H

#include "assay/kernels/tensor.h"

/* Per-pixel maps, each dense [n, h, w]; null means not wanted. */
typedef struct AssayFlipMaps {
  float* symmetric_kl;
  float* jensen_shannon;
  float* entropy_of_mean;
  float* entropy;
  float* entropy_flipped;
  uint8_t* argmax_disagreement; /* 0, 1, or 255 where there is no distribution */
} AssayFlipMaps;

/* Means, each [count] over regions or images; null means not wanted. */
typedef struct AssayFlipMeans {
  float* symmetric_kl;
  float* jensen_shannon;
  float* entropy_of_mean;
  float* entropy;
  float* entropy_flipped;
  float* argmax_disagreement;
} AssayFlipMeans;

typedef struct AssayFlipConsistencyArgs {
  int64_t struct_size;
  AssayTensor input;
  AssayTensor flipped; /* the prediction of the mirrored image, in that image's coordinates */
  int64_t input_kind;
  AssayFlipMaps maps;
  const int32_t* region_nxy; /* [regions, 3]: image, x, y of the upper-left pixel */
  int64_t regions;
  int64_t region_w, region_h; /* >= 1 each when there are regions */
  AssayFlipMeans region_means;
  int32_t* region_nan_pixels; /* [regions] */
  double* image_entropy_sum;  /* [n] mean entropy + mean entropy_flipped */
  double* image_symmetric_kl; /* [n] means */
  double* image_jensen_shannon;
  double* image_entropy_of_mean;
  double* image_argmax_disagreement;
  int64_t* nan_pixels; /* [1]; required */
} AssayFlipConsistencyArgs;

#endif
