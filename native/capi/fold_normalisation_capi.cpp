#include "capi/validate.h"

namespace assay::capi {

void validate(const AssayFoldNormalisationArgs& args, bool) {
  validate_range("outputs", args.outputs, 0, INT64_MAX / 4);
  validate_range("per_output", args.per_output, 0, INT64_MAX / 4);
  const int64_t weights = multiply_sizes("outputs", args.outputs, args.per_output);
  multiply_sizes("weights", weights, 4);
  validate_buffer("weights", args.weights, weights);
  validate_buffer("scale", args.scale, args.outputs);
  validate_buffer("shift", args.shift, args.outputs);
  validate_buffer("mean", args.mean, args.outputs);
  validate_buffer("variance", args.variance, args.outputs);
  validate_finite("epsilon", args.epsilon);
  validate_buffer("folded_weights", args.folded_weights, weights);
  validate_buffer("folded_bias", args.folded_bias, args.outputs);
}

}  // namespace assay::capi
