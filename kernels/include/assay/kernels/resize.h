/* resize: NHWC images in another size, and the transpose of that for gradients.
 *
 * Equation. Output row (column) o of an axis with `in` source and `out` output pixels reads at s(o):
 *   BILINEAR_HALF_PIXEL       s = max(0, (o + 1/2) in / out - 1/2)
 *   BILINEAR_ALIGNED_CORNERS  s = o (in - 1) / (out - 1); 0 when out = 1
 *   NEAREST_HALF_PIXEL        the pixel floor((o + 1/2) in / out): the nearest centre, the higher one of two
 * Bilinear: l = floor(s), t = s - l, h = min(l + 1, in - 1): value (1 - t) x_l + t x_h, rows first, then columns.
 *   forward   to[n, i, j, c] = sum_pq R_h[i, p] R_w[j, q] from[n, p, q, c]     R the weights above
 *   backward  to[n, p, q, c] = sum_ij R_h[i, p] R_w[j, q] from[n, i, j, c]
 * Source. torch.nn.functional.interpolate with bilinear and align_corners off and on, and nearest-exact. Differences.
 * s is an exact quotient of integers, so that ties do not hang on its rounding.
 *
 * Shapes. Dense x [n, in_h, in_w, c] and y [n, out_h, out_w, c]; forward from = x and to =
 * y, backward from = dy and to = dx. Extents of images in [1, 32767], n at least 1, c in [1, 65536]. Dtypes. fp32 or
 * bf16, the same for both. Accumulator. fp32; t is the quotient rounded once, 1 - t rounded once. Forward: x_l + t (x_h
 * - x_l) as fma(t, x_h - x_l, x_l), for both columns over the rows, then over the columns. Backward: v_j = fma(R_h[i,
 * p], dy_ij, v_j) over i ascending from 0, then fma(R_w[j, q], v_j, sum) over j ascending from 0, over the outputs that
 * read the pixel: a gather, in one order on every device. Nearest: forward a copy, backward as above with weights 1.
 * bf16 rounds to nearest even. NaN propagates; infinities may turn into NaN. Aliasing. The buffers do not overlap.
 * Stream. On a device the call enqueues on exec.stream. Scratch. CPU, bilinear forward and every backward: one row of
 * `from`, 4 w c bytes for each thread, and up to 32 bytes per row and column. Cost. from once from memory (each value 4
 * times from caches on a device), to once. Errors. INVALID_ARGUMENT; UNSUPPORTED for fp16; OUT_OF_HOST_MEMORY. */
#ifndef ASSAY_KERNELS_RESIZE_H
#define ASSAY_KERNELS_RESIZE_H

#include "assay/kernels/tensor.h"

enum { ASSAY_BILINEAR_HALF_PIXEL = 0, ASSAY_BILINEAR_ALIGNED_CORNERS = 1, ASSAY_NEAREST_HALF_PIXEL = 2 };
enum { ASSAY_RESIZE_FORWARD = 0, ASSAY_RESIZE_BACKWARD = 1 };

typedef struct AssayResizeArgs {
  int64_t struct_size;
  int64_t rule;      /* ASSAY_BILINEAR_HALF_PIXEL .. ASSAY_NEAREST_HALF_PIXEL */
  int64_t direction; /* ASSAY_RESIZE_FORWARD or ASSAY_RESIZE_BACKWARD */
  int64_t dtype;
  int64_t n, c;
  int64_t in_h, in_w;   /* of x and dx */
  int64_t out_h, out_w; /* of y and dy */
  const void* from;     /* x, or dy */
  void* to;             /* y, or dx */
} AssayResizeArgs;

#endif
