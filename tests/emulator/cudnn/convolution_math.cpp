#include "cudnn/convolution_math.h"

namespace emulated_cudnn {
namespace {

// One filter tap at one output pixel: where its channels of x and of y begin, where the tap lies in its group's first
// filter, and its number among all taps of all groups.
struct Tap {
  size_t x, y, filter, number;
};

// Calls body(tap) for every pair of an output pixel and a filter tap whose input pixel lies in the image, for every
// group.
template <class Body>
void for_each_tap(const ConvolutionShape& shape, const Body& body) {
  const Convolution& conv = shape.convolution;
  const int64_t group_c = shape.w[1], group_k = shape.w[0] / conv.groups, rows = shape.w[2], columns = shape.w[3];
  for (int64_t n = 0; n < shape.y[0]; ++n)
    for (int64_t oh = 0; oh < shape.y[2]; ++oh)
      for (int64_t ow = 0; ow < shape.y[3]; ++ow)
        for (int64_t r = 0; r < rows; ++r)
          for (int64_t s = 0; s < columns; ++s) {
            const int64_t ih = oh * conv.stride[0] - conv.pad[0] + r * conv.dilation[0];
            const int64_t iw = ow * conv.stride[1] - conv.pad[1] + s * conv.dilation[1];
            if (ih < 0 || ih >= shape.x[2] || iw < 0 || iw >= shape.x[3]) continue;
            // CUDNN_CONVOLUTION turns the window around, CUDNN_CROSS_CORRELATION does not.
            const int64_t row = conv.mode == 1 ? r : rows - 1 - r, column = conv.mode == 1 ? s : columns - 1 - s;
            for (int64_t g = 0; g < conv.groups; ++g) {
              body(Tap{static_cast<size_t>(((n * shape.x[2] + ih) * shape.x[3] + iw) * shape.x[1] + g * group_c),
                       static_cast<size_t>(((n * shape.y[2] + oh) * shape.y[3] + ow) * shape.y[1] + g * group_k),
                       static_cast<size_t>(((g * group_k * rows + row) * columns + column) * group_c),
                       static_cast<size_t>((g * rows + row) * columns + column)});
            }
          }
}

size_t count(const std::array<int64_t, 4>& dims) { return static_cast<size_t>(dims[0] * dims[1] * dims[2] * dims[3]); }

// Elements between one filter and the next.
size_t filter_stride(const ConvolutionShape& shape) {
  return static_cast<size_t>(shape.w[1] * shape.w[2] * shape.w[3]);
}

// Filters as group x R x S x C x K: what one value of x meets lies side by side.
std::vector<float> filters_last(const ConvolutionShape& shape, const std::vector<float>& w) {
  const size_t groups = static_cast<size_t>(shape.convolution.groups), next = filter_stride(shape);
  const size_t k_count = static_cast<size_t>(shape.w[0]) / groups;
  std::vector<float> result(w.size());
  for (size_t g = 0; g < groups; ++g)
    for (size_t k = 0; k < k_count; ++k)
      for (size_t i = 0; i < next; ++i) result[(g * next + i) * k_count + k] = w[(g * k_count + k) * next + i];
  return result;
}

std::vector<float> rounded(const std::vector<double>& sums) { return std::vector<float>(sums.begin(), sums.end()); }

}  // namespace

std::vector<float> convolution_forward(const ConvolutionShape& shape, const std::vector<float>& x,
                                       const std::vector<float>& w) {
  const size_t c_count = static_cast<size_t>(shape.w[1]);
  const size_t k_count = static_cast<size_t>(shape.w[0] / shape.convolution.groups);
  const std::vector<float> by_tap = filters_last(shape, w);
  std::vector<double> y(count(shape.y));
  for_each_tap(shape, [&](const Tap& tap) {
    for (size_t c = 0; c < c_count; ++c) {
      const double value = x[tap.x + c];
      const float* const filters = &by_tap[(tap.number * c_count + c) * k_count];
      for (size_t k = 0; k < k_count; ++k) y[tap.y + k] += value * filters[k];
    }
  });
  return rounded(y);
}

std::vector<float> convolution_backward_data(const ConvolutionShape& shape, const std::vector<float>& w,
                                             const std::vector<float>& dy) {
  const size_t c_count = static_cast<size_t>(shape.w[1]);
  const size_t k_count = static_cast<size_t>(shape.w[0] / shape.convolution.groups), next = filter_stride(shape);
  std::vector<double> dx(count(shape.x));
  for_each_tap(shape, [&](const Tap& tap) {
    for (size_t k = 0; k < k_count; ++k) {
      const float* const filter = &w[tap.filter + k * next];
      const double gradient = dy[tap.y + k];
      for (size_t c = 0; c < c_count; ++c) dx[tap.x + c] += gradient * filter[c];
    }
  });
  return rounded(dx);
}

std::vector<float> convolution_backward_filter(const ConvolutionShape& shape, const std::vector<float>& x,
                                               const std::vector<float>& dy) {
  const size_t c_count = static_cast<size_t>(shape.w[1]);
  const size_t k_count = static_cast<size_t>(shape.w[0] / shape.convolution.groups), next = filter_stride(shape);
  std::vector<double> dw(count(shape.w));
  for_each_tap(shape, [&](const Tap& tap) {
    for (size_t k = 0; k < k_count; ++k) {
      double* const filter = &dw[tap.filter + k * next];
      const double gradient = dy[tap.y + k];
      for (size_t c = 0; c < c_count; ++c) filter[c] += gradient * x[tap.x + c];
    }
  });
  return rounded(dw);
}

}  // namespace emulated_cudnn
