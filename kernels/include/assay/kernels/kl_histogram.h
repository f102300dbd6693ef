/* kl_histogram: how a candidate's class distribution differs from those of a set of references, as a histogram.
 *
 * Equation. With p_i the candidate's and q_j the reference's row divided by its own sum:
 *   kl[i, j]  = max(0, sum_k p_ik ln p_ik - sum_k p_ik ln q_jk), KL(candidate || reference) in nats
 *   kl_min[i] = min_j kl[i, j];  kl_max[i] = max_j kl[i, j]
 *   histogram[i, b] = #{j : kl[i, j] in bin b} / L, 32 bins over [lo, hi] = [kl_min[i], kl_max[i]]
 * Edge b is b (hi - lo) / 32 + lo, edge 32 is hi; bins are closed below, the last one on both sides (numpy.histogram).
 * When hi - lo <= 1e-9 max(1, hi) all L scores are in bin 16. With L = 0 histogram, kl_min and kl_max are 0.
 *
 * Source. RALIS (Casanova et al., ICLR 2020), section 3.2, "a normalized histogram of KL divergence scores", and its
 * public code. Differences. Public code computes the scores of the pool in fp32, and where all scores are equal leaves
 * their bin (15 or 16; 0 and 31) to rounding. The paper states neither bins nor smoothing: see the fills.
 *
 * Shapes. candidates dense [M, K], references dense [L, K] or null: the candidates themselves, or, with L = 0, none.
 * For the candidates themselves candidate_fill serves both, and a candidate's score with itself is exactly 0.
 * K in [1, 256]. M = 0 and L = 0 are allowed.
 *
 * Fills. The value in [0, 1] that an entry of exactly 0 takes before normalisation; 0 for none. Public code fills 1e-7
 * into counts and into proportions alike. What is still 0: p = 0 adds 0; ln q counts as ln 2^-1022 = -708.4, so that a
 * score stays finite.
 *
 * Dtypes. fp32, fp64 or i32, each matrix its own. Accumulator. Double: sums of a row and both sums of a score run over
 * k in ascending order, the latter with one fma per term; ln of math/kl_math.inl.h. Counts are integers. All back ends
 * give the same bits whatever the thread count (CPUs without FMA: scores within 1e-12).
 *
 * Invalid input. An entry that is negative, NaN or infinite, a row of zeros, or a sum beyond double's range is
 * INVALID_ARGUMENT on the CPU, found by looking. Device memory is not read for validation: scores of such rows mean
 * nothing (a NaN score counts as 0), those of other rows stay right.
 *
 * Aliasing. Outputs overlap nothing; candidates and references may be the same.
 * Stream. On a device the call enqueues on exec.stream.
 * Scratch. 8 K + 8 bytes per candidate and 8 K per reference, both rounded up to 16 rows on the CPU, 32 on a device;
 * on a device 16 more per candidate, on the CPU 11 KiB of each thread's stack. M x L scores are never stored unless
 * `kl` is wanted: the second sweep computes them again.
 * Cost. 4 M L K flops, about 12 M L for the bins. Errors. INVALID_ARGUMENT; OUT_OF_HOST_MEMORY. */
#ifndef ASSAY_KERNELS_KL_HISTOGRAM_H
#define ASSAY_KERNELS_KL_HISTOGRAM_H

#include "assay/kernels/tensor.h"

#define ASSAY_KL_BINS 32
#define ASSAY_MAX_KL_CLASSES 256

/* Element types of class distributions beside ASSAY_F32. */
enum { ASSAY_F64 = 3, ASSAY_I32 = 4 };

typedef struct AssayKlHistogramArgs {
  int64_t struct_size;
  const void* candidates; /* [candidate_count, classes] */
  int64_t candidate_dtype;
  int64_t candidate_count;
  const void* references;  /* [reference_count, classes]; null: the candidates, or none when reference_count = 0 */
  int64_t reference_dtype; /* not read when references is null */
  int64_t reference_count;
  int64_t classes;
  double candidate_fill;
  double reference_fill; /* not read when references is null */
  float* histogram;      /* [candidate_count, 32] */
  double* kl_min;        /* [candidate_count] */
  double* kl_max;        /* [candidate_count] */
  double* kl;            /* [candidate_count, reference_count] */
} AssayKlHistogramArgs;

#endif
