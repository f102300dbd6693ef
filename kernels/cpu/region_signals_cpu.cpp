#include <algorithm>
#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/region_mixture.h"
#include "cpu/region_pass.h"
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

void write_classes(const AssayRegionSignalsArgs& args, int64_t region, const RegionTotals& totals) {
  const int64_t classes = args.input.c;
  const int64_t pixels = args.region_w * args.region_h;
  for (int64_t c = 0; c < classes; ++c) {
    const int64_t at = region * classes + c;
    if (args.class_histogram != nullptr) args.class_histogram[at] = static_cast<int32_t>(totals.histogram[c]);
    if (args.probability_mean != nullptr) {
      args.probability_mean[at] = math::mean_of_units(totals.probability_units[c], math::kProbabilityUnit, pixels);
    }
    if (args.entropy_by_class != nullptr) {
      args.entropy_by_class[at] = math::sum_of_units(totals.entropy_by_class[c], math::kSignalUnit);
    }
    if (args.margin_by_class != nullptr) {
      args.margin_by_class[at] = math::sum_of_units(totals.margin_by_class[c], math::kSignalUnit);
    }
  }
}

void write_region(const AssayRegionSignalsArgs& args, int64_t region, const RegionTotals& totals) {
  const int64_t pixels = args.region_w * args.region_h;
  const auto signal_mean = [&](float* out, uint64_t units) {
    if (out != nullptr) out[region] = math::mean_of_units(units, math::kSignalUnit, pixels);
  };
  signal_mean(args.entropy_mean, totals.entropy_units);
  signal_mean(args.margin_mean, totals.margin_units);
  signal_mean(args.least_confidence_mean, totals.least_confidence_units);
  write_classes(args, region, totals);
  if (args.context_mixture != nullptr) write_mixture(args.context_mixture, args.input.c, region, totals);
  if (args.region_nan_pixels != nullptr) args.region_nan_pixels[region] = static_cast<int32_t>(totals.histogram[255]);
  write_cells(args, region, totals);
}

RegionRequest request_of(const AssayRegionSignalsArgs& args) {
  RegionWants wants = {};
  wants.cells = args.entropy_min != nullptr || args.entropy_avg != nullptr || args.entropy_max != nullptr;
  wants.entropy = args.entropy_mean != nullptr;
  wants.margin = args.margin_mean != nullptr;
  wants.least_confidence = args.least_confidence_mean != nullptr;
  wants.probabilities = args.probability_mean != nullptr;
  wants.mixture = args.context_mixture != nullptr;
  wants.entropy_by_class = args.entropy_by_class != nullptr;
  wants.margin_by_class = args.margin_by_class != nullptr;
  return {args.input, args.input_kind, args.region_nxy, args.regions, args.region_w, args.region_h, wants};
}

int64_t area(const std::vector<Gap>& gaps) {
  int64_t pixels = 0;
  for (const Gap& g : gaps) pixels += (g.x_end - g.x) * (g.y_end - g.y);
  return pixels;
}

}  // namespace

void region_signals(const AssayExec& exec, const AssayRegionSignalsArgs& args) {
  const RegionRequest request = request_of(args);
  const RegionWriter write = [&](int64_t region, const RegionTotals& totals) { write_region(args, region, totals); };
  if (!any_map(args.maps)) {
    *args.nan_pixels = run_regions(exec, request, {}, {}, write);
    return;
  }
  const AssayTensor& t = args.input;
  const int64_t rows = std::max<int64_t>(1, kScoresPerGap / std::max<int64_t>(1, t.w * t.c));
  const std::vector<Gap> gaps = find_gaps(args, rows);
  if (args.regions * args.region_w * args.region_h + area(gaps) == t.n * t.h * t.w) {
    *args.nan_pixels = run_regions(exec, request, args.maps, gaps, write);
    return;
  }
  // Overlapping regions read their common pixels more than once anyway; the maps then get a pass of their own, which
  // writes and counts every pixel once.
  run_regions(exec, request, {}, {}, write);
  pixel_signals(exec, {sizeof(AssayPixelSignalsArgs), t, args.input_kind, args.maps, args.nan_pixels});
}

}  // namespace assay::cpu
