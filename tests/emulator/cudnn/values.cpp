#include "cudnn/values.h"

namespace emulated_cudnn {
namespace {

template <class Body>
void for_each(const Tensor& tensor, const Body& body) {
  size_t i = 0;
  for (int64_t n = 0; n < tensor.dims[0]; ++n)
    for (int64_t h = 0; h < tensor.dims[2]; ++h)
      for (int64_t w = 0; w < tensor.dims[3]; ++w)
        for (int64_t c = 0; c < tensor.dims[1]; ++c) {
          body(i++, n * tensor.strides[0] + c * tensor.strides[1] + h * tensor.strides[2] + w * tensor.strides[3]);
        }
}

}  // namespace

Blend blend_of(const void* alpha, const void* beta) {
  require_pointer(alpha, "alpha");
  require_pointer(beta, "beta");
  return {*static_cast<const float*>(alpha), *static_cast<const float*>(beta)};
}

std::vector<float> read(const Tensor& tensor, const void* data) {
  std::vector<float> values(static_cast<size_t>(tensor.elements()));
  for_each(tensor, [&](size_t i, int64_t at) { values[i] = emulator::load(tensor.type, data, at); });
  return values;
}

void write(const Tensor& tensor, void* data, const std::vector<float>& result, const Blend& blend) {
  for_each(tensor, [&](size_t i, int64_t at) {
    float value = blend.alpha * result[i];
    if (blend.beta != 0) value += blend.beta * emulator::load(tensor.type, data, at);
    emulator::store(tensor.type, data, at, value);
  });
}

}  // namespace emulated_cudnn
