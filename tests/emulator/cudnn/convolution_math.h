// Convolution as its sum says, on dense arrays: x and y NHWC, filters K x R x S x C. Sums in double.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_CONVOLUTION_MATH_H
#define ASSAY_TESTS_EMULATOR_CUDNN_CONVOLUTION_MATH_H

#include <vector>

#include "cudnn/descriptors.h"

namespace emulated_cudnn {

struct ConvolutionShape {
  Convolution convolution;
  std::array<int64_t, 4> x{}, w{}, y{};  // n c h w; k c r s; n k h w
};

EMULATOR_EXPORT std::vector<float> convolution_forward(const ConvolutionShape& shape, const std::vector<float>& x,
                                                       const std::vector<float>& w);
EMULATOR_EXPORT std::vector<float> convolution_backward_data(const ConvolutionShape& shape, const std::vector<float>& w,
                                                             const std::vector<float>& dy);
EMULATOR_EXPORT std::vector<float> convolution_backward_filter(const ConvolutionShape& shape,
                                                               const std::vector<float>& x,
                                                               const std::vector<float>& dy);

}  // namespace emulated_cudnn

#endif
