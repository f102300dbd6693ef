#include "capi/validate.h"

namespace assay::capi {
namespace {

void validate_rows(const char* name, const char* stride_name, const float* data, int64_t rows, int64_t stride,
                   int64_t columns) {
  validate_range(stride_name, stride, columns, INT64_MAX);
  multiply_sizes(name, multiply_sizes(name, rows, stride), sizeof(float));
  validate_buffer(name, data, rows * columns);
}

}  // namespace

void validate(const AssaySquaredDistancesArgs& args, bool) {
  validate_range("a_rows", args.a_rows, 0, INT32_MAX);
  validate_range("b_rows", args.b_rows, 0, INT32_MAX);
  validate_range("columns", args.columns, 0, INT32_MAX);
  validate_rows("a", "a_stride", args.a, args.a_rows, args.a_stride, args.columns);
  validate_rows("b", "b_stride", args.b, args.b_rows, args.b_stride, args.columns);
  validate_buffer("distance", args.distance, args.a_rows * args.b_rows);
}

}  // namespace assay::capi
