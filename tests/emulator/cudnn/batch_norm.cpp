// libcudnn_ops' batch normalisation, spatial modes.
#include "cudnn/batch_norm_passes.h"
#include "cudnn/handle.h"

using namespace emulated_cudnn;

namespace {

constexpr size_t kWorkspace = 1024;

}  // namespace

EMULATOR_ENTRY Status cudnnDeriveBNTensorDescriptor(void* derived, void* x_desc, int mode) {
  return cudnn_call("cudnnDeriveBNTensorDescriptor", [&] {
    require_mode(mode);
    const int64_t c = ready<Tensor>(x_desc, "xDesc").dims[1];
    live<Tensor>(derived, "derivedBnDesc") = {kFloat, {1, c, 1, 1}, {c, 1, 1, 1}};
  });
}

EMULATOR_ENTRY Status cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize(void* handle, int mode, int ops,
                                                                               void* x_desc, void*, void*, void*, void*,
                                                                               size_t* bytes) {
  return cudnn_call("cudnnGetBatchNormalizationForwardTrainingExWorkspaceSize", [&] {
    handle_of(handle);
    require_mode(mode);
    require_ops(ops, mode, ready<Tensor>(x_desc, "xDesc"));
    *bytes = kWorkspace;
  });
}

EMULATOR_ENTRY Status cudnnGetBatchNormalizationBackwardExWorkspaceSize(void* handle, int mode, int ops, void* x_desc,
                                                                        void*, void*, void*, void*, void*, void*,
                                                                        size_t* bytes) {
  return cudnn_call("cudnnGetBatchNormalizationBackwardExWorkspaceSize", [&] {
    handle_of(handle);
    require_mode(mode);
    require_ops(ops, mode, ready<Tensor>(x_desc, "xDesc"));
    *bytes = 2 * kWorkspace;
  });
}

EMULATOR_ENTRY Status cudnnGetBatchNormalizationTrainingExReserveSpaceSize(void* handle, int mode, int ops, void*,
                                                                           void* x_desc, size_t* bytes) {
  return cudnn_call("cudnnGetBatchNormalizationTrainingExReserveSpaceSize", [&] {
    handle_of(handle);
    require_mode(mode);
    const Tensor& x = ready<Tensor>(x_desc, "xDesc");
    require_ops(ops, mode, x);
    *bytes = reserve_bytes(ops, x);
  });
}

EMULATOR_ENTRY Status cudnnBatchNormalizationForwardTraining(void* handle, int mode, const void* alpha,
                                                             const void* beta, void* x_desc, const void* x,
                                                             void* y_desc, void* y, void* parameters_desc,
                                                             const void* scale, const void* bias, double factor,
                                                             void* running_mean, void* running_variance, double epsilon,
                                                             void* saved_mean, void* saved_inverse) {
  return cudnn_call("cudnnBatchNormalizationForwardTraining", [&] {
    Training t;
    t.x = ready<Tensor>(x_desc, "xDesc");
    t.y = ready<Tensor>(y_desc, "yDesc");
    t.x_data = x;
    t.y_data = y;
    t.scale = static_cast<const float*>(scale);
    t.bias = static_cast<const float*>(bias);
    t.factor = factor;
    t.epsilon = epsilon;
    t.running_mean = static_cast<float*>(running_mean);
    t.running_variance = static_cast<float*>(running_variance);
    t.saved_mean = static_cast<float*>(saved_mean);
    t.saved_inverse = static_cast<float*>(saved_inverse);
    t.blend = blend_of(alpha, beta);
    t.check(parameters_desc, mode);
    enqueue(handle, "cudnnBatchNormalizationForwardTraining", [t] { t.run(); });
  });
}

EMULATOR_ENTRY Status cudnnBatchNormalizationForwardTrainingEx(
    void* handle, int mode, int ops, const void* alpha, const void* beta, void* x_desc, const void* x, void* z_desc,
    const void* z, void* y_desc, void* y, void* parameters_desc, const void* scale, const void* bias, double factor,
    void* running_mean, void* running_variance, double epsilon, void* saved_mean, void* saved_inverse, void* activation,
    void* workspace, size_t workspace_size, void* reserve, size_t reserve_size) {
  return cudnn_call("cudnnBatchNormalizationForwardTrainingEx", [&] {
    Training t;
    t.ops = ops;
    t.x = ready<Tensor>(x_desc, "xDesc");
    t.y = ready<Tensor>(y_desc, "yDesc");
    t.x_data = x;
    t.y_data = y;
    t.scale = static_cast<const float*>(scale);
    t.bias = static_cast<const float*>(bias);
    t.factor = factor;
    t.epsilon = epsilon;
    t.running_mean = static_cast<float*>(running_mean);
    t.running_variance = static_cast<float*>(running_variance);
    t.saved_mean = static_cast<float*>(saved_mean);
    t.saved_inverse = static_cast<float*>(saved_inverse);
    t.reserve = reserve;
    t.blend = blend_of(alpha, beta);
    t.check(parameters_desc, mode);
    require_relu(ops, activation);
    if (ops == kWithAddAndActivation) {
      t.z = ready<Tensor>(z_desc, "zDesc");
      t.z_data = z;
      require_like(t.z, t.x, "x and z differ in shape or type");
      require_pointer(z, "z");
    }
    require_pointer(reserve, "the reserve space");
    require(reserve_size >= reserve_bytes(ops, t.x), CUDNN_STATUS_BAD_PARAM, "the reserve space is too small");
    enqueue_with_workspace(handle, "cudnnBatchNormalizationForwardTrainingEx", workspace, workspace_size, kWorkspace,
                           [t] { t.run(); });
  });
}

