// Means and label counts of finished maps over rectangles, and exact sums of runs of a map.
#ifndef ASSAY_CPU_MAP_REGIONS_H
#define ASSAY_CPU_MAP_REGIONS_H

#include "math/map_regions.h"

namespace assay::cpu {

// Sum of signal_units of `count` values in [0, 127].
using SumUnitsFunction = uint64_t (*)(const float* values, int64_t count);
SumUnitsFunction sum_units_function();

// Fills the wanted outputs; regions lie inside their images.
void reduce_map_regions(int64_t threads, const math::MapRegions& task);

}  // namespace assay::cpu

#endif
