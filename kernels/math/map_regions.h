// What bald and flip_consistency do with their finished maps: exact means over rectangles, counts of labels.
#ifndef ASSAY_MATH_MAP_REGIONS_H
#define ASSAY_MATH_MAP_REGIONS_H

#include <cstdint>

namespace assay::math {

// Dense maps [n, h, w] and the outputs of regions; a null output is not wanted, and its map may be null.
struct MapRegions {
  static constexpr int kMaps = 5;
  int64_t n, h, w;
  const int32_t* region_nxy;  // [regions, 3]: image, x, y
  int64_t regions, region_w, region_h;
  const float* maps[kMaps];  // values in [0, 127]
  float* means[kMaps];       // [regions]
  const uint8_t* labels;     // below `classes`, or 255: no distribution
  int64_t classes;
  int32_t* histogram;   // [regions, classes]
  float* ones;          // [regions] share of the pixels with label 1
  int32_t* nan_pixels;  // [regions] pixels with label 255

  constexpr bool wants_labels() const { return histogram != nullptr || ones != nullptr || nan_pixels != nullptr; }
  constexpr int64_t region_pixels() const { return region_w * region_h; }
};

}  // namespace assay::math

#endif
