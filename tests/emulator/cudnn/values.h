// Tensors as dense NHWC arrays of float, and back. All arithmetic of the emulated cuDNN happens on these.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_VALUES_H
#define ASSAY_TESTS_EMULATOR_CUDNN_VALUES_H

#include <vector>

#include "core/elements.h"
#include "cudnn/descriptors.h"

namespace emulated_cudnn {

// alpha and beta of a call: out = alpha * result + beta * out, where out is not read if beta is 0.
struct Blend {
  float alpha = 1, beta = 0;
};
// Read from the host now, as cuDNN does.
EMULATOR_EXPORT Blend blend_of(const void* alpha, const void* beta);

EMULATOR_EXPORT std::vector<float> read(const Tensor& tensor, const void* data);
EMULATOR_EXPORT void write(const Tensor& tensor, void* data, const std::vector<float>& result, const Blend& blend);

}  // namespace emulated_cudnn

#endif
