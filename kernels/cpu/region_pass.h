// One pass over a tensor for the sums of its regions: what region_signals and context_mixture share.
#ifndef ASSAY_CPU_REGION_PASS_H
#define ASSAY_CPU_REGION_PASS_H

#include <functional>
#include <vector>

#include "assay/kernels/exec.h"
#include "cpu/region_cover.h"
#include "cpu/region_strip.h"

namespace assay::cpu {

// Called once per region, from any thread, for different regions at the same time.
using RegionWriter = std::function<void(int64_t region, const RegionTotals& totals)>;

// Computes the regions with their maps, and `gaps` for the maps alone: every score that no two regions share is read
// once. Returns the pixels without a distribution.
int64_t run_regions(const AssayExec& exec, const RegionRequest& request, const AssayPixelMaps& maps,
                    const std::vector<Gap>& gaps, const RegionWriter& write);

}  // namespace assay::cpu

#endif
