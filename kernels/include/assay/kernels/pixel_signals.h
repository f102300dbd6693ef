/* pixel_signals: how uncertain a segmentation network is about each pixel.
 *
 * Equation. With softmax probabilities p_c of a pixel (logits) or p_c as given (probabilities):
 *   entropy         = -sum_c p_c ln p_c, in nats, 0 ln 0 = 0; probabilities need not sum to 1
 *   argmax          = the lowest c among those with the largest score
 *   max_probability = max_c p_c
 *   margin          = largest minus second largest p_c; max_probability when there is one class
 * Logits are never turned into probabilities: with m = max x, d_c = x_c - m, s = sum exp(d_c),
 * t = sum d_c exp(d_c) the outputs are ln s - t / s, 1 / s and (1 - exp(x_2nd - m)) / s.
 * Source. Entropy, margin and least confidence as in the active-learning literature; RALIS
 * (Casanova et al., ICLR 2020) section 3.2 uses the entropy map.
 * Differences. Public RALIS code runs the network twice and takes softmax and log-softmax apart.
 *
 * Shapes. input is [n, c, h, w] in the tensor's strides; every map is dense [n, h, w].
 * Units and ranges. Entropy in [0, ln c] for logits; probabilities in [1/c, 1]; margin in [0, 1].
 * Dtypes. fp32, fp16, bf16 in; widened exactly; fp32 arithmetic. Error against the exact value:
 * entropy 1e-5, max_probability and margin 2e-6, absolute. CPU twins on machines with FMA and the
 * CUDA body perform the same IEEE operations in the same order: their results are the same bits.
 * Ties: lowest class. Pixels without a distribution: a NaN score, a largest logit of +inf or -inf, or a
 * probability outside [0, 1 + 2^-10]. Such a pixel is counted in nan_pixels, gets argmax 255 and 0
 * in the other maps. A logit of -inf is a class of probability 0. Empty tensors (n, h or w of 0) are
 * allowed: nan_pixels is 0.
 * Aliasing. Outputs overlap nothing. Stream. On a device the call enqueues on exec.stream.
 * Scratch. CPU: 256 bytes per class and 20 bytes per pixel of a row, at most 4096 pixels, for each thread. Cost. One
 * read of the input, at most 13 bytes per pixel written, about 21 vector operations per score. Errors. INVALID_ARGUMENT
 * for shapes, strides, kinds and null pointers; OUT_OF_HOST_MEMORY. */
#ifndef ASSAY_KERNELS_PIXEL_SIGNALS_H
#define ASSAY_KERNELS_PIXEL_SIGNALS_H

#include "assay/kernels/tensor.h"

/* Per-pixel maps, each dense [n, h, w]; null means not wanted. */
typedef struct AssayPixelMaps {
  float* entropy;         /* nats */
  uint8_t* argmax;        /* lowest index among equals */
  float* max_probability; /* in [1/c, 1] */
  float* margin;          /* largest minus second largest probability */
} AssayPixelMaps;

typedef struct AssayPixelSignalsArgs {
  int64_t struct_size;
  AssayTensor input;
  int64_t input_kind; /* ASSAY_LOGITS or ASSAY_PROBABILITIES */
  AssayPixelMaps maps;
  int64_t* nan_pixels; /* [1] pixels without a distribution; required */
} AssayPixelSignalsArgs;

#endif
