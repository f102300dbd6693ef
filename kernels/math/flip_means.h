// What flip_consistency sums over an image, and what becomes of it.
#ifndef ASSAY_MATH_FLIP_MEANS_H
#define ASSAY_MATH_FLIP_MEANS_H

#include "assay/kernels/flip_consistency.h"
#include "math/score_constants.h"

#if defined(__CUDACC__)
#define ASSAY_FLIP_MEANS __host__ __device__ inline
#else
#define ASSAY_FLIP_MEANS inline
#endif

namespace assay::math {

// The sums of one image: units of 2^-24, then counts of pixels.
enum FlipTotal {
  kSymmetricKlTotal,
  kJensenShannonTotal,
  kEntropyOfMeanTotal,
  kEntropyTotal,
  kEntropyFlippedTotal,
  kDisagreementTotal,
  kBadTotal,
  kFlipTotals
};

// Writes the wanted means of image n from its totals.
ASSAY_FLIP_MEANS void write_image_means(const AssayFlipConsistencyArgs& args, int64_t n, const uint64_t* totals) {
  const int64_t pixels = args.input.h * args.input.w;
  const double one = pixels == 0 ? 0.0 : 1.0 / static_cast<double>(pixels);
  const auto mean = [&](FlipTotal total) { return static_cast<double>(totals[total]) * kSignalUnit * one; };
  if (args.image_entropy_sum != nullptr) {
    args.image_entropy_sum[n] = mean(kEntropyTotal) + mean(kEntropyFlippedTotal);
  }
  if (args.image_symmetric_kl != nullptr) args.image_symmetric_kl[n] = mean(kSymmetricKlTotal);
  if (args.image_jensen_shannon != nullptr) args.image_jensen_shannon[n] = mean(kJensenShannonTotal);
  if (args.image_entropy_of_mean != nullptr) args.image_entropy_of_mean[n] = mean(kEntropyOfMeanTotal);
  if (args.image_argmax_disagreement != nullptr) {
    args.image_argmax_disagreement[n] = static_cast<double>(totals[kDisagreementTotal]) * one;
  }
}

}  // namespace assay::math

#undef ASSAY_FLIP_MEANS

#endif
