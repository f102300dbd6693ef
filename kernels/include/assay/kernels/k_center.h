/* k_center: the greedy k-center selection (farthest-first traversal) of coreset and contextual diversity.
 *
 * Equation. With D(i) = the smallest distance of point i to a labelled or picked point,
 *   order[b]  = argmax D over the points that are neither labelled nor picked, the lowest index among equals;
 *   radius[b] = max D over what is left after that pick, 0 when nothing is: the covering radius.
 * Distances: ASSAY_EUCLIDEAN, sqrt of squared_distances.h; ASSAY_CONTEXTUAL_DIVERSITY, context_distance.h in `form`.
 * Source. Sener and Savarese (ICLR 2018), algorithm 1; Agarwal et al., "Contextual diversity" (ECCV 2020), 3.2.
 * Differences. Starts greedily from the labelled set, where public CDAL code picks once at random first; with nothing
 * labelled the first pick is seed_pick.
 *
 * Shapes. Euclidean: features [points, dimensions] with feature_stride floats from row to row. Contextual diversity:
 * mixture dense [points, classes, classes] and present [points, classes] as in context_distance.h. Fields of the
 * other metric are not read. labelled holds indices in any order, repeats allowed; budget is at most the number of
 * points that are not labelled. Units. Those of the distance.
 * Dtypes and accumulator. As in the two contracts: picks and radii have the same bits on every back end, for any
 * number of threads. Ties: the lowest index.
 * Points with a NaN or an infinity (in a present class) are counted in bad_points; a distance that is NaN never makes
 * a point nearer, and picks then mean nothing. On a device indices cannot be checked: labelled ones that are no point
 * are passed over, seed_pick is the caller's word, and picks beyond the last available point are -1 with radius 0.
 * Aliasing. Outputs overlap nothing. Stream. On a device the call enqueues on exec.stream; no pick waits for the host.
 * Scratch. CPU: 17 bytes per point; CUDA: 4 bytes per point and 8 per pick; contextual diversity: the scratch of
 * context_distance.h for the points besides.
 * Cost. points x labelled distances to begin with; then, on CUDA, points distances per pick, one read of the rows
 * each; on the CPU at most as many, usually far fewer: D of an earlier pick bounds D, so only points that may be
 * the farthest are brought up to date, and a distance whose partial sum has reached D is left unfinished.
 * Errors. INVALID_ARGUMENT; OUT_OF_HOST_MEMORY; OUT_OF_DEVICE_MEMORY. */
#ifndef ASSAY_KERNELS_K_CENTER_H
#define ASSAY_KERNELS_K_CENTER_H

#include "assay/kernels/context_distance.h"

enum { ASSAY_EUCLIDEAN = 0, ASSAY_CONTEXTUAL_DIVERSITY = 1 };

typedef struct AssayKCenterArgs {
  int64_t struct_size;
  int64_t metric;
  int64_t points;
  const float* features; /* [points, dimensions] */
  int64_t dimensions;
  int64_t feature_stride; /* floats, at least dimensions */
  const float* mixture;   /* [points, classes, classes] */
  const uint8_t* present; /* [points, classes] */
  int64_t classes;
  int64_t form;            /* ASSAY_SUM_OVER_COMMON or ASSAY_MEAN_OVER_COMMON */
  const int32_t* labelled; /* [labelled_count] */
  int64_t labelled_count;
  int64_t seed_pick; /* the first pick when nothing is labelled; not read otherwise */
  int64_t budget;
  int32_t* order;      /* [budget], required */
  float* radius;       /* [budget] */
  int64_t* bad_points; /* [1], required */
} AssayKCenterArgs;

#endif
