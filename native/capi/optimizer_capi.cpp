// sgd_step, adam_step and squared_norm.
#include <cmath>

#include "capi/error_stack.h"
#include "capi/validate.h"

namespace assay::capi {
namespace {

void validate_not_negative(const char* name, double value) {
  if (!std::isfinite(value) || value < 0) {
    fail(ASSAY_INVALID_ARGUMENT, "%s=%g must be finite and not negative", name, value);
  }
}

void validate_beta(const char* name, double value) {
  if (!(value >= 0 && value < 1)) fail(ASSAY_INVALID_ARGUMENT, "%s=%g must be in [0, 1)", name, value);
}

}  // namespace

void validate(const AssaySgdStepArgs& args, bool) {
  validate_range("count", args.count, 0, INT64_MAX / 4);
  validate_buffer("parameters", args.parameters, args.count);
  validate_buffer("gradients", args.gradients, args.count);
  validate_buffer("velocity", args.velocity, args.count);
  validate_not_negative("learning_rate", args.learning_rate);
  validate_not_negative("momentum", args.momentum);
  validate_not_negative("weight_decay", args.weight_decay);
  validate_finite("gradient_scale", args.gradient_scale);
}

void validate(const AssayAdamStepArgs& args, bool) {
  validate_range("count", args.count, 0, INT64_MAX / 4);
  validate_buffer("parameters", args.parameters, args.count);
  validate_buffer("gradients", args.gradients, args.count);
  validate_buffer("first_moment", args.first_moment, args.count);
  validate_buffer("second_moment", args.second_moment, args.count);
  validate_range("step", args.step, 1, INT64_MAX);
  validate_not_negative("learning_rate", args.learning_rate);
  validate_beta("beta1", args.beta1);
  validate_beta("beta2", args.beta2);
  validate_not_negative("epsilon", args.epsilon);
  validate_not_negative("weight_decay", args.weight_decay);
  validate_finite("gradient_scale", args.gradient_scale);
}

void validate(const AssaySquaredNormArgs& args, bool) {
  validate_range("count", args.count, 0, INT64_MAX / 4);
  validate_buffer("values", args.values, args.count);
  validate_required("out", args.out);
}

}  // namespace assay::capi
