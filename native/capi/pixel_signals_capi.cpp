#include "capi/validate.h"

namespace assay::capi {

void validate(const AssayPixelSignalsArgs& args, bool) {
  validate_tensor("input", args.input);
  validate_range("input_kind", args.input_kind, ASSAY_LOGITS, ASSAY_PROBABILITIES);
  validate_required("nan_pixels", args.nan_pixels);
}

}  // namespace assay::capi
