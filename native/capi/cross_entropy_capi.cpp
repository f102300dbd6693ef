#include <cinttypes>
#include <cmath>

#include "capi/error_stack.h"
#include "capi/validate.h"

namespace assay::capi {
namespace {

void validate_weights(const AssayCrossEntropyArgs& args) {
  for (int64_t c = 0; c < args.logits.c && args.class_weights != nullptr; ++c) {
    const float weight = args.class_weights[c];
    if (!std::isfinite(weight) || weight < 0) {
      fail(ASSAY_INVALID_ARGUMENT, "class_weights[%" PRId64 "]=%g must be finite and not negative", c,
           static_cast<double>(weight));
    }
  }
}

}  // namespace

void validate(const AssayCrossEntropyArgs& args, bool on_host) {
  const AssayTensor& t = args.logits;
  validate_tensor("logits", t);
  if (t.dtype != ASSAY_F32) fail(ASSAY_UNSUPPORTED, "logits.dtype=%" PRId64 " must be 0 (fp32)", t.dtype);
  validate_buffer("labels", args.labels, t.n * t.h * t.w);
  validate_ignore(args.ignore);
  validate_required("loss", args.loss);
  validate_required("weight_sum", args.weight_sum);
  validate_required("out_of_range", args.out_of_range);
  if (args.gradient == t.data && t.data != nullptr) {
    fail(ASSAY_INVALID_ARGUMENT, "gradient=%p must not overlap logits", t.data);
  }
  if (on_host) validate_weights(args);
}

}  // namespace assay::capi
