/* cross_entropy: softmax cross entropy with its gradient, what the segmenter trains with.
 *
 * Equation. Over the counted pixels i (label not ignored and in range), with w_i = class_weights[label_i]:
 *   W = sum_i w_i;  loss = sum_i w_i (ln sum_c exp x_ic - x_i,label) / W;  0 when W = 0
 *   gradient[i, c] = w_i / W (softmax(x_i)_c - [c = label_i]);  0 at pixels that do not count
 * Source. As torch.nn.functional.cross_entropy(weight, ignore_index, reduction="mean"). Differences. With no
 * counted pixel the loss is 0, not NaN.
 *
 * Shapes. logits [n, c, h, w] fp32 in the tensor's strides; labels dense [n, h, w]; gradient has the logits' strides.
 * Units. Nats. Accumulator. Pixel losses in fp32, summed in double in an order that depends on neither thread count
 * nor timing. NaN and infinite logits give NaN losses and gradients, as the equation does: training must notice.
 * Labels that are neither a class nor ignored count in out_of_range and nowhere else. Empty tensors give 0.
 * Aliasing. The gradient overlaps nothing. Stream. On a device the call enqueues on exec.stream.
 * Scratch. CPU: 256 bytes per class for each thread and 8 bytes per 4096 pixels. Cost. Reads the labels twice and the
 * logits once (gradient wanted or not), writes the gradient once. Errors. INVALID_ARGUMENT; UNSUPPORTED for a dtype
 * other than fp32; OUT_OF_HOST_MEMORY. */
#ifndef ASSAY_KERNELS_CROSS_ENTROPY_H
#define ASSAY_KERNELS_CROSS_ENTROPY_H

#include "assay/kernels/tensor.h"

/* Softmax cross entropy with its gradient: what the segmenter trains with. */
typedef struct AssayCrossEntropyArgs {
  int64_t struct_size;
  AssayTensor logits;         /* fp32 */
  const uint8_t* labels;      /* dense [n, h, w] */
  const float* class_weights; /* [c] or null for ones */
  int64_t ignore;             /* label to skip, 0..255, or -1 */
  double* loss;               /* [1] sum_i w_i loss_i / sum_i w_i; 0 when no pixel counts; required */
  double* weight_sum;         /* [1] sum of the counted pixels' weights; required */
  int64_t* out_of_range;      /* [1] labels that are neither a class nor ignored; required */
  float* gradient;            /* the logits' shape and strides; d loss / d logits, 0 at ignored pixels */
} AssayCrossEntropyArgs;

#endif
