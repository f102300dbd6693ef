#include "capi/validate.h"

namespace assay::capi {
namespace {

constexpr int64_t kLargestExtent = 32767;  // math/resize_axis.h
constexpr int64_t kMostChannels = 65536;   // a row of pixels then has fewer than 2^31 elements

}  // namespace

void validate(const AssayResizeArgs& args, bool) {
  validate_range("rule", args.rule, ASSAY_BILINEAR_HALF_PIXEL, ASSAY_NEAREST_HALF_PIXEL);
  validate_range("direction", args.direction, ASSAY_RESIZE_FORWARD, ASSAY_RESIZE_BACKWARD);
  validate_element_type("dtype", args.dtype);
  validate_range("n", args.n, 1, INT32_MAX);
  validate_range("c", args.c, 1, kMostChannels);
  validate_range("in_h", args.in_h, 1, kLargestExtent);
  validate_range("in_w", args.in_w, 1, kLargestExtent);
  validate_range("out_h", args.out_h, 1, kLargestExtent);
  validate_range("out_w", args.out_w, 1, kLargestExtent);
  const int64_t bytes_per_pixel = multiply_sizes("n", args.n, args.c * 4);
  multiply_sizes("x", bytes_per_pixel, args.in_h * args.in_w);
  multiply_sizes("y", bytes_per_pixel, args.out_h * args.out_w);
  validate_required("from", args.from);
  validate_required("to", args.to);
}

}  // namespace assay::capi