EMULATOR_ENTRY Status cudnnBatchNormalizationForwardInference(void* handle, int mode, const void* alpha,
                                                              const void* beta, void* x_desc, const void* x,
                                                              void* y_desc, void* y, void* parameters_desc,
                                                              const void* scale, const void* bias, const void* mean,
                                                              const void* variance, double epsilon) {
  return cudnn_call("cudnnBatchNormalizationForwardInference", [&] {
    const Tensor xs = ready<Tensor>(x_desc, "xDesc"), ys = ready<Tensor>(y_desc, "yDesc");
    require_mode(mode);
    require_like(ys, xs, "x and y differ in shape or type");
    require_parameters(ready<Tensor>(parameters_desc, "bnScaleBiasMeanVarDesc"), xs);
    for (const void* parameter : {scale, bias, mean, variance}) require_pointer(parameter, "a parameter");
    const Blend blend = blend_of(alpha, beta);
    const auto values_of = [count = static_cast<size_t>(xs.dims[1])](const void* data) {
      return to_values(static_cast<const float*>(data), count);
    };
    enqueue(handle, "cudnnBatchNormalizationForwardInference", [=] {
      const Values variances = values_of(variance);
      const Values inverse = inverse_deviation(std::vector<double>(variances.begin(), variances.end()), epsilon);
      write(ys, y, normalise(read(xs, x), values_of(mean), inverse, values_of(scale), values_of(bias)), blend);
    });
  });
}

EMULATOR_ENTRY Status cudnnBatchNormalizationBackward(void* handle, int mode, const void* alpha_data,
                                                      const void* beta_data, const void* alpha_parameters,
                                                      const void* beta_parameters, void* x_desc, const void* x,
                                                      void* dy_desc, const void* dy, void* dx_desc, void* dx,
                                                      void* parameters_desc, const void* scale, void* dscale,
                                                      void* dbias, double epsilon, const void* saved_mean,
                                                      const void* saved_inverse) {
  return cudnn_call("cudnnBatchNormalizationBackward", [&] {
    Backward b;
    b.x = ready<Tensor>(x_desc, "xDesc");
    b.dy = ready<Tensor>(dy_desc, "dyDesc");
    b.dx = ready<Tensor>(dx_desc, "dxDesc");
    b.x_data = x;
    b.dy_data = dy;
    b.dx_data = dx;
    b.scale = static_cast<const float*>(scale);
    b.dscale = static_cast<float*>(dscale);
    b.dbias = static_cast<float*>(dbias);
    b.epsilon = epsilon;
    b.saved_mean = static_cast<const float*>(saved_mean);
    b.saved_inverse = static_cast<const float*>(saved_inverse);
    b.data = blend_of(alpha_data, beta_data);
    b.parameters = blend_of(alpha_parameters, beta_parameters);
    b.check(parameters_desc, mode);
    enqueue(handle, "cudnnBatchNormalizationBackward", [b] { b.run(); });
  });
}

EMULATOR_ENTRY Status cudnnBatchNormalizationBackwardEx(
    void* handle, int mode, int ops, const void* alpha_data, const void* beta_data, const void* alpha_parameters,
    const void* beta_parameters, void* x_desc, const void* x, void*, const void*, void* dy_desc, const void* dy,
    void* dz_desc, void* dz, void* dx_desc, void* dx, void* parameters_desc, const void* scale, const void*,
    void* dscale, void* dbias, double epsilon, const void* saved_mean, const void* saved_inverse, void* activation,
    void* workspace, size_t workspace_size, void* reserve, size_t reserve_size) {
  return cudnn_call("cudnnBatchNormalizationBackwardEx", [&] {
    Backward b;
    b.ops = ops;
    b.x = ready<Tensor>(x_desc, "xDesc");
    b.dy = ready<Tensor>(dy_desc, "dyDesc");
    b.dx = ready<Tensor>(dx_desc, "dxDesc");
    b.x_data = x;
    b.dy_data = dy;
    b.dx_data = dx;
    b.scale = static_cast<const float*>(scale);
    b.dscale = static_cast<float*>(dscale);
    b.dbias = static_cast<float*>(dbias);
    b.epsilon = epsilon;
    b.saved_mean = static_cast<const float*>(saved_mean);
    b.saved_inverse = static_cast<const float*>(saved_inverse);
    b.reserve = reserve;
    b.data = blend_of(alpha_data, beta_data);
    b.parameters = blend_of(alpha_parameters, beta_parameters);
    b.check(parameters_desc, mode);
    require_relu(ops, activation);
    if (ops == kWithAddAndActivation) {
      b.dz = ready<Tensor>(dz_desc, "dzDesc");
      b.dz_data = dz;
      require_like(b.dz, b.x, "x and dz differ in shape or type");
      require_pointer(dz, "dz");
    }
    require_pointer(reserve, "the reserve space");
    require(reserve_size >= reserve_bytes(ops, b.x), CUDNN_STATUS_BAD_PARAM, "the reserve space is too small");
    enqueue_with_workspace(handle, "cudnnBatchNormalizationBackwardEx", workspace, workspace_size, 2 * kWorkspace,
                           [b] { b.run(); });
  });
}
