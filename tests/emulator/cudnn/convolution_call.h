// What every convolution call checks first.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_CONVOLUTION_CALL_H
#define ASSAY_TESTS_EMULATOR_CUDNN_CONVOLUTION_CALL_H

#include "cudnn/algorithms.h"
#include "cudnn/convolution_math.h"

namespace emulated_cudnn {

// x (or dx), filter (or its gradient) and y (or dy) of one convolution that fit together.
struct ConvolutionCall {
  Tensor x, y;
  Filter w;
  Convolution convolution;

  ConvolutionCall(void* x_desc, void* w_desc, void* conv_desc, void* y_desc);
  ConvolutionShape shape() const { return {convolution, x.dims, w.dims, y.dims}; }
  // The filter's memory as K x R x S x C.
  Tensor filter_tensor() const { return w.as_tensor(); }
  const Tensor& largest() const { return x.elements() > y.elements() ? x : y; }
  // Bytes of workspace that `algo` needs. Throws NOT_SUPPORTED for one that cannot do it.
  size_t workspace(Direction direction, int algo) const;
};

std::array<int64_t, 4> output_dims(const Convolution& convolution, const Tensor& x, const Filter& w);

}  // namespace emulated_cudnn

#endif
