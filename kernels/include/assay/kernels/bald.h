/* bald: how much the passes of a stochastic network disagree about each pixel of one image.
 *
 * Equation. With p_t the distribution of pass t (softmax of logits, or probabilities as given), T passes:
 *   predictive_entropy = -sum_c m_c ln m_c, m_c = (1 / T) sum_t p_tc
 *   expected_entropy   = (1 / T) sum_t H(p_t), H as in pixel_signals.h
 *   mutual_information = max(0, predictive_entropy - expected_entropy)
 *   mean_argmax        = the lowest c among those with the largest m_c
 * and over each region the means of the first three and the histogram of the last.
 * Source. Houlsby et al. 2011, equation 2 (BALD); Gal, Islam and Ghahramani 2017, section 3, for dropout passes; the
 * region score is baseline B of RALIS (Casanova et al., ICLR 2020). Differences. Public RALIS code adds 1e-10 inside
 * the logarithms, which moves nothing by more than 1e-9, and lets rounding make the difference negative.
 *
 * All at once or pass by pass. Without sums the call is resident: `input` holds all T passes. With sums it adds its n
 * passes to those of `passes_before`: with passes_before = 0 the sums are written and need no initial value; n = 0
 * only finishes. Outputs, where wanted, are of all passes so far. Passes are added in ascending order, one by one, so
 * that every way to cut them into calls gives the same bits.
 *
 * Shapes. input is [n, c, h, w], n the passes of ONE image. probability_sum is dense [c, h, w], entropy_sum and maps
 * dense [h, w]. region_nxy is [regions, 3] as in region_signals.h, the image always 0; overlaps allowed.
 * Units and ranges. Nats; mutual information in [0, ln c]. Dtypes and accumulator. fp32, fp16, bf16 in; fp32
 * arithmetic of math/, fp32 sums over passes: relative error 6e-8 per pass; maps within 1e-5 for up to 100 passes.
 * Means of regions are exact 64-bit sums of units of 2^-24, as in region_signals.h.
 * Ties: lowest class. NaN: a pixel without a distribution (pixel_signals.h) in any pass has none: its entropy_sum is
 * NaN, its probability_sum 0 and both stay so; mean_argmax is 255, the other maps are 0; it counts once in nan_pixels
 * and adds nothing but its count to regions. Empty images (h or w of 0) and regions = 0 are allowed.
 * Aliasing. Outputs and sums overlap nothing. Stream. On a device the call enqueues on exec.stream; there a region
 * outside its image gets zeros.
 * Scratch. 13 bytes per pixel where regions need maps that are not wanted. CPU, for each thread, 40 KiB and 448
 * bytes per class, and 1.1 KiB for each region when there are fewer than 4 per thread. CUDA 48 bytes and 8 per class
 * for each region. Cost. One read of the input (CUDA: three, mostly from caches, of more than 192 classes in fp32); the
 * sums, where given, are read and written once (not read when passes_before = 0). Errors. INVALID_ARGUMENT for shapes,
 * strides, kinds, null pointers, one sum without the other, passes_before without sums, no pass at all, and on the CPU
 * regions outside the image; OUT_OF_HOST_MEMORY. */
#ifndef ASSAY_KERNELS_BALD_H
#define ASSAY_KERNELS_BALD_H

#include "assay/kernels/tensor.h"

/* Per-pixel maps, each dense [h, w]; null means not wanted. */
typedef struct AssayBaldMaps {
  float* mutual_information;
  uint8_t* mean_argmax;
  float* predictive_entropy;
  float* expected_entropy;
} AssayBaldMaps;

typedef struct AssayBaldArgs {
  int64_t struct_size;
  AssayTensor input;
  int64_t input_kind;
  float* probability_sum; /* [c, h, w], in and out; null with entropy_sum */
  float* entropy_sum;     /* [h, w], in and out; NaN marks pixels without a distribution */
  int64_t passes_before;  /* passes already in the sums; 0: the sums are only written */
  AssayBaldMaps maps;
  const int32_t* region_nxy; /* [regions, 3]: 0, x, y of the upper-left pixel */
  int64_t regions;
  int64_t region_w, region_h;     /* >= 1 each when there are regions */
  float* mutual_information_mean; /* [regions] */
  float* predictive_entropy_mean; /* [regions] */
  float* expected_entropy_mean;   /* [regions] */
  int32_t* class_histogram;       /* [regions, c] pixels by mean_argmax */
  int32_t* region_nan_pixels;     /* [regions] */
  int64_t* nan_pixels;            /* [1] over the image and all passes so far; required */
} AssayBaldArgs;

#endif
