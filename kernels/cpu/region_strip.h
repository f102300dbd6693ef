// Regions that touch one another left and right, gathered together: rows are read across all of them, in one stream
// per class plane, which is what memory likes.
#ifndef ASSAY_CPU_REGION_STRIP_H
#define ASSAY_CPU_REGION_STRIP_H

#include <array>
#include <cstdint>
#include <vector>

#include "cpu/score_pass.h"

namespace assay::cpu {

// What a call asks of every region, beside the pixels of each class.
struct RegionWants {
  bool cells, entropy, margin, least_confidence, probabilities, mixture, entropy_by_class, margin_by_class;

  PixelNeeds pixel_needs() const { return {margin || least_confidence || margin_by_class, probabilities || mixture}; }
};

// Regions of one size in a tensor; nxy is [count, 3].
struct RegionRequest {
  AssayTensor input;
  int64_t input_kind;
  const int32_t* nxy;
  int64_t count, w, h;
  RegionWants wants;
};

// Neighbouring regions of image n with upper edge y, in ascending order of x; `regions` are their indices.
struct Strip {
  int64_t n, x, y;
  std::vector<int64_t> regions;
};

// All regions as strips: at most kMaxRun pixels wide and kMixtureBytes of mixtures large, or one region.
std::vector<Strip> find_strips(const RegionRequest& request);
constexpr int64_t kMixtureBytes = 8 << 20;

// Exact sums over some rows of a region; merging is commutative to the bit.
struct RegionTotals {
  static constexpr int64_t kCells = ASSAY_CELLS * ASSAY_CELLS;

  RegionTotals(int64_t classes, const RegionWants& wants);
  void clear();
  void merge(const RegionTotals& other);
  uint64_t mixture_entry(int64_t classes, int64_t a, int64_t c) const {
    return mixture_units[a * MixtureRows::columns_for(classes) + c];
  }
  uint64_t mixture_weight(int64_t classes, int64_t a) const { return mixture_entry(classes, a, classes); }

  std::array<int64_t, 256> histogram;  // by argmax; 255: pixels without a distribution
  std::array<uint64_t, kCells> cell_units;
  std::array<float, kCells> cell_min;
  std::array<float, kCells> cell_max;
  uint64_t entropy_units, margin_units, least_confidence_units;
  // Empty when not wanted.
  std::vector<uint64_t> probability_units;
  std::vector<uint64_t> entropy_by_class, margin_by_class;  // [256]
  std::vector<uint64_t> mixture_units;                      // as MixtureRows::sums
};

// Feeds rows of a strip into its regions' totals. One per thread; reused from strip to strip.
class StripAccumulator {
 public:
  // For strips of at most max_regions regions.
  StripAccumulator(const ScorePass& pass, const RegionRequest& request, int64_t max_regions);
  // The mixtures hold addresses of the totals.
  StripAccumulator(const StripAccumulator&) = delete;
  StripAccumulator& operator=(const StripAccumulator&) = delete;

  // Rows [row, row_end) of the strip's regions. totals(k) is the sum over exactly these rows of its region k.
  void run(const Strip& strip, int64_t row, int64_t row_end);
  const RegionTotals& totals(int64_t k) const { return totals_[k]; }

 private:
  void set_up_mixtures(int64_t max_regions);
  void take_mixtures(int64_t regions);
  void add_row(const Strip& strip, int64_t y);
  // Columns [x, x + pixels) of the strip, which are `regions` whole regions, or part of the only one.
  void add_run(const Strip& strip, int64_t y, int64_t x, int64_t pixels);
  void reserve_probabilities(int64_t first, int64_t regions, int64_t per_region);
  void fold_region(const RowSegment& run, int64_t at, int64_t pixels, int64_t x, int64_t k);
  void count_labels(const uint8_t* labels, int64_t pixels, int64_t k);
  void start_band(int64_t columns);
  void finish_band(int64_t regions, int64_t cell_row);
  void flush_probabilities();

  const ScorePass& pass_;
  const RegionWants wants_;
  const int64_t classes_, width_, cell_w_, cell_h_;
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
  AlignedBytes mixture_sums_;          // of all regions
  std::vector<MixtureRows> mixtures_;  // one per region; empty when not wanted
};

}  // namespace assay::cpu

#endif
