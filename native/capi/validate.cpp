#include "capi/validate.h"

#include <cinttypes>
#include <cmath>
#include <cstdio>

#include "capi/error_stack.h"

namespace assay::capi {

void validate_struct_size(const char* name, int64_t found, int64_t expected) {
  if (found != expected) {
    fail(ASSAY_INVALID_ARGUMENT, "%s.struct_size=%" PRId64 " must be %" PRId64 ": header and library do not match",
         name, found, expected);
  }
}

void validate_range(const char* name, int64_t value, int64_t lowest, int64_t highest) {
  if (value >= lowest && value <= highest) return;
  if (highest == INT64_MAX) {
    fail(ASSAY_INVALID_ARGUMENT, "%s=%" PRId64 " must be at least %" PRId64, name, value, lowest);
  }
  fail(ASSAY_INVALID_ARGUMENT, "%s=%" PRId64 " must be in [%" PRId64 ", %" PRId64 "]", name, value, lowest, highest);
}

void validate_required(const char* name, const void* pointer) {
  if (pointer == nullptr) fail(ASSAY_INVALID_ARGUMENT, "%s=null must point to memory", name);
}

void validate_buffer(const char* name, const void* pointer, int64_t count) {
  if (count > 0) validate_required(name, pointer);
}

void validate_ignore(int64_t ignore) {
  if (ignore < -1 || ignore > 255) {
    fail(ASSAY_INVALID_ARGUMENT, "ignore=%" PRId64 " must be a byte, or -1 for none", ignore);
  }
}

void validate_element_type(const char* name, int64_t dtype) {
  validate_range(name, dtype, ASSAY_F32, ASSAY_BF16);
  if (dtype == ASSAY_F16) fail(ASSAY_UNSUPPORTED, "%s=1 (fp16) must be 0 (fp32) or 2 (bf16)", name);
}

void validate_finite(const char* name, double value) {
  if (!std::isfinite(value)) fail(ASSAY_INVALID_ARGUMENT, "%s=%g must be finite", name, value);
}

void validate_exec(const AssayExec& exec) {
  validate_struct_size("exec", exec.struct_size, sizeof(AssayExec));
  validate_range("exec.device", exec.device, ASSAY_CPU, INT32_MAX);
  validate_range("exec.threads", exec.threads, 0, 4096);
  validate_range("exec.scratch.bytes", exec.scratch.bytes, 0, INT64_MAX);
  if (exec.scratch.bytes > 0) validate_required("exec.scratch.memory", exec.scratch.memory);
  if (reinterpret_cast<uintptr_t>(exec.scratch.memory) % 256 != 0) {
    fail(ASSAY_INVALID_ARGUMENT, "exec.scratch.memory=%p must be aligned to 256 bytes", exec.scratch.memory);
  }
}

int64_t multiply_sizes(const char* name, int64_t a, int64_t b) {
  int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) {
    fail(ASSAY_INVALID_ARGUMENT, "%s: %" PRId64 " * %" PRId64 " must fit 63 bits", name, a, b);
  }
  return product;
}

namespace {

int64_t element_size(const char* name, int64_t dtype) {
  if (dtype == ASSAY_F32) return 4;
  if (dtype == ASSAY_F16 || dtype == ASSAY_BF16) return 2;
  fail(ASSAY_INVALID_ARGUMENT, "%s.dtype=%" PRId64 " must be 0 (fp32), 1 (fp16) or 2 (bf16)", name, dtype);
}

void validate_layout(const char* name, const AssayTensor& t) {
  const bool planar = t.stride_w == 1 || t.w <= 1;
  const bool interleaved = t.stride_c == 1 || t.c <= 1;
  if (!planar && !interleaved) {
    fail(ASSAY_INVALID_ARGUMENT,
         "%s.stride_w=%" PRId64 ", %s.stride_c=%" PRId64 ": one of them must be 1 (NCHW or NHWC)", name, t.stride_w,
         name, t.stride_c);
  }
}

}  // namespace

void validate_tensor(const char* name, const AssayTensor& t) {
  const int64_t size = element_size(name, t.dtype);
  const struct {
    const char* field;
    int64_t extent, lowest, highest, stride;
  } axes[] = {{"n", t.n, 0, INT32_MAX, t.stride_n},
              {"c", t.c, 1, ASSAY_MAX_CLASSES, t.stride_c},
              {"h", t.h, 0, INT32_MAX, t.stride_h},
              {"w", t.w, 0, INT32_MAX, t.stride_w}};
  char label[64];
  int64_t pixels = 1;
  int64_t last = 0;
  for (const auto& axis : axes) {
    std::snprintf(label, sizeof label, "%s.%s", name, axis.field);
    validate_range(label, axis.extent, axis.lowest, axis.highest);
    if (axis.field[0] != 'c') pixels = multiply_sizes(label, pixels, axis.extent);
    std::snprintf(label, sizeof label, "%s.stride_%s", name, axis.field);
    validate_range(label, axis.stride, 0, INT64_MAX);
    if (axis.extent > 1 && __builtin_add_overflow(last, multiply_sizes(label, axis.stride, axis.extent - 1), &last)) {
      fail(ASSAY_INVALID_ARGUMENT, "%s: the offset of the last element must fit 63 bits", label);
    }
  }
  validate_layout(name, t);
  multiply_sizes(name, multiply_sizes(name, pixels, t.c), size);
  multiply_sizes(name, last, size);
  std::snprintf(label, sizeof label, "%s.data", name);
  validate_buffer(label, t.data, pixels);
}

}  // namespace assay::capi
