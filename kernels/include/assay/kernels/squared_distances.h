/* squared_distances: squared Euclidean distances between the rows of two matrices of features.
 *
 * Equation. distance[i, j] = sum_k (a[i, k] - b[j, k])^2. Source. Sener and Savarese, "Active learning for
 * convolutional neural networks: a core-set approach" (ICLR 2018), whose k-center greedy runs on it; also k-means and
 * facility location. Differences. The difference form, not |a|^2 + |b|^2 - 2 a b, which cancels for near neighbours.
 *
 * Shapes. a is [a_rows, columns] with a_stride floats from row to row, b likewise; distance is dense [a_rows, b_rows].
 * Units. The square of the features'. Dtypes and accumulator. fp32 throughout, in an order that both back ends keep:
 * lane l of 32 adds (a - b)^2 with fma over the columns k = l mod 32 in ascending order, starting from 0; then lane l
 * takes lane l + 16 in, then l + 8, l + 4, l + 2, l + 1. Every instruction set with a fused multiply-add and every
 * device gives the same bits. Relative error at most (columns / 32 + 7) 2^-24.
 * NaN and infinity propagate; a row against itself is 0 when finite. Any extent may be 0: columns = 0 gives zeros.
 * Aliasing. a and b may be the same; distance overlaps neither. Stream. On a device the call enqueues on exec.stream.
 * Scratch. None. Cost. 2 flops per pair and column; rows are read once per tile of other rows (CPU: a per 4 rows of b,
 * b per 16 rows of a; CUDA: 32 x 16 rows per block). Errors. INVALID_ARGUMENT. */
#ifndef ASSAY_KERNELS_SQUARED_DISTANCES_H
#define ASSAY_KERNELS_SQUARED_DISTANCES_H

#include <stdint.h>

typedef struct AssaySquaredDistancesArgs {
  int64_t struct_size;
  const float* a; /* [a_rows, columns] */
  int64_t a_rows;
  int64_t a_stride; /* floats, at least columns */
  const float* b;   /* [b_rows, columns] */
  int64_t b_rows;
  int64_t b_stride; /* floats, at least columns */
  int64_t columns;
  float* distance; /* [a_rows, b_rows], required */
} AssaySquaredDistancesArgs;

#endif
