// Regions that touch one another left and right, gathered together: rows are read across all of them, in one stream
// per class plane, which is what memory likes.
#ifndef ASSAY_CPU_REGION_STRIP_H
#define ASSAY_CPU_REGION_STRIP_H

#include <array>
#include <cstdint>
#include <vector>

#include "cpu/score_pass.h"

namespace assay::cpu {

// Neighbouring regions of image n with upper edge y, in ascending order of x; `regions` are their indices.
struct Strip {
  int64_t n, x, y;
  std::vector<int64_t> regions;
};

// All regions as strips of at most kMaxRun pixels' width (or one region).
std::vector<Strip> find_strips(const AssayRegionSignalsArgs& args);

// Exact sums over some rows of a region; merging is commutative to the bit.
struct RegionTotals {
  static constexpr int64_t kCells = ASSAY_CELLS * ASSAY_CELLS;

  explicit RegionTotals(int64_t classes) : probability_units(classes) { clear(); }
  void clear();
  void merge(const RegionTotals& other);

  std::array<int64_t, 256> histogram;  // by argmax; 255: pixels without a distribution
  std::array<uint64_t, kCells> cell_units;
  std::array<float, kCells> cell_min;
  std::array<float, kCells> cell_max;
  uint64_t entropy_units;
  RowSums rows;
  std::vector<uint64_t> probability_units;
};

// Feeds rows of a strip into its regions' totals. One per thread; reused from strip to strip.
class StripAccumulator {
 public:
  // For strips of at most max_regions regions.
  StripAccumulator(const ScorePass& pass, const AssayRegionSignalsArgs& args, int64_t max_regions);

  // Rows [row, row_end) of the strip's regions. totals(k) is the sum over exactly these rows of its region k.
  void run(const Strip& strip, int64_t row, int64_t row_end);
  const RegionTotals& totals(int64_t k) const { return totals_[k]; }

 private:
  void add_row(const Strip& strip, int64_t y);
  // Columns [x, x + pixels) of the strip, which are `regions` whole regions, or part of the only one.
  void add_run(const Strip& strip, int64_t y, int64_t x, int64_t pixels);
  void fold_region(const RowSegment& run, int64_t at, int64_t pixels, int64_t x, int64_t k);
  void start_band(int64_t columns);
  void finish_band(int64_t regions, int64_t cell_row);
  void flush_probabilities();

  const ScorePass& pass_;
  const int64_t classes_, width_, cell_w_, cell_h_;
  const bool probabilities_;
  const FoldFunction fold_;
  const int64_t lanes_;
  const int64_t max_run_;  // pixels that keep the probability lanes of one region from overflowing
  RowWorkspace workspace_;
  AlignedBytes probability_lanes_;  // [region][class][kMaxLanes]
  std::vector<int64_t> probability_adds_;
  std::vector<uint64_t> column_units_;
  std::vector<float> column_min_, column_max_;
  // Neighbouring pixels mostly have one label; two counters keep their increments independent.
  std::vector<std::array<std::array<uint32_t, 256>, 2>> label_counts_;
  std::vector<RegionTotals> totals_;
};

}  // namespace assay::cpu

#endif
