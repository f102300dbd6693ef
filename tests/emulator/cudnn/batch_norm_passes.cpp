#include "cudnn/batch_norm_passes.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace emulated_cudnn {
namespace {

constexpr size_t kReserveHeader = 256;
constexpr char kReserveMark[] = "batch norm reserve";

void require_both_or_none(const void* a, const void* b, const char* why) {
  require((a == nullptr) == (b == nullptr), CUDNN_STATUS_BAD_PARAM, why);
}

void average(float* running, const std::vector<double>& fresh, double correction, double factor) {
  if (running == nullptr) return;
  for (size_t c = 0; c < fresh.size(); ++c) {
    running[c] =
        static_cast<float>((1.0 - factor) * (factor == 1.0 ? 0.0f : running[c]) + factor * correction * fresh[c]);
  }
}

// The reserve space of a forward pass: a mark, then which outputs the relu let through.
void keep_mask(void* reserve, const Values* before_relu) {
  if (reserve == nullptr) return;
  std::memcpy(reserve, kReserveMark, sizeof kReserveMark);
  if (before_relu == nullptr) return;
  unsigned char* const mask = static_cast<unsigned char*>(reserve) + kReserveHeader;
  for (size_t i = 0; i < before_relu->size(); ++i) mask[i] = (*before_relu)[i] > 0 ? 1 : 0;
}

const unsigned char* mask_of(const void* reserve) {
  if (std::memcmp(reserve, kReserveMark, sizeof kReserveMark) != 0)
    throw std::runtime_error("the reserve space is not that of a forward pass");
  return static_cast<const unsigned char*>(reserve) + kReserveHeader;
}

}  // namespace

void require_mode(int mode) {
  require(mode == kSpatial || mode == kSpatialPersistent, CUDNN_STATUS_NOT_SUPPORTED,
          "the spatial modes are supported here");
}

void require_ops(int ops, int mode, const Tensor& x) {
  require(ops >= kPlain && ops <= kWithAddAndActivation, CUDNN_STATUS_BAD_PARAM, "bnOps is none");
  if (ops == kPlain) return;
  require(mode == kSpatialPersistent && x.type != kFloat && x.channels_last() && x.dims[1] % 4 == 0,
          CUDNN_STATUS_NOT_SUPPORTED,
          "fused operations need SPATIAL_PERSISTENT, NHWC, half or bfloat16, and channels in fours");
}

void require_relu(int ops, void* activation) {
  if (ops == kPlain) return;
  require(ready<Activation>(activation, "activationDesc").mode == kRelu, CUDNN_STATUS_NOT_SUPPORTED,
          "the fused activation must be relu");
}

void require_parameters(const Tensor& parameters, const Tensor& x) {
  require(parameters.dims == std::array<int64_t, 4>{1, x.dims[1], 1, 1} && parameters.type == kFloat,
          CUDNN_STATUS_BAD_PARAM, "the parameters' descriptor must be float, 1 x c x 1 x 1");
}

void require_like(const Tensor& tensor, const Tensor& x, const char* why) {
  require(tensor.dims == x.dims && tensor.type == x.type, CUDNN_STATUS_BAD_PARAM, why);
}

size_t reserve_bytes(int ops, const Tensor& x) {
  return kReserveHeader + (ops == kPlain ? 0 : static_cast<size_t>(x.elements()));
}

Values to_values(const float* data, size_t count) { return Values(data, data + count); }

void Training::check(void* parameters_desc, int mode) const {
  require_mode(mode);
  require_ops(ops, mode, x);
  require_like(y, x, "x and y differ in shape or type");
  require_parameters(ready<Tensor>(parameters_desc, "bnScaleBiasMeanVarDesc"), x);
  require_pointer(scale, "bnScale");
  require_pointer(bias, "bnBias");
  require_both_or_none(running_mean, running_variance, "both running statistics or none");
  require_both_or_none(saved_mean, saved_inverse, "both saved statistics or none");
  require(epsilon >= 0, CUDNN_STATUS_BAD_PARAM, "epsilon must not be negative");
  require(factor >= 0 && factor <= 1, CUDNN_STATUS_BAD_PARAM, "the average's factor must be in [0, 1]");
}

void Training::run() const {
  const size_t channels = static_cast<size_t>(x.dims[1]);
  const Values values = read(x, x_data);
  const Statistics s = statistics(values, channels);
  const Values mean(s.mean.begin(), s.mean.end()), inverse = inverse_deviation(s.variance, epsilon);
  Values result = normalise(values, mean, inverse, to_values(scale, channels), to_values(bias, channels));
  average(running_mean, s.mean, 1.0, factor);
  average(running_variance, s.variance, s.count > 1 ? s.count / (s.count - 1) : 1.0, factor);
  if (saved_mean != nullptr) {
    std::copy(mean.begin(), mean.end(), saved_mean);
    std::copy(inverse.begin(), inverse.end(), saved_inverse);
  }
  if (ops == kWithAddAndActivation) {
    const Values added = read(z, z_data);
    for (size_t i = 0; i < result.size(); ++i) result[i] += added[i];
  }
  keep_mask(reserve, ops == kPlain ? nullptr : &result);
  if (ops != kPlain)
    for (float& value : result) value = value > 0 ? value : 0.0f;
  write(y, y_data, result, blend);
}

void Backward::check(void* parameters_desc, int mode) const {
  require_mode(mode);
  require_ops(ops, mode, x);
  require_like(dy, x, "x and dy differ in shape or type");
  require_like(dx, x, "x and dx differ in shape or type");
  require_parameters(ready<Tensor>(parameters_desc, "dBnScaleBiasDesc"), x);
  require_pointer(scale, "bnScale");
  require_pointer(dscale, "dBnScale");
  require_pointer(dbias, "dBnBias");
  require_both_or_none(saved_mean, saved_inverse, "both saved statistics or none");
}

void Backward::run() const {
  const size_t channels = static_cast<size_t>(x.dims[1]);
  const Values values = read(x, x_data);
  Values gradient = read(dy, dy_data);
  if (ops != kPlain) {
    const unsigned char* const mask = mask_of(reserve);
    for (size_t i = 0; i < gradient.size(); ++i) gradient[i] *= mask[i];
  } else if (reserve != nullptr) {
    mask_of(reserve);
  }
  if (ops == kWithAddAndActivation) write(dz, dz_data, gradient, {});
  Values mean, inverse;
  if (saved_mean != nullptr) {
    mean = to_values(saved_mean, channels);
    inverse = to_values(saved_inverse, channels);
  } else {
    const Statistics s = statistics(values, channels);
    mean.assign(s.mean.begin(), s.mean.end());
    inverse = inverse_deviation(s.variance, epsilon);
  }
  const Gradients g = normalise_backward(values, gradient, mean, inverse, to_values(scale, channels));
  write(dx, dx_data, g.x, data);
  const Tensor flat = {kFloat, {1, x.dims[1], 1, 1}, {x.dims[1], 1, 1, 1}};
  write(flat, dscale, g.scale, parameters);
  write(flat, dbias, g.bias, parameters);
}

}  // namespace emulated_cudnn
