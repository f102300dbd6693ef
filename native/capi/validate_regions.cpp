#include "capi/validate_regions.h"

#include <cinttypes>

#include "capi/error_stack.h"
#include "capi/validate.h"

namespace assay::capi {
namespace {

void validate_region(const Regions& list, int64_t r, int64_t images, int64_t h, int64_t w) {
  const int32_t* nxy = list.region_nxy + 3 * r;
  if (nxy[0] < 0 || nxy[0] >= images) {
    fail(ASSAY_INVALID_ARGUMENT, "region_nxy[%" PRId64 "]: image %" PRId32 " must be in [0, n=%" PRId64 ")", r, nxy[0],
         images);
  }
  if (nxy[1] < 0 || nxy[1] > w - list.region_w || nxy[2] < 0 || nxy[2] > h - list.region_h) {
    fail(ASSAY_INVALID_ARGUMENT,
         "region_nxy[%" PRId64 "]: %" PRId64 "x%" PRId64 " at x=%" PRId32 ", y=%" PRId32
         " must lie inside the image of %" PRId64 "x%" PRId64,
         r, list.region_w, list.region_h, nxy[1], nxy[2], w, h);
  }
}

}  // namespace

void validate_regions(const Regions& list, int64_t images, int64_t h, int64_t w, int64_t smallest, bool on_host) {
  validate_range("regions", list.regions, 0, INT32_MAX);
  if (list.regions == 0 && list.region_w == 0 && list.region_h == 0) return;
  validate_buffer("region_nxy", list.region_nxy, list.regions);
  validate_range("region_w", list.region_w, smallest, INT32_MAX);
  validate_range("region_h", list.region_h, smallest, INT32_MAX);
  // Counts of a region are 32-bit.
  validate_range("region_w * region_h", multiply_sizes("region_w * region_h", list.region_w, list.region_h), 1,
                 INT32_MAX);
  for (int64_t r = 0; on_host && r < list.regions; ++r) validate_region(list, r, images, h, w);
}

}  // namespace assay::capi
