// libcudnn_cnn's convolutions, forward and backward.
#include <cmath>

#include "cudnn/convolution_call.h"
#include "cudnn/handle.h"
#include "cudnn/values.h"

using namespace emulated_cudnn;

namespace {

// What cudnnFind...Ex does with the memory it is given: it tries the algorithms, so the output and the workspace are
// anything afterwards.
void scribble_after_trials(void* handle, const Tensor& output, void* data, void* workspace, size_t bytes) {
  require_pointer(data, "the output");
  enqueue_with_workspace(handle, "cudnnFind", workspace, bytes, bytes, [=] {
    write(output, data, std::vector<float>(static_cast<size_t>(output.elements()), -12345.0f), {});
  });
}

// Leaves those that work in so much workspace.
void keep_fitting(Performance* results, int* returned, size_t bytes) {
  int kept = 0;
  for (int i = 0; i < *returned; ++i)
    if (results[i].status == CUDNN_STATUS_SUCCESS && results[i].memory <= bytes) results[kept++] = results[i];
  *returned = kept;
}

void require_pointers(const void* first, const void* second, const void* output) {
  require_pointer(first, "the first input");
  require_pointer(second, "the second input");
  require_pointer(output, "the output");
}

void add_and_activate(std::vector<float>& y, const std::vector<float>& bias, const std::vector<float>& z,
                      const Blend& blend, const Activation& activation) {
  for (size_t i = 0; i < y.size(); ++i) {
    float value = blend.alpha * y[i] + bias[i % bias.size()];
    if (blend.beta != 0) value += blend.beta * z[i];
    if (activation.mode == kRelu && !(value > 0)) value = std::isnan(value) && activation.propagate_nan ? value : 0;
    y[i] = value;
  }
}

}  // namespace

EMULATOR_ENTRY Status cudnnConvolutionForward(void* handle, const void* alpha, void* x_desc, const void* x,
                                              void* w_desc, const void* w, void* conv_desc, int algo, void* workspace,
                                              size_t bytes, const void* beta, void* y_desc, void* y) {
  return cudnn_call("cudnnConvolutionForward", [&] {
    const ConvolutionCall call(x_desc, w_desc, conv_desc, y_desc);
    require_pointers(x, w, y);
    const Blend blend = blend_of(alpha, beta);
    enqueue_with_workspace(
        handle, "cudnnConvolutionForward", workspace, bytes, call.workspace(Direction::kForward, algo), [=] {
          write(call.y, y, convolution_forward(call.shape(), read(call.x, x), read(call.filter_tensor(), w)), blend);
        });
  });
}

EMULATOR_ENTRY Status cudnnConvolutionBackwardData(void* handle, const void* alpha, void* w_desc, const void* w,
                                                   void* dy_desc, const void* dy, void* conv_desc, int algo,
                                                   void* workspace, size_t bytes, const void* beta, void* dx_desc,
                                                   void* dx) {
  return cudnn_call("cudnnConvolutionBackwardData", [&] {
    const ConvolutionCall call(dx_desc, w_desc, conv_desc, dy_desc);
    require_pointers(w, dy, dx);
    const Blend blend = blend_of(alpha, beta);
    enqueue_with_workspace(
        handle, "cudnnConvolutionBackwardData", workspace, bytes, call.workspace(Direction::kBackwardData, algo), [=] {
          write(call.x, dx, convolution_backward_data(call.shape(), read(call.filter_tensor(), w), read(call.y, dy)),
                blend);
        });
  });
}

EMULATOR_ENTRY Status cudnnConvolutionBackwardFilter(void* handle, const void* alpha, void* x_desc, const void* x,
                                                     void* dy_desc, const void* dy, void* conv_desc, int algo,
                                                     void* workspace, size_t bytes, const void* beta, void* dw_desc,
                                                     void* dw) {
  return cudnn_call("cudnnConvolutionBackwardFilter", [&] {
    const ConvolutionCall call(x_desc, dw_desc, conv_desc, dy_desc);
    require_pointers(x, dy, dw);
    const Blend blend = blend_of(alpha, beta);
    enqueue_with_workspace(handle, "cudnnConvolutionBackwardFilter", workspace, bytes,
                           call.workspace(Direction::kBackwardFilter, algo), [=] {
                             write(call.filter_tensor(), dw,
                                   convolution_backward_filter(call.shape(), read(call.x, x), read(call.y, dy)), blend);
                           });
  });
}

EMULATOR_ENTRY Status cudnnConvolutionBackwardBias(void* handle, const void* alpha, void* dy_desc, const void* dy,
                                                   const void* beta, void* db_desc, void* db) {
  return cudnn_call("cudnnConvolutionBackwardBias", [&] {
    const Tensor dys = ready<Tensor>(dy_desc, "dyDesc"), dbs = ready<Tensor>(db_desc, "dbDesc");
    require(dbs.dims == std::array<int64_t, 4>{1, dys.dims[1], 1, 1}, CUDNN_STATUS_BAD_PARAM,
            "db must be 1 x c x 1 x 1");
    require(dys.type == dbs.type, CUDNN_STATUS_BAD_PARAM, "dy and db differ in type");
    const Blend blend = blend_of(alpha, beta);
    enqueue(handle, "cudnnConvolutionBackwardBias", [=] {
      const std::vector<float> values = read(dys, dy);
      std::vector<double> sums(static_cast<size_t>(dys.dims[1]));
      for (size_t i = 0; i < values.size(); ++i) sums[i % sums.size()] += values[i];
      write(dbs, db, std::vector<float>(sums.begin(), sums.end()), blend);
    });
  });
}

