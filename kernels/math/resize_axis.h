// Which source pixels an output pixel of resize reads, and which outputs read a source pixel, along one axis. Integer
// arithmetic and one correctly rounded division: the same on the host and in CUDA bodies.
#ifndef ASSAY_MATH_RESIZE_AXIS_H
#define ASSAY_MATH_RESIZE_AXIS_H

#include <cstdint>

#include "assay/kernels/resize.h"
#include "math/scalar_ops.h"

namespace assay::math {

// Extents are at most 32767, so that nothing below leaves 32 bits.
struct ResizeAxis {
  int32_t rule, in, out;
};

// The output is (1 - share) low + share high.
struct ResizeSource {
  int32_t low, high;
  float share;
};

// An output's place in the source is position / unit pixels.
struct ResizePosition {
  int32_t position, unit;
};

ASSAY_MATH ResizePosition resize_position(const ResizeAxis& axis, int32_t output) {
  if (axis.rule == ASSAY_NEAREST_HALF_PIXEL) return {(2 * output + 1) * axis.in, 2 * axis.out};
  if (axis.rule == ASSAY_BILINEAR_HALF_PIXEL) {
    const int32_t position = (2 * output + 1) * axis.in - axis.out;
    return {position < 0 ? 0 : position, 2 * axis.out};
  }
  return {axis.out == 1 ? 0 : output * (axis.in - 1), axis.out == 1 ? 1 : axis.out - 1};
}

ASSAY_MATH ResizeSource resize_source(const ResizeAxis& axis, int32_t output) {
  const ResizePosition at = resize_position(axis, output);
  const int32_t low = at.position / at.unit;
  if (axis.rule == ASSAY_NEAREST_HALF_PIXEL) return {low, low, 0.0f};
  const float share = static_cast<float>(at.position - low * at.unit) / static_cast<float>(at.unit);
  return {low, low + 1 < axis.in ? low + 1 : low, share};
}

// The first output whose `low` is at least `source`; axis.out when there is none.
ASSAY_MATH int32_t first_output_from(const ResizeAxis& axis, int32_t source) {
  if (source <= 0) return 0;
  if (source >= axis.in) return axis.out;
  if (axis.rule == ASSAY_BILINEAR_ALIGNED_CORNERS) {
    return axis.out == 1 ? 1 : (source * (axis.out - 1) + axis.in - 2) / (axis.in - 1);
  }
  // (2 o + 1) in >= threshold, rounded up.
  const int32_t threshold = axis.rule == ASSAY_NEAREST_HALF_PIXEL ? 2 * source * axis.out : (2 * source + 1) * axis.out;
  const int32_t distance = threshold - axis.in;
  return distance <= 0 ? 0 : (distance + 2 * axis.in - 1) / (2 * axis.in);
}

// Outputs [first, end) read `source`, and no others.
struct ResizeReaders {
  int32_t first, end;
};

ASSAY_MATH ResizeReaders resize_readers(const ResizeAxis& axis, int32_t source) {
  const int32_t lowest = axis.rule == ASSAY_NEAREST_HALF_PIXEL ? source : source - 1;
  return {first_output_from(axis, lowest), first_output_from(axis, source + 1)};
}

// With what weight `output`, one of its readers, reads `source`. No integer division: this is an inner loop.
ASSAY_MATH float resize_weight(const ResizeAxis& axis, int32_t output, int32_t source) {
  if (axis.rule == ASSAY_NEAREST_HALF_PIXEL) return 1.0f;
  const ResizePosition at = resize_position(axis, output);
  const int32_t beyond = at.position - source * at.unit;
  const bool is_low = beyond >= 0;
  const float share = static_cast<float>(is_low ? beyond : beyond + at.unit) / static_cast<float>(at.unit);
  if (!is_low) return share;
  const float rest = 1.0f - share;
  return source + 1 < axis.in ? rest : rest + share;  // the last pixel is its own neighbour
}

}  // namespace assay::math

#endif
