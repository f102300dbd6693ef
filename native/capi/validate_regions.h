// Checks that the kernels over regions share.
#ifndef ASSAY_CAPI_VALIDATE_REGIONS_H
#define ASSAY_CAPI_VALIDATE_REGIONS_H

#include <cstdint>

#include "assay/kernels/tensor.h"

namespace assay::capi {

struct RegionList {
  const int32_t* nxy;  // [count, 3]
  int64_t count, w, h;
};

// Sides of at least `smallest` pixels, areas of at most 31 bits and, where nxy may be read, regions inside their images.
void validate_regions(const AssayTensor& input, const RegionList& regions, int64_t smallest, bool on_host);

}  // namespace assay::capi

#endif
