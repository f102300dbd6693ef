#include <cinttypes>

#include "capi/error_stack.h"
#include "capi/validate.h"

namespace assay::capi {
namespace {

bool reads_b(int64_t operation) {
  return operation == ASSAY_RELU_BACKWARD || operation == ASSAY_SIGMOID_BACKWARD || operation == ASSAY_ADD ||
         operation == ASSAY_ADD_RELU || operation == ASSAY_MULTIPLY;
}

}  // namespace

void validate(const AssayElementwiseArgs& args, bool) {
  validate_range("operation", args.operation, ASSAY_RELU, ASSAY_CAST);
  validate_element_type("dtype", args.dtype);
  validate_element_type("out_dtype", args.out_dtype);
  if (args.operation != ASSAY_CAST && args.out_dtype != args.dtype) {
    fail(ASSAY_INVALID_ARGUMENT, "out_dtype=%" PRId64 " must be dtype=%" PRId64 " unless the operation is a cast",
         args.out_dtype, args.dtype);
  }
  validate_range("count", args.count, 0, INT64_MAX / 4);
  validate_buffer("a", args.a, args.count);
  if (reads_b(args.operation)) validate_buffer("b", args.b, args.count);
  validate_buffer("out", args.out, args.count);
  if (args.operation == ASSAY_MULTIPLY) validate_finite("factor", args.factor);
}

}  // namespace assay::capi
