#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/parallel_for.h"
#include "cpu/region_cover.h"
#include "cpu/region_strip.h"
#include "math/score_constants.h"

namespace assay::cpu {
namespace {

constexpr int64_t kScoresPerGap = 1 << 16;

bool any_map(const AssayPixelMaps& maps) {
  return maps.entropy != nullptr || maps.argmax != nullptr || maps.max_probability != nullptr || maps.margin != nullptr;
}

void write_cells(const AssayRegionSignalsArgs& args, int64_t region, const RegionTotals& totals) {
  const int64_t pixels = args.region_w / ASSAY_CELLS * (args.region_h / ASSAY_CELLS);
  const int64_t at = region * RegionTotals::kCells;
  for (int64_t i = 0; i < RegionTotals::kCells; ++i) {
    if (args.entropy_min != nullptr) args.entropy_min[at + i] = totals.cell_min[i];
    if (args.entropy_max != nullptr) args.entropy_max[at + i] = totals.cell_max[i];
    if (args.entropy_avg != nullptr) {
      args.entropy_avg[at + i] = math::mean_of_units(totals.cell_units[i], math::kSignalUnit, pixels);
    }
  }
}

void write_region(const AssayRegionSignalsArgs& args, int64_t region, const RegionTotals& totals) {
  const int64_t classes = args.input.c;
  const int64_t pixels = args.region_w * args.region_h;
  const auto signal_mean = [&](float* out, uint64_t units) {
    if (out != nullptr) out[region] = math::mean_of_units(units, math::kSignalUnit, pixels);
  };
  signal_mean(args.entropy_mean, totals.entropy_units);
  signal_mean(args.margin_mean, totals.rows.margin_units);
  signal_mean(args.least_confidence_mean, totals.rows.least_confidence_units);
  for (int64_t c = 0; c < classes; ++c) {
    const int64_t at = region * classes + c;
    if (args.class_histogram != nullptr) args.class_histogram[at] = static_cast<int32_t>(totals.histogram[c]);
    if (args.probability_mean != nullptr) {
      args.probability_mean[at] = math::mean_of_units(totals.probability_units[c], math::kProbabilityUnit, pixels);
    }
  }
  if (args.region_nan_pixels != nullptr) args.region_nan_pixels[region] = static_cast<int32_t>(totals.histogram[255]);
  write_cells(args, region, totals);
}

// The work on the regions: strips, each cut into bands of whole rows of cells when there are too few strips to keep
// all threads busy. A band's sums go into its regions' totals; the last one writes the results.
class StripItems {
 public:
  StripItems(const AssayRegionSignalsArgs& args, int64_t workers) : args_(args), strips_(find_strips(args)) {
    const auto strips = static_cast<int64_t>(strips_.size());
    while (bands_ < ASSAY_CELLS && workers > 1 && strips * bands_ < 4 * workers) bands_ *= 2;
    rows_per_band_ = std::max<int64_t>(1, args.region_h / ASSAY_CELLS) * (ASSAY_CELLS / bands_);
    if (bands_ == 1) return;
    partial_.reserve(args.regions);
    for (int64_t r = 0; r < args.regions; ++r) partial_.emplace_back(args.input.c);
    bands_left_.assign(strips, bands_);
  }

  int64_t count() const { return static_cast<int64_t>(strips_.size()) * bands_; }

  int64_t max_regions() const {
    size_t most = 1;
    for (const Strip& strip : strips_) most = std::max(most, strip.regions.size());
    return static_cast<int64_t>(most);
  }

  // Returns the pixels without a distribution.
  int64_t run(int64_t item, StripAccumulator& accumulator) {
    const Strip& strip = strips_[item / bands_];
    const int64_t band = item % bands_;
    const int64_t row = std::min(args_.region_h, band * rows_per_band_);
    const int64_t row_end = band + 1 == bands_ ? args_.region_h : std::min(args_.region_h, row + rows_per_band_);
    accumulator.run(strip, row, row_end);
    int64_t bad = 0;
    for (size_t k = 0; k < strip.regions.size(); ++k) bad += accumulator.totals(k).histogram[255];
    finish(item / bands_, accumulator);
    return bad;
  }

