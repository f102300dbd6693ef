// The per-pixel arithmetic over runs of pixels of one image row: what pixel_signals and region_signals share.
#ifndef ASSAY_CPU_SCORE_ROWS_H
#define ASSAY_CPU_SCORE_ROWS_H

#include <cstdint>

#include "assay/kernels/region_signals.h"
#include "cpu/mixture_rows.h"

namespace assay::cpu {

// Vectors of the widest instruction set have this many fp32 lanes; sizes of shared buffers use it for all sets.
constexpr int64_t kMaxLanes = 16;

// What a call asks of every pixel beside its entropy and argmax; what nobody asks for is not computed.
struct PixelNeeds {
  bool confidence;  // max_probability, margin and least_confidence
  bool values;      // probabilities or mixtures of regions
};

// A run of neighbouring pixels of one row, and where its signals go. Pointers to what is needed are valid.
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
  const MixtureRows* mixtures;  // region k's is mixtures[k]; null: not wanted
  int64_t region_pixels;
};

// How the scores lie and what they are; the same for all rows of a call.
struct ScoreLayout {
  int64_t classes;
  int64_t stride_c;
  int64_t stride_w;
};

// Scratch of one row loop, in bytes; aligned to 64.
constexpr int64_t row_scratch_bytes(int64_t classes) {
  return (4 * classes + MixtureRows::columns_for(classes)) * kMaxLanes * 4;
}

// Pixels are taken in steps of row_lanes(); a step adds once to every lane of each region that it touches, a
// probability of 0 in the lanes of pixels elsewhere: region k gets steps_of_region(k) additions per lane.
using RowFunction = void (*)(const ScoreLayout& layout, const RowSegment& segment, void* scratch);

// The row loop for a dtype, an input kind and needs on this machine.
RowFunction row_function(int64_t dtype, int64_t input_kind, PixelNeeds needs);

// The number of fp32 lanes of the instruction set in use, at most kMaxLanes.
int64_t row_lanes();

constexpr int64_t steps_of_region(int64_t region, int64_t region_pixels, int64_t lanes) {
  return ((region + 1) * region_pixels - 1) / lanes - region * region_pixels / lanes + 1;
}

// One row's part of a region's sums. Null: not wanted. Columns are those of a band of rows.
struct RegionSums {
  uint64_t* column_units;  // [width] sums of signal_units of the entropies
  float* column_min;       // [width]
  float* column_max;       // [width]
  uint64_t* entropy_units;
  uint64_t* margin_units;
  uint64_t* least_confidence_units;
  uint64_t* entropy_by_class;  // [256]: as all that is indexed by argmax
  uint64_t* margin_by_class;
};

// Adds a row's signals to its region's sums.
using FoldFunction = void (*)(const RowSegment& row, const RegionSums& sums);
FoldFunction fold_function();

}  // namespace assay::cpu

#endif
