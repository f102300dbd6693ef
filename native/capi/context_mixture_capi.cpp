#include "capi/validate.h"
#include "capi/validate_regions.h"

namespace assay::capi {

void validate(const AssayContextMixtureArgs& args, bool on_host) {
  const AssayTensor& t = args.input;
  validate_tensor("input", t);
  validate_range("input_kind", args.input_kind, ASSAY_LOGITS, ASSAY_PROBABILITIES);
  validate_required("nan_pixels", args.nan_pixels);
  if (args.region_nxy != nullptr) {
    validate_regions(t, {args.region_nxy, args.regions, args.region_w, args.region_h}, 1, on_host);
    return;
  }
  // Whole images.
  validate_range("regions", args.regions, 0, 0);
  validate_range("region_w", args.region_w, 0, 0);
  validate_range("region_h", args.region_h, 0, 0);
  validate_range("h * w", multiply_sizes("h * w", t.h, t.w), 1, INT32_MAX);
}

}  // namespace assay::capi
