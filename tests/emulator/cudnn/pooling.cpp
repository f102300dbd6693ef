// libcudnn_ops' pooling.
#include <algorithm>
#include <cmath>
#include <limits>

#include "cudnn/handle.h"
#include "cudnn/values.h"

using namespace emulated_cudnn;

namespace {

int64_t output_size(const Pooling& pooling, size_t axis, int64_t input) {
  return 1 + (input + 2 * pooling.pad[axis] - pooling.window[axis]) / pooling.stride[axis];
}

void require_shapes(const Pooling& pooling, const Tensor& x, const Tensor& y) {
  require(x.type == y.type, CUDNN_STATUS_BAD_PARAM, "x and y differ in type");
  require(x.dims[0] == y.dims[0] && x.dims[1] == y.dims[1], CUDNN_STATUS_BAD_PARAM, "x and y differ in n or c");
  for (size_t axis = 0; axis < 2; ++axis)
    require(y.dims[2 + axis] == output_size(pooling, axis, x.dims[2 + axis]), CUDNN_STATUS_BAD_PARAM,
            "y is not of the size that pooling x gives");
}

// The part of one output's window that lies in the image.
struct Window {
  int64_t top, bottom, left, right;

  Window(const Pooling& pooling, const Tensor& x, int64_t h, int64_t w)
      : top(std::max<int64_t>(h * pooling.stride[0] - pooling.pad[0], 0)),
        bottom(std::min<int64_t>(h * pooling.stride[0] - pooling.pad[0] + pooling.window[0], x.dims[2])),
        left(std::max<int64_t>(w * pooling.stride[1] - pooling.pad[1], 0)),
        right(std::min<int64_t>(w * pooling.stride[1] - pooling.pad[1] + pooling.window[1], x.dims[3])) {}
  int64_t pixels() const { return (bottom - top) * (right - left); }
};

int64_t divisor(const Pooling& pooling, const Window& window) {
  return pooling.mode == kAverageExcludingPadding ? window.pixels() : int64_t{pooling.window[0]} * pooling.window[1];
}

bool is_max(const Pooling& pooling) { return pooling.mode == kMax || pooling.mode == kMaxDeterministic; }

// Calls body(window, index of the output, offset of a pixel's channel 0 in x as a function of row and column).
template <class Body>
void for_each_output(const Pooling& pooling, const Tensor& x, const Tensor& y, const Body& body) {
  size_t output = 0;
  for (int64_t n = 0; n < y.dims[0]; ++n)
    for (int64_t h = 0; h < y.dims[2]; ++h)
      for (int64_t w = 0; w < y.dims[3]; ++w)
        for (int64_t c = 0; c < y.dims[1]; ++c) {
          const auto at = [&x, n, c](int64_t row, int64_t column) {
            return static_cast<size_t>(((n * x.dims[2] + row) * x.dims[3] + column) * x.dims[1] + c);
          };
          body(Window(pooling, x, h, w), output++, at);
        }
}

// The first of the greatest, row by row; a NaN wins over everything if it is to be propagated.
template <class At>
size_t position_of_max(const Pooling& pooling, const Window& window, const std::vector<float>& x, const At& at) {
  size_t best = at(window.top, window.left);
  for (int64_t row = window.top; row < window.bottom; ++row)
    for (int64_t column = window.left; column < window.right; ++column) {
      const size_t here = at(row, column);
      if (pooling.propagate_nan != 0 && std::isnan(x[here])) return here;
      if (x[here] > x[best] || std::isnan(x[best])) best = here;
    }
  return best;
}

std::vector<float> forward(const Pooling& pooling, const Tensor& xs, const std::vector<float>& x, const Tensor& ys) {
  std::vector<float> y(static_cast<size_t>(ys.elements()));
  for_each_output(pooling, xs, ys, [&](const Window& window, size_t output, const auto& at) {
    if (is_max(pooling)) {
      y[output] = x[position_of_max(pooling, window, x, at)];
      return;
    }
    double sum = 0;
    for (int64_t row = window.top; row < window.bottom; ++row)
      for (int64_t column = window.left; column < window.right; ++column) sum += x[at(row, column)];
    y[output] = static_cast<float>(sum / static_cast<double>(divisor(pooling, window)));
  });
  return y;
}

std::vector<float> backward(const Pooling& pooling, const Tensor& xs, const std::vector<float>& x, const Tensor& ys,
                            const std::vector<float>& dy) {
  std::vector<float> dx(x.size());
  for_each_output(pooling, xs, ys, [&](const Window& window, size_t output, const auto& at) {
    if (is_max(pooling)) {
      dx[position_of_max(pooling, window, x, at)] += dy[output];
      return;
    }
    const float share = dy[output] / static_cast<float>(divisor(pooling, window));
    for (int64_t row = window.top; row < window.bottom; ++row)
      for (int64_t column = window.left; column < window.right; ++column) dx[at(row, column)] += share;
  });
  return dx;
}

}  // namespace

