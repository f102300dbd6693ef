#include <cinttypes>

#include "capi/error_stack.h"
#include "capi/validate.h"
#include "capi/validate_regions.h"

namespace assay::capi {
namespace {

void validate_equal(const char* name, int64_t flipped, int64_t input) {
  if (flipped != input) {
    fail(ASSAY_INVALID_ARGUMENT, "flipped.%s=%" PRId64 " must be input.%s=%" PRId64, name, flipped, name, input);
  }
}

}  // namespace

void validate(const AssayFlipConsistencyArgs& args, bool on_host) {
  const AssayTensor& t = args.input;
  validate_tensor("input", t);
  validate_tensor("flipped", args.flipped);
  validate_equal("dtype", args.flipped.dtype, t.dtype);
  validate_equal("n", args.flipped.n, t.n);
  validate_equal("c", args.flipped.c, t.c);
  validate_equal("h", args.flipped.h, t.h);
  validate_equal("w", args.flipped.w, t.w);
  validate_range("input_kind", args.input_kind, ASSAY_LOGITS, ASSAY_PROBABILITIES);
  validate_required("nan_pixels", args.nan_pixels);
  validate_regions({args.region_nxy, args.regions, args.region_w, args.region_h}, t.n, t.h, t.w, on_host);
}

}  // namespace assay::capi
