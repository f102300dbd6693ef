#include "cpu/map_regions.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

#include "cpu/parallel_for.h"
#include "math/score_constants.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/map_regions_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

// signal_units of score_math.inl.h as a plain loop: the compiler vectorises it for the instruction set at hand.
uint64_t sum_units(const float* values, int64_t count) {
  uint64_t sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    sum += static_cast<uint32_t>(static_cast<int32_t>(__builtin_nearbyintf(values[i] * 16777216.0f)));
  }
  return sum;
}

SumUnitsFunction choose_sum_units() { return sum_units; }

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {
namespace {

using math::MapRegions;

struct Totals {
  std::array<uint64_t, MapRegions::kMaps> units{};
  std::array<uint32_t, 256> labels{};

  void merge(const Totals& other) {
    for (size_t i = 0; i < units.size(); ++i) units[i] += other.units[i];
    for (size_t i = 0; i < labels.size(); ++i) labels[i] += other.labels[i];
  }
};

// Rows [row, row_end) of a region.
Totals sum_rows(const MapRegions& task, SumUnitsFunction sum_units, int64_t region, int64_t row, int64_t row_end) {
  const int32_t* nxy = task.region_nxy + 3 * region;
  Totals totals;
  for (; row < row_end; ++row) {
    const int64_t at = (nxy[0] * task.h + nxy[2] + row) * task.w + nxy[1];
    for (int i = 0; i < MapRegions::kMaps; ++i) {
      if (task.means[i] != nullptr) totals.units[i] += sum_units(task.maps[i] + at, task.region_w);
    }
    if (!task.wants_labels()) continue;
    for (int64_t x = 0; x < task.region_w; ++x) ++totals.labels[task.labels[at + x]];
  }
  return totals;
}

void write_region(const MapRegions& task, int64_t region, const Totals& totals) {
  const int64_t pixels = task.region_pixels();
  for (int i = 0; i < MapRegions::kMaps; ++i) {
    if (task.means[i] != nullptr) {
      task.means[i][region] = math::mean_of_units(totals.units[i], math::kSignalUnit, pixels);
    }
  }
  for (int64_t c = 0; task.histogram != nullptr && c < task.classes; ++c) {
    task.histogram[region * task.classes + c] = static_cast<int32_t>(totals.labels[c]);
  }
  if (task.ones != nullptr) task.ones[region] = math::mean_of_units(totals.labels[1], 1.0, pixels);
  if (task.nan_pixels != nullptr) task.nan_pixels[region] = static_cast<int32_t>(totals.labels[255]);
}

}  // namespace

HWY_EXPORT(choose_sum_units);
SumUnitsFunction sum_units_function() { return HWY_DYNAMIC_DISPATCH(choose_sum_units)(); }

// Few regions are cut into bands of rows that merge in any order; the last one writes.
void reduce_map_regions(int64_t threads, const MapRegions& task) {
  if (task.regions == 0) return;
  const SumUnitsFunction sum_units = sum_units_function();
  const int64_t wanted = 4 * thread_count(threads);
  const int64_t bands = std::min(task.region_h, (wanted + task.regions - 1) / task.regions);
  const int64_t items = task.regions * bands;
  std::vector<Totals> partial(bands == 1 ? 0 : task.regions);
  std::vector<int64_t> left(partial.size(), bands);
  std::mutex mutex;
  parallel_for(items, std::max<int64_t>(1, std::min(thread_count(threads), items)), [&](int64_t item, int64_t) {
    const int64_t region = item / bands, band = item % bands;
    const Totals totals =
        sum_rows(task, sum_units, region, task.region_h * band / bands, task.region_h * (band + 1) / bands);
    if (bands == 1) return write_region(task, region, totals);
    std::lock_guard<std::mutex> lock(mutex);
    partial[region].merge(totals);
    if (--left[region] == 0) write_region(task, region, partial[region]);
  });
}

}  // namespace assay::cpu
#endif