EMULATOR_ENTRY Status cudnnGetPooling2dForwardOutputDim(void* pooling_desc, void* x_desc, int* n, int* c, int* h,
                                                        int* w) {
  return cudnn_call("cudnnGetPooling2dForwardOutputDim", [&] {
    const Pooling& pooling = ready<Pooling>(pooling_desc, "poolingDesc");
    const Tensor& x = ready<Tensor>(x_desc, "inputDesc");
    *n = static_cast<int>(x.dims[0]);
    *c = static_cast<int>(x.dims[1]);
    *h = static_cast<int>(output_size(pooling, 0, x.dims[2]));
    *w = static_cast<int>(output_size(pooling, 1, x.dims[3]));
  });
}

EMULATOR_ENTRY Status cudnnPoolingForward(void* handle, void* pooling_desc, const void* alpha, void* x_desc,
                                          const void* x, const void* beta, void* y_desc, void* y) {
  return cudnn_call("cudnnPoolingForward", [&] {
    const Pooling pooling = ready<Pooling>(pooling_desc, "poolingDesc");
    const Tensor xs = ready<Tensor>(x_desc, "xDesc"), ys = ready<Tensor>(y_desc, "yDesc");
    require_shapes(pooling, xs, ys);
    require_pointer(x, "x");
    require_pointer(y, "y");
    const Blend blend = blend_of(alpha, beta);
    enqueue(handle, "cudnnPoolingForward", [=] { write(ys, y, forward(pooling, xs, read(xs, x), ys), blend); });
  });
}

EMULATOR_ENTRY Status cudnnPoolingBackward(void* handle, void* pooling_desc, const void* alpha, void* y_desc,
                                           const void* y, void* dy_desc, const void* dy, void* x_desc, const void* x,
                                           const void* beta, void* dx_desc, void* dx) {
  return cudnn_call("cudnnPoolingBackward", [&] {
    const Pooling pooling = ready<Pooling>(pooling_desc, "poolingDesc");
    const Tensor ys = ready<Tensor>(y_desc, "yDesc"), dys = ready<Tensor>(dy_desc, "dyDesc"),
                 xs = ready<Tensor>(x_desc, "xDesc"), dxs = ready<Tensor>(dx_desc, "dxDesc");
    require_shapes(pooling, xs, ys);
    require(ys.dims == dys.dims && xs.dims == dxs.dims && xs.type == dxs.type && ys.type == dys.type,
            CUDNN_STATUS_BAD_PARAM, "a gradient differs from its tensor in shape or type");
    require(ys.strides == dys.strides && xs.strides == dxs.strides, CUDNN_STATUS_BAD_PARAM,
            "a gradient differs from its tensor in strides");
    require_pointer(y, "y");
    require_pointer(dy, "dy");
    require_pointer(x, "x");
    require_pointer(dx, "dx");
    const Blend blend = blend_of(alpha, beta);
    enqueue(handle, "cudnnPoolingBackward",
            [=] { write(dxs, dx, backward(pooling, xs, read(xs, x), ys, read(dys, dy)), blend); });
  });
}
