// Constants of math/score_math.inl.h that are the same for every instruction set.
#ifndef ASSAY_MATH_SCORE_CONSTANTS_H
#define ASSAY_MATH_SCORE_CONSTANTS_H

#include <cstdint>

namespace assay::math {

// 2^f on [-1/2, 1/2] is 1 + C1 f + ... + C5 f^5 within a relative 1.8e-7 (minimax, then rounded to fp32).
constexpr float kExp2C1 = 0.6931470036506653f;
constexpr float kExp2C2 = 0.24022242426872253f;
constexpr float kExp2C3 = 0.05550733581185341f;
constexpr float kExp2C4 = 0.009671512991189957f;
constexpr float kExp2C5 = 0.001326472731307149f;

// Bits of 1.0f, which biased_probability_units adds to every pixel.
constexpr uint32_t kProbabilityBias = 0x3f800000u;
constexpr double kProbabilityUnit = 1.0 / (1 << 23);
constexpr double kSignalUnit = 1.0 / (1 << 24);
constexpr double kMixtureUnit = 1.0 / (1 << 28);
// What a context mixture adds to every pixel's weight, in bits.
constexpr double kMixtureEps = 1e-8;
// Additions after which a 32-bit sum of probability units may have passed 2^32.
constexpr int64_t kProbabilityAdds = 511;

// A mean from its exact sum of units, rounded to fp32 once more.
constexpr float mean_of_units(uint64_t sum, double unit, int64_t count) {
  return static_cast<float>(static_cast<double>(sum) * unit / static_cast<double>(count));
}

constexpr float sum_of_units(uint64_t sum, double unit) { return static_cast<float>(static_cast<double>(sum) * unit); }

// An entry of a mixture's row from its exact sums over the row's pixels; 0 without pixels. A pixel's share of
// kMixtureEps goes to its own class: where that weight matters, its probabilities are as good as one-hot.
constexpr float mixture_of_units(uint64_t entry, uint64_t weight, int64_t pixels, bool diagonal) {
  if (pixels == 0) return 0.0f;
  const double eps = kMixtureEps * static_cast<double>(pixels);
  const double sum = static_cast<double>(entry) * kMixtureUnit + (diagonal ? eps : 0.0);
  return static_cast<float>(sum / (static_cast<double>(weight) * kMixtureUnit + eps));
}

}  // namespace assay::math

#endif
