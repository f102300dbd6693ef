#include "capi/validate.h"

namespace assay::capi {

void validate(const AssayConfusionArgs& args, bool) {
  validate_range("count", args.count, 0, INT64_MAX);
  validate_range("classes", args.classes, 1, ASSAY_MAX_CLASSES);
  validate_ignore(args.ignore);
  validate_buffer("truth", args.truth, args.count);
  validate_buffer("prediction", args.prediction, args.count);
  validate_required("confusion", args.confusion);
  validate_required("out_of_range", args.out_of_range);
}

}  // namespace assay::capi
