#include "capi/validate.h"
#include "capi/validate_regions.h"

namespace assay::capi {

void validate(const AssayRegionSignalsArgs& args, bool on_host) {
  validate_tensor("input", args.input);
  validate_range("input_kind", args.input_kind, ASSAY_LOGITS, ASSAY_PROBABILITIES);
  const bool cells = args.entropy_min != nullptr || args.entropy_avg != nullptr || args.entropy_max != nullptr;
  const RegionList regions = {args.region_nxy, args.regions, args.region_w, args.region_h};
  validate_regions(args.input, regions, cells ? ASSAY_CELLS : 1, on_host);
  validate_required("nan_pixels", args.nan_pixels);
}

}  // namespace assay::capi
