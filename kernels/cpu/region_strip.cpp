#include "cpu/region_strip.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <tuple>

#include "math/score_constants.h"

namespace assay::cpu {

namespace {

int64_t mixture_bytes(int64_t classes) { return 16 * MixtureRows::count_for(classes); }

int64_t max_strip_regions(const RegionRequest& request) {
  const int64_t by_width = kMaxRun / request.w;
  const int64_t by_bytes = request.wants.mixture ? kMixtureBytes / mixture_bytes(request.input.c) : by_width;
  return std::max<int64_t>(1, std::min(by_width, by_bytes));
}

}  // namespace

std::vector<Strip> find_strips(const RegionRequest& request) {
  const auto corner = [&](int64_t r) {
    const int32_t* nxy = request.nxy + 3 * r;
    return std::make_tuple(nxy[0], nxy[2], nxy[1]);
  };
  std::vector<int64_t> order(request.count);
  std::iota(order.begin(), order.end(), int64_t{0});
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return corner(a) < corner(b); });
  const int64_t most = max_strip_regions(request);
  std::vector<Strip> strips;
  for (const int64_t r : order) {
    const auto [n, y, x] = corner(r);
    const bool joins = !strips.empty() && strips.back().n == n && strips.back().y == y &&
                       strips.back().x + static_cast<int64_t>(strips.back().regions.size()) * request.w == x &&
                       static_cast<int64_t>(strips.back().regions.size()) < most;
    if (!joins) strips.push_back({n, x, y, {}});
    strips.back().regions.push_back(r);
  }
  return strips;
}

RegionTotals::RegionTotals(int64_t classes, const RegionWants& wants)
    : probability_units(wants.probabilities ? classes : 0),
      entropy_by_class(wants.entropy_by_class ? 256 : 0),
      margin_by_class(wants.margin_by_class ? 256 : 0),
      mixture_units(wants.mixture ? MixtureRows::count_for(classes) : 0) {
  clear();
}

void RegionTotals::clear() {
  histogram.fill(0);
  cell_units.fill(0);
  cell_min.fill(std::numeric_limits<float>::infinity());
  cell_max.fill(0.0f);
  entropy_units = margin_units = least_confidence_units = 0;
  for (auto* sums : {&probability_units, &entropy_by_class, &margin_by_class, &mixture_units}) {
    std::fill(sums->begin(), sums->end(), 0);
  }
}

void RegionTotals::merge(const RegionTotals& other) {
  const auto add = [](auto& sums, const auto& more) {
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += more[i];
  };
  add(histogram, other.histogram);
  add(cell_units, other.cell_units);
  for (int64_t i = 0; i < kCells; ++i) {
    cell_min[i] = std::min(cell_min[i], other.cell_min[i]);
    cell_max[i] = std::max(cell_max[i], other.cell_max[i]);
  }
  entropy_units += other.entropy_units;
  margin_units += other.margin_units;
  least_confidence_units += other.least_confidence_units;
  add(probability_units, other.probability_units);
  add(entropy_by_class, other.entropy_by_class);
  add(margin_by_class, other.margin_by_class);
  add(mixture_units, other.mixture_units);
}

StripAccumulator::StripAccumulator(const ScorePass& pass, const RegionRequest& request, int64_t max_regions)
    : pass_(pass),
      wants_(request.wants),
      classes_(request.input.c),
      width_(request.w),
      cell_w_(request.w / ASSAY_CELLS),
      cell_h_(request.h / ASSAY_CELLS),
      fold_(fold_function()),
      lanes_(row_lanes()),
      max_run_(std::min(kMaxRun, math::kProbabilityAdds / 2 * lanes_)),
      workspace_(classes_, std::max(max_regions * width_ <= kMaxRun ? max_regions * width_ : 0, max_run_)),
      probability_lanes_(wants_.probabilities ? max_regions * classes_ * kMaxLanes * 4 : 0),
      probability_adds_(wants_.probabilities ? max_regions : 0),
      column_units_(wants_.cells ? max_regions * width_ : 0),
      column_min_(column_units_.size()),
      column_max_(column_units_.size()),
      label_counts_(max_regions),
      totals_(max_regions, RegionTotals(classes_, wants_)),
      mixture_sums_(wants_.mixture ? max_regions * MixtureRows::count_for(classes_) * 8 : 0) {
  std::memset(probability_lanes_.data(), 0, probability_adds_.size() * classes_ * kMaxLanes * 4);
  if (wants_.mixture) set_up_mixtures(max_regions);
}

void StripAccumulator::set_up_mixtures(int64_t max_regions) {
  const int64_t count = MixtureRows::count_for(classes_);
  auto* sums = reinterpret_cast<uint64_t*>(mixture_sums_.data());
  std::fill_n(sums, max_regions * count, uint64_t{0});
  const bool by_class = wants_.entropy_by_class || wants_.margin_by_class;
  for (int64_t k = 0; k < max_regions; ++k) mixtures_.push_back({classes_, by_class, sums + k * count});
}

