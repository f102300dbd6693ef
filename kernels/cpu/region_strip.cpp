#include "cpu/region_strip.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <tuple>

#include "math/score_constants.h"

namespace assay::cpu {

std::vector<Strip> find_strips(const AssayRegionSignalsArgs& args) {
  const auto corner = [&](int64_t r) {
    const int32_t* nxy = args.region_nxy + 3 * r;
    return std::make_tuple(nxy[0], nxy[2], nxy[1]);
  };
  std::vector<int64_t> order(args.regions);
  std::iota(order.begin(), order.end(), int64_t{0});
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return corner(a) < corner(b); });
  const int64_t most = std::max<int64_t>(1, kMaxRun / args.region_w);
  std::vector<Strip> strips;
  for (const int64_t r : order) {
    const auto [n, y, x] = corner(r);
    const bool joins = !strips.empty() && strips.back().n == n && strips.back().y == y &&
                       strips.back().x + static_cast<int64_t>(strips.back().regions.size()) * args.region_w == x &&
                       static_cast<int64_t>(strips.back().regions.size()) < most;
    if (!joins) strips.push_back({n, x, y, {}});
    strips.back().regions.push_back(r);
  }
  return strips;
}

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

StripAccumulator::StripAccumulator(const ScorePass& pass, const AssayRegionSignalsArgs& args, int64_t max_regions)
    : pass_(pass),
      classes_(args.input.c),
      width_(args.region_w),
      cell_w_(args.region_w / ASSAY_CELLS),
      cell_h_(args.region_h / ASSAY_CELLS),
      probabilities_(args.probability_mean != nullptr),
      fold_(fold_function()),
      lanes_(row_lanes()),
      max_run_(std::min(kMaxRun, math::kProbabilityAdds / 2 * lanes_)),
      workspace_(args.input.c, std::max(max_regions * width_ <= kMaxRun ? max_regions * width_ : 0, max_run_)),
      probability_lanes_(max_regions * args.input.c * kMaxLanes * 4),
      probability_adds_(max_regions),
      column_units_(max_regions * width_),
      column_min_(max_regions * width_),
      column_max_(max_regions * width_),
      label_counts_(max_regions),
      totals_(max_regions, RegionTotals(args.input.c)) {
  std::memset(probability_lanes_.data(), 0, max_regions * classes_ * kMaxLanes * 4);
}

// Rows are taken in bands of one row of cells; what is left below the eighth has no cells.
void StripAccumulator::run(const Strip& strip, int64_t row, int64_t row_end) {
  const auto regions = static_cast<int64_t>(strip.regions.size());
  for (int64_t k = 0; k < regions; ++k) {
    totals_[k].clear();
    label_counts_[k] = {};
  }
  while (row < row_end) {
    const int64_t cell_row = cell_h_ > 0 ? std::min<int64_t>(row / cell_h_, ASSAY_CELLS) : ASSAY_CELLS;
    const int64_t band_end = cell_row < ASSAY_CELLS ? std::min(row_end, (cell_row + 1) * cell_h_) : row_end;
    start_band(regions * width_);
    for (; row < band_end; ++row) add_row(strip, strip.y + row);
    finish_band(regions, cell_row);
  }
  flush_probabilities();
  for (int64_t k = 0; k < regions; ++k) {
    for (size_t label = 0; label < 256; ++label) {
      totals_[k].histogram[label] = int64_t{label_counts_[k][0][label]} + label_counts_[k][1][label];
    }
  }
}

void StripAccumulator::add_row(const Strip& strip, int64_t y) {
  const int64_t columns = static_cast<int64_t>(strip.regions.size()) * width_;
  const int64_t run = width_ <= max_run_ ? columns : max_run_;
  for (int64_t x = 0; x < columns; x += run) add_run(strip, y, x, std::min(run, columns - x));
}

