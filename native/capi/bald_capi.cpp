#include "capi/error_stack.h"
#include "capi/validate.h"
#include "capi/validate_regions.h"

namespace assay::capi {

void validate(const AssayBaldArgs& args, bool on_host) {
  const AssayTensor& t = args.input;
  validate_tensor("input", t);
  validate_range("input_kind", args.input_kind, ASSAY_LOGITS, ASSAY_PROBABILITIES);
  multiply_sizes("input.h * input.w", t.h, t.w);
  if ((args.probability_sum == nullptr) != (args.entropy_sum == nullptr)) {
    fail(ASSAY_INVALID_ARGUMENT, "probability_sum and entropy_sum must both point to memory or both be null");
  }
  validate_range("passes_before", args.passes_before, 0, INT32_MAX);
  if (args.passes_before > 0) validate_required("probability_sum", args.probability_sum);
  validate_range("passes_before + input.n", args.passes_before + t.n, 1, INT32_MAX);
  validate_required("nan_pixels", args.nan_pixels);
  // The image is one, whatever the number of passes.
  validate_regions({args.region_nxy, args.regions, args.region_w, args.region_h}, 1, t.h, t.w, on_host);
}

}  // namespace assay::capi
