// The counter-based generator of dropout_mask, on the host and in CUDA bodies.
#ifndef ASSAY_MATH_COUNTER_RANDOM_H
#define ASSAY_MATH_COUNTER_RANDOM_H

#include <cstdint>

#include "math/scalar_ops.h"

namespace assay::math {

constexpr int64_t kDrawsPerCounter = 4;

// The 64 bits that belong to elements 4 quad .. 4 quad + 3, the first in the lowest 16.
ASSAY_MATH uint64_t counter_draws(uint64_t key, int64_t quad) {
  uint64_t z = key + static_cast<uint64_t>(quad) * 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

ASSAY_MATH bool is_kept(uint64_t draws, int64_t element, int64_t threshold) {
  return static_cast<int64_t>(draws >> (16 * (element % kDrawsPerCounter)) & 0xffffu) >= threshold;
}

}  // namespace assay::math

#endif
