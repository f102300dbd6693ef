// The arithmetic of fold_normalisation, on the host and in CUDA bodies: built without contraction.
#ifndef ASSAY_MATH_FOLDED_NORMALISATION_H
#define ASSAY_MATH_FOLDED_NORMALISATION_H

#include "assay/kernels/fold_normalisation.h"
#include "math/scalar_ops.h"

namespace assay::math {

ASSAY_MATH double folded_factor(const AssayFoldNormalisationArgs& args, int64_t output) {
  const double variance = static_cast<double>(args.variance[output]);
  return static_cast<double>(args.scale[output]) / ::sqrt(variance + args.epsilon);
}

ASSAY_MATH float folded_bias(const AssayFoldNormalisationArgs& args, int64_t output, double factor) {
  const double bias = args.bias == nullptr ? 0.0 : static_cast<double>(args.bias[output]);
  const double centred = bias - static_cast<double>(args.mean[output]);
  return static_cast<float>(static_cast<double>(args.shift[output]) + centred * factor);
}

ASSAY_MATH float folded_weight(float weight, double factor) {
  return static_cast<float>(static_cast<double>(weight) * factor);
}

}  // namespace assay::math

#endif