 private:
  void finish(int64_t s, const StripAccumulator& accumulator) {
    const std::vector<int64_t>& regions = strips_[s].regions;
    if (bands_ == 1) {
      for (size_t k = 0; k < regions.size(); ++k) write_region(args_, regions[k], accumulator.totals(k));
      return;
    }
    std::lock_guard<std::mutex> lock(mutex_);
    for (size_t k = 0; k < regions.size(); ++k) partial_[regions[k]].merge(accumulator.totals(k));
    if (--bands_left_[s] > 0) return;
    for (const int64_t region : regions) write_region(args_, region, partial_[region]);
  }

  const AssayRegionSignalsArgs& args_;
  const std::vector<Strip> strips_;
  int64_t bands_ = 1;
  int64_t rows_per_band_ = 0;
  std::mutex mutex_;
  std::vector<RegionTotals> partial_;
  std::vector<int64_t> bands_left_;
};

int64_t area(const std::vector<Gap>& gaps) {
  int64_t pixels = 0;
  for (const Gap& g : gaps) pixels += (g.x_end - g.x) * (g.y_end - g.y);
  return pixels;
}

// The regions with their maps, and the gaps between them for the maps alone: every score is read once.
int64_t run_regions(const AssayExec& exec, const AssayRegionSignalsArgs& args, const AssayPixelMaps& maps,
                    const std::vector<Gap>& gaps) {
  const ScorePass pass(args.input, args.input_kind, maps);
  int64_t workers = thread_count(exec.threads);
  StripItems strips(args, workers);
  const int64_t items = strips.count() + static_cast<int64_t>(gaps.size());
  workers = std::max<int64_t>(1, std::min(workers, items));
  std::vector<std::unique_ptr<StripAccumulator>> accumulators(workers);
  std::vector<RowWorkspace> workspaces;
  workspaces.reserve(workers);
  for (int64_t i = 0; i < workers; ++i) {
    accumulators[i] = std::make_unique<StripAccumulator>(pass, args, strips.max_regions());
    workspaces.emplace_back(args.input.c, std::min(args.input.w, kMaxRun));
  }
  std::vector<int64_t> bad(workers * 8);  // a cache line apart
  parallel_for(items, workers, [&](int64_t item, int64_t worker) {
    if (item < strips.count()) {
      bad[worker * 8] += strips.run(item, *accumulators[worker]);
      return;
    }
    const Gap& g = gaps[item - strips.count()];
    for (int64_t y = g.y; y < g.y_end; ++y) bad[worker * 8] += pass.run_maps(g.n, y, g.x, g.x_end, workspaces[worker]);
  });
  int64_t total = 0;
  for (int64_t i = 0; i < workers; ++i) total += bad[i * 8];
  return total;
}

}  // namespace

void region_signals(const AssayExec& exec, const AssayRegionSignalsArgs& args) {
  if (!any_map(args.maps)) {
    *args.nan_pixels = run_regions(exec, args, {}, {});
    return;
  }
  const AssayTensor& t = args.input;
  const int64_t rows = std::max<int64_t>(1, kScoresPerGap / std::max<int64_t>(1, t.w * t.c));
  const std::vector<Gap> gaps = find_gaps(args, rows);
  if (args.regions * args.region_w * args.region_h + area(gaps) == t.n * t.h * t.w) {
    *args.nan_pixels = run_regions(exec, args, args.maps, gaps);
    return;
  }
  // Overlapping regions read their common pixels more than once anyway; the maps then get a pass of their own, which
  // writes and counts every pixel once.
  run_regions(exec, args, {}, {});
  pixel_signals(exec, {sizeof(AssayPixelSignalsArgs), t, args.input_kind, args.maps, args.nan_pixels});
}

}  // namespace assay::cpu
