// Checks of a list of equal rectangles in images.
#ifndef ASSAY_CAPI_VALIDATE_REGIONS_H
#define ASSAY_CAPI_VALIDATE_REGIONS_H

#include <cstdint>

namespace assay::capi {

struct Regions {
  const int32_t* region_nxy;  // [regions, 3]: image, x, y
  int64_t regions, region_w, region_h;
};

// Sizes, and, where they may be read (`on_host`), that all regions lie inside their images of h x w pixels.
void validate_regions(const Regions& list, int64_t images, int64_t h, int64_t w, bool on_host);

}  // namespace assay::capi

#endif
