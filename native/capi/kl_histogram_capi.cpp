#include <cinttypes>
#include <cmath>

#include "capi/error_stack.h"
#include "capi/validate.h"

namespace assay::capi {
namespace {

void validate_fill(const char* name, double fill) {
  if (!(fill >= 0 && fill <= 1)) fail(ASSAY_INVALID_ARGUMENT, "%s=%g must be in [0, 1] (0: none)", name, fill);
}

void validate_dtype(const char* name, int64_t dtype) {
  if (dtype == ASSAY_F32 || dtype == ASSAY_F64 || dtype == ASSAY_I32) return;
  fail(ASSAY_INVALID_ARGUMENT, "%s=%" PRId64 " must be 0 (fp32), 3 (fp64) or 4 (i32)", name, dtype);
}

template <class T>
void validate_row(const char* name, const T* row, int64_t index, int64_t classes) {
  double sum = 0;
  for (int64_t k = 0; k < classes; ++k) {
    const auto value = static_cast<double>(row[k]);
    if (!std::isfinite(value) || value < 0) {
      fail(ASSAY_INVALID_ARGUMENT, "%s[%" PRId64 ", %" PRId64 "]=%g must be finite and not negative", name, index, k,
           value);
    }
    sum += value;
  }
  if (!std::isfinite(sum) || sum <= 0) {
    fail(ASSAY_INVALID_ARGUMENT, "%s[%" PRId64 "]: the sum %g of a row must be positive and finite", name, index, sum);
  }
}

template <class T>
void validate_rows(const char* name, const void* rows, int64_t count, int64_t classes) {
  for (int64_t i = 0; i < count; ++i) validate_row(name, static_cast<const T*>(rows) + i * classes, i, classes);
}

void validate_matrix(const char* name, const void* rows, int64_t dtype, int64_t count, int64_t classes, bool on_host) {
  multiply_sizes(name, multiply_sizes(name, count, classes), 8);
  if (!on_host) return;
  if (dtype == ASSAY_F32) return validate_rows<float>(name, rows, count, classes);
  if (dtype == ASSAY_F64) return validate_rows<double>(name, rows, count, classes);
  validate_rows<int32_t>(name, rows, count, classes);
}

}  // namespace

void validate(const AssayKlHistogramArgs& args, bool on_host) {
  // Scores of one candidate are counted in 32 bits.
  validate_range("candidate_count", args.candidate_count, 0, INT32_MAX);
  validate_range("reference_count", args.reference_count, 0, INT32_MAX);
  validate_range("classes", args.classes, 1, ASSAY_MAX_KL_CLASSES);
  validate_dtype("candidate_dtype", args.candidate_dtype);
  validate_fill("candidate_fill", args.candidate_fill);
  validate_buffer("candidates", args.candidates, args.candidate_count);
  validate_matrix("candidates", args.candidates, args.candidate_dtype, args.candidate_count, args.classes, on_host);
  multiply_sizes("kl", multiply_sizes("kl", args.candidate_count, args.reference_count), 8);
  if (args.references == nullptr) {
    // Null with a count of 0 is an empty set.
    if (args.reference_count != 0 && args.reference_count != args.candidate_count) {
      fail(ASSAY_INVALID_ARGUMENT,
           "reference_count=%" PRId64 " must be candidate_count=%" PRId64 " or 0 when references is null",
           args.reference_count, args.candidate_count);
    }
    return;
  }
  validate_dtype("reference_dtype", args.reference_dtype);
  validate_fill("reference_fill", args.reference_fill);
  validate_matrix("references", args.references, args.reference_dtype, args.reference_count, args.classes, on_host);
}

}  // namespace assay::capi
