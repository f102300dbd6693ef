#include "capi/validate_regions.h"

#include <cinttypes>

#include "capi/error_stack.h"
#include "capi/validate.h"

namespace assay::capi {
namespace {

void validate_bounds(const AssayTensor& t, const RegionList& regions) {
  for (int64_t r = 0; r < regions.count; ++r) {
    const int32_t* nxy = regions.nxy + 3 * r;
    if (nxy[0] < 0 || nxy[0] >= t.n) {
      fail(ASSAY_INVALID_ARGUMENT, "region_nxy[%" PRId64 "]: image %" PRId32 " must be in [0, n=%" PRId64 ")", r,
           nxy[0], t.n);
    }
    if (nxy[1] < 0 || nxy[1] > t.w - regions.w || nxy[2] < 0 || nxy[2] > t.h - regions.h) {
      fail(ASSAY_INVALID_ARGUMENT,
           "region_nxy[%" PRId64 "]: %" PRId64 "x%" PRId64 " at x=%" PRId32 ", y=%" PRId32
           " must lie inside the image of %" PRId64 "x%" PRId64,
           r, regions.w, regions.h, nxy[1], nxy[2], t.w, t.h);
    }
  }
}

}  // namespace

void validate_regions(const AssayTensor& input, const RegionList& regions, int64_t smallest, bool on_host) {
  validate_range("regions", regions.count, 0, INT32_MAX);
  validate_range("region_w", regions.w, smallest, INT32_MAX);
  validate_range("region_h", regions.h, smallest, INT32_MAX);
  // Counts of a region are 32-bit.
  validate_range("region_w * region_h", multiply_sizes("region_w * region_h", regions.w, regions.h), 1, INT32_MAX);
  validate_buffer("region_nxy", regions.nxy, regions.count);
  if (on_host) validate_bounds(input, regions);
}

}  // namespace assay::capi
