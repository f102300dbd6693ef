// The sums of one region, gathered row by row in any order and by any number of threads.
#ifndef ASSAY_CPU_REGION_ACCUMULATOR_H
#define ASSAY_CPU_REGION_ACCUMULATOR_H

#include <array>
#include <cstdint>
#include <vector>

#include "cpu/score_pass.h"

namespace assay::cpu {

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

// Feeds rows of one region into totals. One per thread; reused from region to region.
class RegionAccumulator {
 public:
  RegionAccumulator(const ScorePass& pass, const AssayRegionSignalsArgs& args);

  // Rows [row, row_end) of the region at (n, x, y), added to totals().
  void add_rows(int64_t n, int64_t x, int64_t y, int64_t row, int64_t row_end);
  RegionTotals& totals() { return totals_; }

 private:
  void add_row(int64_t n, int64_t x, int64_t y);
  void start_band();
  void finish_band(int64_t cell_row);
  void count_labels(const RowSegment& segment);
  void flush_probabilities();

  const ScorePass& pass_;
  const int64_t classes_, width_, cell_w_, cell_h_;
  const bool probabilities_;
  const FoldFunction fold_;
  const int64_t lanes_;
  RowWorkspace workspace_;
  AlignedBytes probability_lanes_;
  int64_t probability_adds_ = 0;
  std::vector<uint64_t> column_units_;
  std::vector<float> column_min_, column_max_;
  // Neighbouring pixels mostly have one label; separate counters keep their increments independent.
  std::array<std::array<uint32_t, 256>, 4> label_counts_;
  RegionTotals totals_;
};

}  // namespace assay::cpu

#endif