// y = activation(alpha1 * conv(x, w) + alpha2 * z + bias).
EMULATOR_ENTRY Status cudnnConvolutionBiasActivationForward(void* handle, const void* alpha1, void* x_desc,
                                                            const void* x, void* w_desc, const void* w, void* conv_desc,
                                                            int algo, void* workspace, size_t bytes, const void* alpha2,
                                                            void* z_desc, const void* z, void* bias_desc,
                                                            const void* bias, void* activation_desc, void* y_desc,
                                                            void* y) {
  return cudnn_call("cudnnConvolutionBiasActivationForward", [&] {
    const ConvolutionCall call(x_desc, w_desc, conv_desc, y_desc);
    const Tensor zs = ready<Tensor>(z_desc, "zDesc"), biases = ready<Tensor>(bias_desc, "biasDesc");
    const Activation activation = ready<Activation>(activation_desc, "activationDesc");
    require(activation.mode == kRelu || activation.mode == kIdentity, CUDNN_STATUS_NOT_SUPPORTED,
            "the activation must be relu or identity");
    require(activation.mode != kIdentity || algo == 1, CUDNN_STATUS_NOT_SUPPORTED,
            "with the identity the algorithm must be IMPLICIT_PRECOMP_GEMM");
    require(zs.dims == call.y.dims && zs.type == call.y.type && zs.strides == call.y.strides, CUDNN_STATUS_BAD_PARAM,
            "z must have the descriptor of y");
    require(biases.dims == std::array<int64_t, 4>{1, call.y.dims[1], 1, 1}, CUDNN_STATUS_BAD_PARAM,
            "the bias must be 1 x k x 1 x 1");
    require_pointers(x, w, y);
    require_pointers(z, bias, y);
    const Blend blend = blend_of(alpha1, alpha2);
    enqueue_with_workspace(handle, "cudnnConvolutionBiasActivationForward", workspace, bytes,
                           call.workspace(Direction::kForward, algo), [=] {
                             std::vector<float> values =
                                 convolution_forward(call.shape(), read(call.x, x), read(call.filter_tensor(), w));
                             add_and_activate(values, read(biases, bias), read(zs, z), blend, activation);
                             write(call.y, y, values, {});
                           });
  });
}

EMULATOR_ENTRY Status cudnnFindConvolutionForwardAlgorithmEx(void* handle, void* x_desc, const void*, void* w_desc,
                                                             const void*, void* conv_desc, void* y_desc, void* y,
                                                             int wanted, int* returned, Performance* results,
                                                             void* workspace, size_t bytes) {
  return cudnn_call("cudnnFindConvolutionForwardAlgorithmEx", [&] {
    const ConvolutionCall call(x_desc, w_desc, conv_desc, y_desc);
    *returned = rank_algorithms(Direction::kForward, call.largest(), call.convolution.math_type, true, wanted, results);
    keep_fitting(results, returned, bytes);
    scribble_after_trials(handle, call.y, y, workspace, bytes);
  });
}

EMULATOR_ENTRY Status cudnnFindConvolutionBackwardDataAlgorithmEx(void* handle, void* w_desc, const void*,
                                                                  void* dy_desc, const void*, void* conv_desc,
                                                                  void* dx_desc, void* dx, int wanted, int* returned,
                                                                  Performance* results, void* workspace, size_t bytes) {
  return cudnn_call("cudnnFindConvolutionBackwardDataAlgorithmEx", [&] {
    const ConvolutionCall call(dx_desc, w_desc, conv_desc, dy_desc);
    *returned =
        rank_algorithms(Direction::kBackwardData, call.largest(), call.convolution.math_type, true, wanted, results);
    keep_fitting(results, returned, bytes);
    scribble_after_trials(handle, call.x, dx, workspace, bytes);
  });
}

EMULATOR_ENTRY Status cudnnFindConvolutionBackwardFilterAlgorithmEx(void* handle, void* x_desc, const void*,
                                                                    void* dy_desc, const void*, void* conv_desc,
                                                                    void* dw_desc, void* dw, int wanted, int* returned,
                                                                    Performance* results, void* workspace,
                                                                    size_t bytes) {
  return cudnn_call("cudnnFindConvolutionBackwardFilterAlgorithmEx", [&] {
    const ConvolutionCall call(x_desc, dw_desc, conv_desc, dy_desc);
    *returned =
        rank_algorithms(Direction::kBackwardFilter, call.largest(), call.convolution.math_type, true, wanted, results);
    keep_fitting(results, returned, bytes);
    scribble_after_trials(handle, call.filter_tensor(), dw, workspace, bytes);
  });
}
