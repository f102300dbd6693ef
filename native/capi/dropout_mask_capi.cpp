#include "capi/validate.h"

namespace assay::capi {

void validate(const AssayDropoutMaskArgs& args, bool) {
  validate_element_type("dtype", args.dtype);
  validate_range("count", args.count, 0, INT64_MAX / 4);
  validate_range("threshold", args.threshold, 0, 65536);
  validate_buffer("out", args.out, args.count);
}

}  // namespace assay::capi
