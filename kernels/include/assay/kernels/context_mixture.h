/* context_mixture: for every predicted class, the mean of the softmax vectors of its pixels, weighted by how uncertain
 * they are: which classes a network confuses with which, and what the contextual diversity of two images compares.
 *
 * Equation. Over the pixels i of region r that are predicted a (signals and ties of pixel_signals.h):
 *   mixture[r, a, c] = sum_i w_i p_ic / sum_i w_i,   w_i = H_i + 1e-8,   H_i = -sum_c p_ic log2 p_ic in bits
 *   pixels[r, a]     = number of these pixels;   present[r, a] = 1 if there are any
 * A row without pixels is 0; another sums to 1 where its pixels' probabilities do.
 * Source. CDAL (Agarwal et al., ECCV 2020), Eq. 1, whose eps has no value in the paper.
 * Differences. The paper stacks the classes' vectors as columns; here, as in its code, row a belongs to class a.
 *
 * Shapes. region_nxy is [regions, 3] as in region_signals.h; null means one mixture per image, and regions, region_w
 * and region_h are then 0 and stand for n, w and h, the latter two at least 1. Outputs are dense. Units. Probabilities
 * in [0, 1]. Dtypes and accumulator. As pixel_signals.h. Sums are exact 64-bit integers of H_i p_ic and H_i in units of
 * 2^-28, each rounded once per pixel, so that the bits do not depend on order, chunking, thread count or back end. The
 * part of 1e-8 is added exactly, with the one-hot vector of a in place of p_i. That changes no entry by 1e-8: it
 * changes the numerator by 1e-8 sum_i |p_ic - [c = a]| <= 1e-8 sum_i (1 - p_ia), and since H_i >= -log2 p_ia >= (1 -
 * p_ia) / ln 2, that is at most 0.7e-8 sum_i H_i, less than 0.7e-8 of the denominator. Accuracy. An entry's error is at
 * most about (1e-6 + 2^-29) / (mean weight of the row's pixels) + 1e-8, of which 1e-6 is the error of fp32 entropies in
 * bits; in practice these average out. Entropies above 7.999 bits, which only scores that do not sum to 1 have, count
 * as 7.999. NaN. A pixel without a distribution belongs to no row; it counts in nan_pixels, once per region that holds
 * it. Aliasing. Outputs overlap nothing. Stream. On a device the call enqueues on exec.stream. Scratch. As
 * region_signals.h. Cost. One read of the input. Errors. As region_signals.h. */
#ifndef ASSAY_KERNELS_CONTEXT_MIXTURE_H
#define ASSAY_KERNELS_CONTEXT_MIXTURE_H

#include "assay/kernels/tensor.h"

typedef struct AssayContextMixtureArgs {
  int64_t struct_size;
  AssayTensor input;
  int64_t input_kind;        /* ASSAY_LOGITS or ASSAY_PROBABILITIES */
  const int32_t* region_nxy; /* [regions, 3]: image, x, y of the upper-left pixel; null: whole images */
  int64_t regions;           /* 0 for whole images, as the sides */
  int64_t region_w, region_h;
  float* mixture;      /* [regions, c, c] */
  uint8_t* present;    /* [regions, c] 0 or 1 */
  int64_t* pixels;     /* [regions, c] */
  int64_t* nan_pixels; /* [1] over the regions; required */
} AssayContextMixtureArgs;

#endif
