/* region_signals: what an acquisition function needs to know about rectangles of an image, in the same
 * single read of the scores that makes the per-pixel maps.
 *
 * Equation. For region r of region_w x region_h pixels, over its pixels i (signals of pixel_signals.h):
 *   class_histogram[r, c]    = #{i : argmax_i = c}
 *   entropy_{min,avg,max}[r] = 8 x 8 cells over windows of floor(region_h / 8) rows and
 *                              floor(region_w / 8) columns; stride = window, row-major (y, then x)
 *   entropy_mean, margin_mean, least_confidence_mean = means of entropy, margin, 1 - max_probability
 *   probability_mean[r, c]   = mean of p_c
 *   context_mixture[r, a, c] = mixture of context_mixture.h over the region
 *   entropy_by_class[r, a], margin_by_class[r, a] = sums of entropy and margin over the pixels with argmax_i = a
 * Rows and columns beyond the eighth window feed everything but the cells.
 * Source. RALIS (Casanova et al., ICLR 2020), section 3.2 and its public code: histogram, min/avg/max grids; mixtures
 * from CDAL (Agarwal et al., ECCV 2020), Eq. 1.
 * Differences. Counts are raw (no 1e-7 fill, no void bin: both belong to the feature vector); the grid is
 * always 8 x 8, while public code grows it for small sides; minimum without the 5 - max(5 - e) detour.
 *
 * Shapes. region_nxy is [regions, 3]; all regions have one size and lie inside their image; any order,
 * overlaps allowed. Outputs are dense in the shapes given below; maps as in pixel_signals.h.
 * Units. Entropy in nats. Dtypes and accumulator. As pixel_signals.h; sums are exact 64-bit integers: entropy, margin
 * and least confidence in units of 2^-24, probabilities in units of 2^-23, mixtures 2^-28, each rounded once per pixel,
 * so that a mean has the same bits whatever the order, chunking, thread count or back end.
 * Ties and NaN as in pixel_signals.h: a pixel without a distribution counts in region_nan_pixels and adds 0 to
 * everything else (minimum and maximum see 0). regions = 0 is allowed.
 * Aliasing. Outputs overlap nothing. Stream. On a device the call enqueues on exec.stream.
 * Scratch. CPU, for each thread and region of a strip of touching regions, at most 4096 pixels wide: 72 bytes per
 * class, 36 bytes per column and 5 KiB, and for mixtures 16 (c + 10) bytes per class, in narrower strips while a thread
 * has more than 8 MiB of that; once, 5 KiB and 8 bytes per class, for mixtures 8 (c + 10), for each region when rows
 * are shared out; when maps are wanted, 24 bytes per region for finding what no region covers. Cost. Regions that do
 * not overlap: one read of the input, maps included. Errors. INVALID_ARGUMENT for shapes, strides, kinds, null
 * pointers, regions outside their image and, on the CPU only, found by looking: device memory is not read for
 * validation; OUT_OF_HOST_MEMORY. */
#ifndef ASSAY_KERNELS_REGION_SIGNALS_H
#define ASSAY_KERNELS_REGION_SIGNALS_H

#include "assay/kernels/pixel_signals.h"

/* Pooled cells are always 8 x 8 per region. */
#define ASSAY_CELLS 8

typedef struct AssayRegionSignalsArgs {
  int64_t struct_size;
  AssayTensor input;
  int64_t input_kind;
  AssayPixelMaps maps;
  const int32_t* region_nxy; /* [regions, 3]: image, x, y of the upper-left pixel */
  int64_t regions;
  int64_t region_w, region_h;   /* >= 8 each when a pooled-cell output is wanted, >= 1 otherwise */
  int32_t* class_histogram;     /* [regions, c] pixels by argmax */
  float* entropy_min;           /* [regions, 8, 8] */
  float* entropy_avg;           /* [regions, 8, 8] */
  float* entropy_max;           /* [regions, 8, 8] */
  float* entropy_mean;          /* [regions] over all the region's pixels */
  float* margin_mean;           /* [regions] mean of margin */
  float* least_confidence_mean; /* [regions] mean of 1 - max probability */
  float* probability_mean;      /* [regions, c] mean probability of each class */
  float* context_mixture;       /* [regions, c, c] */
  float* entropy_by_class;      /* [regions, c] sums in nats */
  float* margin_by_class;       /* [regions, c] sums */
  int32_t* region_nan_pixels;   /* [regions] */
  int64_t* nan_pixels;          /* [1] over the whole tensor when maps are wanted, else over the regions; required */
} AssayRegionSignalsArgs;

#endif
