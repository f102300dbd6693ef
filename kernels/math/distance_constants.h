// Constants of math/distance_math.inl.h, and how context_distance and k_center lay mixtures out.
#ifndef ASSAY_MATH_DISTANCE_CONSTANTS_H
#define ASSAY_MATH_DISTANCE_CONSTANTS_H

#include <cstdint>

namespace assay::math {

// Lanes of a distance's sum.
constexpr int64_t kSumLanes = 32;

constexpr float kMixtureFloor = 1e-12f;
// Stand-ins for p and ln p of an absent class: p below every floored entry, ln p above every logarithm.
constexpr float kAbsentProbability = 0.0f;
constexpr float kAbsentLogarithm = 128.0f;

// A prepared mixture is its C x C entries in row-major order, padded with absent ones to whole blocks of 32: for each
// block 32 values of p, then 32 of ln p.
constexpr int64_t kMixtureBlock = 2 * kSumLanes;
constexpr int64_t mixture_blocks(int64_t classes) { return (classes * classes + kSumLanes - 1) / kSumLanes; }
// Which classes are present, 32 to a word.
constexpr int64_t presence_words(int64_t classes) { return (classes + 31) / 32; }

}  // namespace assay::math

#endif
