// libcudnn_ops' element-wise calls.
#include <algorithm>
#include <cmath>

#include "cudnn/handle.h"
#include "cudnn/values.h"

using namespace emulated_cudnn;

namespace {

void require_same(const Tensor& a, const Tensor& b, const char* why) {
  require(a.dims == b.dims && a.type == b.type, CUDNN_STATUS_BAD_PARAM, why);
}

// CUDNN_ACTIVATION_IDENTITY is for the fused convolution alone.
void require_activation(const Activation& activation) {
  require(activation.mode != kIdentity, CUDNN_STATUS_BAD_PARAM,
          "CUDNN_ACTIVATION_IDENTITY does not work with cudnnActivationForward and Backward");
  require(activation.mode <= kTanh, CUDNN_STATUS_NOT_SUPPORTED, "sigmoid, relu and tanh are supported here");
}

float activate(const Activation& activation, float x) {
  if (activation.mode == kSigmoid) return 1.0f / (1.0f + std::exp(-x));
  if (activation.mode == kTanh) return std::tanh(x);
  if (std::isnan(x)) return activation.propagate_nan != 0 ? x : 0.0f;
  return x > 0 ? x : 0.0f;
}

float slope(const Activation& activation, float y) {
  if (activation.mode == kSigmoid) return y * (1.0f - y);
  if (activation.mode == kTanh) return 1.0f - y * y;
  return y > 0 ? 1.0f : 0.0f;
}

// `small`'s value for every element of `big`; each of its dimensions is the same or 1.
std::vector<float> broadcast(const Tensor& small, const void* data, const Tensor& big) {
  Tensor spread = small;
  for (size_t i = 0; i < 4; ++i) {
    if (small.dims[i] == big.dims[i]) continue;
    spread.dims[i] = big.dims[i];
    spread.strides[i] = 0;
  }
  return read(spread, data);
}

void require_broadcast(const Tensor& small, const Tensor& big, const char* why) {
  for (size_t i = 0; i < 4; ++i)
    require(small.dims[i] == big.dims[i] || small.dims[i] == 1, CUDNN_STATUS_BAD_PARAM, why);
}

float combine(int op, float a, float b) {
  switch (op) {
    case 0:
      return a + b;
    case 1:
      return a * b;
    case 2:
      return std::min(a, b);
    default:
      return std::max(a, b);
  }
}

}  // namespace

EMULATOR_ENTRY Status cudnnActivationForward(void* handle, void* activation_desc, const void* alpha, void* x_desc,
                                             const void* x, const void* beta, void* y_desc, void* y) {
  return cudnn_call("cudnnActivationForward", [&] {
    const Activation activation = ready<Activation>(activation_desc, "activationDesc");
    const Tensor from = ready<Tensor>(x_desc, "xDesc"), to = ready<Tensor>(y_desc, "yDesc");
    require_activation(activation);
    require_same(from, to, "x and y differ in shape or type");
    require(x != y || from.strides == to.strides, CUDNN_STATUS_BAD_PARAM, "in place, strides must be the same");
    const Blend blend = blend_of(alpha, beta);
    enqueue(handle, "cudnnActivationForward", [=] {
      std::vector<float> values = read(from, x);
      for (float& value : values) value = activate(activation, value);
      write(to, y, values, blend);
    });
  });
}

EMULATOR_ENTRY Status cudnnActivationBackward(void* handle, void* activation_desc, const void* alpha, void* y_desc,
                                              const void* y, void* dy_desc, const void* dy, void* x_desc, const void* x,
                                              const void* beta, void* dx_desc, void* dx) {
  return cudnn_call("cudnnActivationBackward", [&] {
    const Activation activation = ready<Activation>(activation_desc, "activationDesc");
    const Tensor ys = ready<Tensor>(y_desc, "yDesc"), dys = ready<Tensor>(dy_desc, "dyDesc"),
                 dxs = ready<Tensor>(dx_desc, "dxDesc");
    require_activation(activation);
    require_same(ys, ready<Tensor>(x_desc, "xDesc"), "x and y differ in shape or type");
    require_same(ys, dys, "y and dy differ in shape or type");
    require_same(ys, dxs, "y and dx differ in shape or type");
    require(ys.strides == dys.strides, CUDNN_STATUS_BAD_PARAM, "y and dy must have the same strides");
    require_pointer(x, "x");
    const Blend blend = blend_of(alpha, beta);
    enqueue(handle, "cudnnActivationBackward", [=] {
      const std::vector<float> outputs = read(ys, y);
      std::vector<float> values = read(dys, dy);
      for (size_t i = 0; i < values.size(); ++i) values[i] *= slope(activation, outputs[i]);
      write(dxs, dx, values, blend);
    });
  });
}

