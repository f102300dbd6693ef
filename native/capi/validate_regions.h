// Checks of a list of equal rectangles in images.
#ifndef ASSAY_CAPI_VALIDATE_REGIONS_H
#define ASSAY_CAPI_VALIDATE_REGIONS_H

#include <cstdint>

namespace assay::capi {

struct Regions {
  const int32_t* region_nxy;  // [regions, 3]: image, x, y
  int64_t regions, region_w, region_h;
};

// Sides of at least `smallest` pixels, areas of at most 31 bits, and, where they may be read (`on_host`), that all
// regions lie inside their images of h x w pixels. No regions of no size are a list, too.
void validate_regions(const Regions& list, int64_t images, int64_t h, int64_t w, int64_t smallest, bool on_host);

}  // namespace assay::capi

#endif