// Rows are taken in bands of one row of cells; what is left below the eighth has no cells.
void StripAccumulator::run(const Strip& strip, int64_t row, int64_t row_end) {
  const auto regions = static_cast<int64_t>(strip.regions.size());
  for (int64_t k = 0; k < regions; ++k) {
    totals_[k].clear();
    label_counts_[k] = {};
  }
  while (row < row_end) {
    const int64_t cell_row = wants_.cells ? std::min<int64_t>(row / cell_h_, ASSAY_CELLS) : ASSAY_CELLS;
    const int64_t band_end = cell_row < ASSAY_CELLS ? std::min(row_end, (cell_row + 1) * cell_h_) : row_end;
    if (wants_.cells) start_band(regions * width_);
    for (; row < band_end; ++row) add_row(strip, strip.y + row);
    if (wants_.cells) finish_band(regions, cell_row);
  }
  flush_probabilities();
  if (wants_.mixture) take_mixtures(regions);
  for (int64_t k = 0; k < regions; ++k) {
    for (size_t label = 0; label < 256; ++label) {
      totals_[k].histogram[label] = int64_t{label_counts_[k][0][label]} + label_counts_[k][1][label];
    }
  }
}

void StripAccumulator::take_mixtures(int64_t regions) {
  const int64_t count = MixtureRows::count_for(classes_);
  for (int64_t k = 0; k < regions; ++k) {
    const MixtureRows& mixture = mixtures_[k];
    RegionTotals& totals = totals_[k];
    std::copy_n(mixture.sums, count, totals.mixture_units.begin());
    for (int64_t a = 0; a < classes_; ++a) {
      if (wants_.entropy_by_class) totals.entropy_by_class[a] = mixture.row(a)[mixture.entropy_column()];
      if (wants_.margin_by_class) totals.margin_by_class[a] = mixture.row(a)[mixture.margin_column()];
    }
    std::fill_n(mixture.sums, count, uint64_t{0});
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
  s.region_pixels = per_region;
  if (wants_.probabilities) {
    s.probability_lanes = reinterpret_cast<uint32_t*>(probability_lanes_.data()) + first * classes_ * kMaxLanes;
    reserve_probabilities(first, regions, per_region);
  }
  if (wants_.mixture) s.mixtures = &mixtures_[first];
  pass_.run(s, workspace_);
  for (int64_t k = 0; k < regions; ++k) fold_region(s, k * per_region, per_region, x + k * per_region, first + k);
}

// Makes room for one run's additions to the lanes of regions [first, first + regions).
void StripAccumulator::reserve_probabilities(int64_t first, int64_t regions, int64_t per_region) {
  for (int64_t k = 0; k < regions; ++k) {
    const int64_t adds = steps_of_region(k, per_region, lanes_);
    if (probability_adds_[first + k] + adds > math::kProbabilityAdds) flush_probabilities();
  }
  for (int64_t k = 0; k < regions; ++k) probability_adds_[first + k] += steps_of_region(k, per_region, lanes_);
}

void StripAccumulator::fold_region(const RowSegment& run, int64_t at, int64_t pixels, int64_t x, int64_t k) {
  RowSegment part = run;
  part.pixels = pixels;
  part.entropy += at;
  part.argmax += at;
  part.margin += at;
  part.least_confidence += at;
  RegionTotals& totals = totals_[k];
  RegionSums sums = {};
  if (wants_.cells) {
    sums.column_units = &column_units_[x];
    sums.column_min = &column_min_[x];
    sums.column_max = &column_max_[x];
  } else if (wants_.entropy) {
    sums.entropy_units = &totals.entropy_units;
  }
  if (wants_.margin) sums.margin_units = &totals.margin_units;
  if (wants_.least_confidence) sums.least_confidence_units = &totals.least_confidence_units;
  // Mixtures have them in their rows.
  if (wants_.entropy_by_class && !wants_.mixture) sums.entropy_by_class = totals.entropy_by_class.data();
  if (wants_.margin_by_class && !wants_.mixture) sums.margin_by_class = totals.margin_by_class.data();
  fold_(part, sums);
  count_labels(part.argmax, pixels, k);
}

void StripAccumulator::count_labels(const uint8_t* labels, int64_t pixels, int64_t k) {
  auto& counts = label_counts_[k];
  int64_t i = 0;
  for (; i + 8 <= pixels; i += 8) {
    uint64_t eight;
    std::memcpy(&eight, labels + i, sizeof eight);
    if (eight == labels[i] * 0x0101010101010101u) {
      counts[0][labels[i]] += 8;
    } else {
      for (int64_t j = 0; j < 8; ++j) ++counts[j % 2][labels[i + j]];
    }
  }
  for (; i < pixels; ++i) ++counts[0][labels[i]];
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
    if (cell_row == ASSAY_CELLS) continue;
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