EMULATOR_ENTRY Status cudnnOpTensor(void* handle, void* op_desc, const void* alpha1, void* a_desc, const void* a,
                                    const void* alpha2, void* b_desc, const void* b, const void* beta, void* c_desc,
                                    void* c) {
  return cudnn_call("cudnnOpTensor", [&] {
    const OpTensor op = ready<OpTensor>(op_desc, "opTensorDesc");
    const Tensor as = ready<Tensor>(a_desc, "aDesc"), bs = ready<Tensor>(b_desc, "bDesc"),
                 cs = ready<Tensor>(c_desc, "cDesc");
    require(as.dims == cs.dims, CUDNN_STATUS_BAD_PARAM, "A and C differ in shape");
    require_broadcast(bs, cs, "B's dimensions must be those of C or 1");
    require(b != c || a == c, CUDNN_STATUS_BAD_PARAM, "where B is C, A must be C too");
    const Blend first = blend_of(alpha1, beta), second = blend_of(alpha2, beta);
    enqueue(handle, "cudnnOpTensor", [=] {
      std::vector<float> values = read(as, a);
      const std::vector<float> others = broadcast(bs, b, cs);
      for (size_t i = 0; i < values.size(); ++i)
        values[i] = combine(op.op, first.alpha * values[i], second.alpha * others[i]);
      write(cs, c, values, {1.0f, first.beta});
    });
  });
}

EMULATOR_ENTRY Status cudnnAddTensor(void* handle, const void* alpha, void* a_desc, const void* a, const void* beta,
                                     void* c_desc, void* c) {
  return cudnn_call("cudnnAddTensor", [&] {
    const Tensor as = ready<Tensor>(a_desc, "aDesc"), cs = ready<Tensor>(c_desc, "cDesc");
    require_broadcast(as, cs, "A's dimensions must be those of C or 1");
    require(as.type == cs.type, CUDNN_STATUS_BAD_PARAM, "A and C differ in type");
    const Blend blend = blend_of(alpha, beta);
    enqueue(handle, "cudnnAddTensor", [=] { write(cs, c, broadcast(as, a, cs), blend); });
  });
}

EMULATOR_ENTRY Status cudnnTransformTensor(void* handle, const void* alpha, void* x_desc, const void* x,
                                           const void* beta, void* y_desc, void* y) {
  return cudnn_call("cudnnTransformTensor", [&] {
    const Tensor xs = ready<Tensor>(x_desc, "xDesc"), ys = ready<Tensor>(y_desc, "yDesc");
    require_same(xs, ys, "x and y differ in shape or type");
    require(x != y, CUDNN_STATUS_BAD_PARAM, "x and y must not overlap");
    const Blend blend = blend_of(alpha, beta);
    enqueue(handle, "cudnnTransformTensor", [=] { write(ys, y, read(xs, x), blend); });
  });
}

EMULATOR_ENTRY Status cudnnSetTensor(void* handle, void* y_desc, void* y, const void* value) {
  return cudnn_call("cudnnSetTensor", [&] {
    const Tensor ys = ready<Tensor>(y_desc, "yDesc");
    require_pointer(value, "valuePtr");
    const float element = emulator::load(ys.type, value, 0);
    enqueue(handle, "cudnnSetTensor",
            [=] { write(ys, y, std::vector<float>(static_cast<size_t>(ys.elements()), element), {}); });
  });
}

EMULATOR_ENTRY Status cudnnScaleTensor(void* handle, void* y_desc, void* y, const void* alpha) {
  return cudnn_call("cudnnScaleTensor", [&] {
    const Tensor ys = ready<Tensor>(y_desc, "yDesc");
    const Blend blend = {blend_of(alpha, alpha).alpha, 0.0f};
    enqueue(handle, "cudnnScaleTensor", [=] { write(ys, y, read(ys, y), blend); });
  });
}

EMULATOR_ENTRY Status cudnnOpsVersionCheck() { return CUDNN_STATUS_SUCCESS; }
