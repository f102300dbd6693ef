// The per-pixel arithmetic over runs of pixels of one image row: what pixel_signals and region_signals share.
#ifndef ASSAY_CPU_SCORE_ROWS_H
#define ASSAY_CPU_SCORE_ROWS_H

#include <cstdint>

#include "assay/kernels/region_signals.h"

namespace assay::cpu {

// Vectors of the widest instruction set have this many fp32 lanes; sizes of shared buffers use it for all sets.
constexpr int64_t kMaxLanes = 16;
// A run of neighbouring pixels of one row, and where its signals go. Every output pointer is valid.
struct RowSegment {
  const void* scores;  // of the first pixel's class 0
  int64_t pixels;      // 1 .. kMaxSegment
  float* entropy;      // [pixels], as the other outputs
  uint8_t* argmax;
  float* max_probability;
  float* margin;
  float* least_confidence;
  // Regions of region_pixels pixels each follow one another in the run, the first beginning with it. Region k's class c
  // has its running sums of biased_probability_units at probability_lanes[(k * c + class) * kMaxLanes]. Null: not
  // wanted.
  uint32_t* probability_lanes;
  int64_t region_pixels;
};

// How the scores lie and what they are; the same for all rows of a call.
struct ScoreLayout {
  int64_t classes;
  int64_t stride_c;
  int64_t stride_w;
};

// Scratch of one row loop, in bytes; aligned to 64.
constexpr int64_t row_scratch_bytes(int64_t classes) { return 3 * classes * kMaxLanes * 4; }

// Pixels are taken in steps of row_lanes(); a step adds once to every lane of each region that it touches, a
// probability of 0 in the lanes of pixels elsewhere: region k gets steps_of_region(k) additions per lane.
using RowFunction = void (*)(const ScoreLayout& layout, const RowSegment& segment, void* scratch);

// The row loop for a dtype and an input kind on this machine.
RowFunction row_function(int64_t dtype, int64_t input_kind);

// The number of fp32 lanes of the instruction set in use, at most kMaxLanes.
int64_t row_lanes();

constexpr int64_t steps_of_region(int64_t region, int64_t region_pixels, int64_t lanes) {
  return ((region + 1) * region_pixels - 1) / lanes - region * region_pixels / lanes + 1;
}

// One row's part of a region: sums over its pixels, and over each column of a band of rows.
struct BandColumns {
  uint64_t* entropy_units;  // [width] sums of signal_units
  float* entropy_min;       // [width]
  float* entropy_max;       // [width]
};
struct RowSums {
  uint64_t margin_units = 0;
  uint64_t least_confidence_units = 0;
};

using FoldFunction = void (*)(const RowSegment& row, const BandColumns& columns, RowSums& sums);
FoldFunction fold_function();

}  // namespace assay::cpu

#endif
