#include <cinttypes>

#include "capi/error_stack.h"
#include "capi/validate.h"

namespace assay::capi {
namespace {

void validate_region_bounds(const AssayRegionSignalsArgs& args) {
  const AssayTensor& t = args.input;
  for (int64_t r = 0; r < args.regions; ++r) {
    const int32_t* nxy = args.region_nxy + 3 * r;
    if (nxy[0] < 0 || nxy[0] >= t.n) {
      fail(ASSAY_INVALID_ARGUMENT, "region_nxy[%" PRId64 "]: image %" PRId32 " must be in [0, n=%" PRId64 ")", r,
           nxy[0], t.n);
    }
    if (nxy[1] < 0 || nxy[1] > t.w - args.region_w || nxy[2] < 0 || nxy[2] > t.h - args.region_h) {
      fail(ASSAY_INVALID_ARGUMENT,
           "region_nxy[%" PRId64 "]: %" PRId64 "x%" PRId64 " at x=%" PRId32 ", y=%" PRId32
           " must lie inside the image of %" PRId64 "x%" PRId64,
           r, args.region_w, args.region_h, nxy[1], nxy[2], t.w, t.h);
    }
  }
}

}  // namespace

void validate(const AssayRegionSignalsArgs& args, bool on_host) {
  validate_tensor("input", args.input);
  validate_range("input_kind", args.input_kind, ASSAY_LOGITS, ASSAY_PROBABILITIES);
  validate_range("regions", args.regions, 0, INT32_MAX);
  const bool cells = args.entropy_min != nullptr || args.entropy_avg != nullptr || args.entropy_max != nullptr;
  const int64_t smallest = cells ? ASSAY_CELLS : 1;
  validate_range("region_w", args.region_w, smallest, INT32_MAX);
  validate_range("region_h", args.region_h, smallest, INT32_MAX);
  // Counts of a region are 32-bit.
  validate_range("region_w * region_h", multiply_sizes("region_w * region_h", args.region_w, args.region_h), 1,
                 INT32_MAX);
  validate_buffer("region_nxy", args.region_nxy, args.regions);
  validate_required("nan_pixels", args.nan_pixels);
  if (on_host) validate_region_bounds(args);
}

}  // namespace assay::capi