void StripAccumulator::add_run(const Strip& strip, int64_t y, int64_t x, int64_t pixels) {
  RowSegment s = pass_.segment(strip.n, y, strip.x + x, pixels, workspace_);
  const int64_t first = x / width_;
  const int64_t per_region = std::min(pixels, width_);
  const int64_t regions = pixels / per_region;
  if (probabilities_) {
    s.region_pixels = per_region;
    s.probability_lanes = reinterpret_cast<uint32_t*>(probability_lanes_.data()) + first * classes_ * kMaxLanes;
    for (int64_t k = 0; k < regions; ++k) {
      const int64_t adds = steps_of_region(k, per_region, lanes_);
      if (probability_adds_[first + k] + adds > math::kProbabilityAdds) flush_probabilities();
    }
    for (int64_t k = 0; k < regions; ++k) probability_adds_[first + k] += steps_of_region(k, per_region, lanes_);
  }
  pass_.run(s, workspace_);
  for (int64_t k = 0; k < regions; ++k) fold_region(s, k * per_region, per_region, x + k * per_region, first + k);
}

void StripAccumulator::fold_region(const RowSegment& run, int64_t at, int64_t pixels, int64_t x, int64_t k) {
  RowSegment part = run;
  part.pixels = pixels;
  part.entropy += at;
  part.argmax += at;
  part.margin += at;
  part.least_confidence += at;
  fold_(part, {&column_units_[x], &column_min_[x], &column_max_[x]}, totals_[k].rows);
  auto& counts = label_counts_[k];
  int64_t i = 0;
  for (; i + 8 <= pixels; i += 8) {
    const uint8_t* labels = part.argmax + i;
    uint64_t eight;
    std::memcpy(&eight, labels, sizeof eight);
    if (eight == labels[0] * 0x0101010101010101u) {
      counts[0][labels[0]] += 8;
    } else {
      for (int64_t j = 0; j < 8; ++j) ++counts[j % 2][labels[j]];
    }
  }
  for (; i < pixels; ++i) ++counts[0][part.argmax[i]];
}

void StripAccumulator::start_band(int64_t columns) {
  std::fill_n(column_units_.begin(), columns, 0);
  std::fill_n(column_min_.begin(), columns, std::numeric_limits<float>::infinity());
  std::fill_n(column_max_.begin(), columns, 0.0f);
}

void StripAccumulator::finish_band(int64_t regions, int64_t cell_row) {
  for (int64_t k = 0; k < regions; ++k) {
    RegionTotals& totals = totals_[k];
    const int64_t first = k * width_;
    for (int64_t x = first; x < first + width_; ++x) totals.entropy_units += column_units_[x];
    if (cell_row == ASSAY_CELLS || cell_w_ == 0) continue;
    for (int64_t cell_column = 0; cell_column < ASSAY_CELLS; ++cell_column) {
      const int64_t cell = cell_row * ASSAY_CELLS + cell_column;
      const int64_t left = first + cell_column * cell_w_;
      for (int64_t x = left; x < left + cell_w_; ++x) {
        totals.cell_units[cell] += column_units_[x];
        totals.cell_min[cell] = std::min(totals.cell_min[cell], column_min_[x]);
        totals.cell_max[cell] = std::max(totals.cell_max[cell], column_max_[x]);
      }
    }
  }
}

void StripAccumulator::flush_probabilities() {
  auto* lanes = reinterpret_cast<uint32_t*>(probability_lanes_.data());
  for (size_t k = 0; k < probability_adds_.size(); ++k, lanes += classes_ * kMaxLanes) {
    if (probability_adds_[k] == 0) continue;
    const auto bias = static_cast<uint32_t>(probability_adds_[k]) * math::kProbabilityBias;
    for (int64_t i = 0; i < classes_ * kMaxLanes; ++i) {
      if (i % kMaxLanes < lanes_) totals_[k].probability_units[i / kMaxLanes] += lanes[i] - bias;
    }
    std::memset(lanes, 0, static_cast<size_t>(classes_) * kMaxLanes * 4);
    probability_adds_[k] = 0;
  }
}

}  // namespace assay::cpu
