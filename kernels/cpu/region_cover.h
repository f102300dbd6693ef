// Which pixels no region covers: needed when whole maps are wanted.
#ifndef ASSAY_CPU_REGION_COVER_H
#define ASSAY_CPU_REGION_COVER_H

#include <cstdint>
#include <vector>

#include "assay/kernels/region_signals.h"

namespace assay::cpu {

// A rectangle of image n: columns [x, x_end) of rows [y, y_end).
struct Gap {
  int64_t n, x, x_end, y, y_end;
};

// The pixels of the tensor outside all regions, as disjoint rectangles in ascending order of (n, y, x), cut to
// at most `rows` rows each so that they can be shared out.
std::vector<Gap> find_gaps(const AssayRegionSignalsArgs& args, int64_t rows);

}  // namespace assay::cpu

#endif
