// Batch normalisation over n, h and w of dense NHWC arrays, per channel. Sums in double.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_BATCH_NORM_MATH_H
#define ASSAY_TESTS_EMULATOR_CUDNN_BATCH_NORM_MATH_H

#include <cstddef>
#include <vector>

#include "core/export.h"

namespace emulated_cudnn {

using Values = std::vector<float>;

// Of each channel: mean, biased variance, and how many values there were.
struct Statistics {
  std::vector<double> mean, variance;
  double count = 0;
};
EMULATOR_EXPORT Statistics statistics(const Values& x, size_t channels);

// (x - mean) * inverse_deviation * scale + bias.
EMULATOR_EXPORT Values normalise(const Values& x, const Values& mean, const Values& inverse_deviation,
                                 const Values& scale, const Values& bias);
EMULATOR_EXPORT Values inverse_deviation(const std::vector<double>& variance, double epsilon);

struct Gradients {
  Values x, scale, bias;
};
EMULATOR_EXPORT Gradients normalise_backward(const Values& x, const Values& dy, const Values& mean,
                                             const Values& inverse_deviation, const Values& scale);

}  // namespace emulated_cudnn

#endif
