#include "cpu/region_accumulator.h"

#include <algorithm>
#include <limits>

#include "math/score_constants.h"

namespace assay::cpu {

void RegionTotals::clear() {
  histogram.fill(0);
  cell_units.fill(0);
  cell_min.fill(std::numeric_limits<float>::infinity());
  cell_max.fill(0.0f);
  entropy_units = 0;
  rows = {};
  std::fill(probability_units.begin(), probability_units.end(), 0);
}

void RegionTotals::merge(const RegionTotals& other) {
  for (size_t i = 0; i < histogram.size(); ++i) histogram[i] += other.histogram[i];
  for (int64_t i = 0; i < kCells; ++i) {
    cell_units[i] += other.cell_units[i];
    cell_min[i] = std::min(cell_min[i], other.cell_min[i]);
    cell_max[i] = std::max(cell_max[i], other.cell_max[i]);
  }
  entropy_units += other.entropy_units;
  rows.margin_units += other.rows.margin_units;
  rows.least_confidence_units += other.rows.least_confidence_units;
  for (size_t c = 0; c < probability_units.size(); ++c) probability_units[c] += other.probability_units[c];
}

RegionAccumulator::RegionAccumulator(const ScorePass& pass, const AssayRegionSignalsArgs& args)
    : pass_(pass),
      classes_(args.input.c),
      width_(args.region_w),
      cell_w_(args.region_w / ASSAY_CELLS),
      cell_h_(args.region_h / ASSAY_CELLS),
      probabilities_(args.probability_mean != nullptr),
      fold_(fold_function()),
      lanes_(row_lanes()),
      workspace_(args.input.c),
      probability_lanes_(args.input.c * kMaxLanes * 4),
      column_units_(args.region_w),
      column_min_(args.region_w),
      column_max_(args.region_w),
      totals_(args.input.c) {
  std::fill_n(reinterpret_cast<uint32_t*>(probability_lanes_.data()), classes_ * kMaxLanes, 0u);
}

// Rows are taken in bands of one row of cells; what is left below the eighth has no cells.
void RegionAccumulator::add_rows(int64_t n, int64_t x, int64_t y, int64_t row, int64_t row_end) {
  for (auto& counts : label_counts_) counts.fill(0);
  while (row < row_end) {
    const int64_t cell_row = cell_h_ > 0 ? std::min<int64_t>(row / cell_h_, ASSAY_CELLS) : ASSAY_CELLS;
    const int64_t band_end = cell_row < ASSAY_CELLS ? std::min(row_end, (cell_row + 1) * cell_h_) : row_end;
    start_band();
    for (; row < band_end; ++row) add_row(n, x, y + row);
    finish_band(cell_row);
  }
  flush_probabilities();
  for (size_t label = 0; label < 256; ++label) {
    for (const auto& counts : label_counts_) totals_.histogram[label] += counts[label];
  }
}

void RegionAccumulator::add_row(int64_t n, int64_t x, int64_t y) {
  for (int64_t at = 0; at < width_; at += kMaxSegment) {
    RowSegment s = pass_.segment(n, y, x + at, std::min(kMaxSegment, width_ - at), workspace_);
    if (probabilities_) {
      const int64_t adds = s.pixels / lanes_ + 2;
      if (probability_adds_ + adds > math::kProbabilityAdds) flush_probabilities();
      s.probability_lanes = reinterpret_cast<uint32_t*>(probability_lanes_.data());
    }
    const int64_t added = pass_.run(s, workspace_);
    if (probabilities_) probability_adds_ += added;
    fold_(s, {&column_units_[at], &column_min_[at], &column_max_[at]}, totals_.rows);
    count_labels(s);
  }
}

void RegionAccumulator::start_band() {
  std::fill(column_units_.begin(), column_units_.end(), 0);
  std::fill(column_min_.begin(), column_min_.end(), std::numeric_limits<float>::infinity());
  std::fill(column_max_.begin(), column_max_.end(), 0.0f);
}

void RegionAccumulator::finish_band(int64_t cell_row) {
  for (int64_t x = 0; x < width_; ++x) totals_.entropy_units += column_units_[x];
  if (cell_row == ASSAY_CELLS || cell_w_ == 0) return;
  for (int64_t cell_column = 0; cell_column < ASSAY_CELLS; ++cell_column) {
    const int64_t cell = cell_row * ASSAY_CELLS + cell_column;
    for (int64_t x = cell_column * cell_w_; x < (cell_column + 1) * cell_w_; ++x) {
      totals_.cell_units[cell] += column_units_[x];
      totals_.cell_min[cell] = std::min(totals_.cell_min[cell], column_min_[x]);
      totals_.cell_max[cell] = std::max(totals_.cell_max[cell], column_max_[x]);
    }
  }
}

void RegionAccumulator::count_labels(const RowSegment& segment) {
  int64_t i = 0;
  for (; i + 4 <= segment.pixels; i += 4) {
    for (int64_t way = 0; way < 4; ++way) ++label_counts_[way][segment.argmax[i + way]];
  }
  for (; i < segment.pixels; ++i) ++label_counts_[0][segment.argmax[i]];
}

void RegionAccumulator::flush_probabilities() {
  const auto bias = static_cast<uint32_t>(probability_adds_) * math::kProbabilityBias;
  auto* lanes = reinterpret_cast<uint32_t*>(probability_lanes_.data());
  for (int64_t c = 0; c < classes_ && probability_adds_ > 0; ++c) {
    for (int64_t lane = 0; lane < lanes_; ++lane) {
      totals_.probability_units[c] += lanes[c * kMaxLanes + lane] - bias;
      lanes[c * kMaxLanes + lane] = 0;
    }
  }
  probability_adds_ = 0;
}

}  // namespace assay::cpu
