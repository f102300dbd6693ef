#include "cudnn/batch_norm_math.h"

#include <cmath>

namespace emulated_cudnn {

Statistics statistics(const Values& x, size_t channels) {
  Statistics s;
  s.count = static_cast<double>(x.size() / channels);
  s.mean.assign(channels, 0);
  s.variance.assign(channels, 0);
  for (size_t i = 0; i < x.size(); ++i) s.mean[i % channels] += x[i] / s.count;
  for (size_t i = 0; i < x.size(); ++i) {
    const double distance = x[i] - s.mean[i % channels];
    s.variance[i % channels] += distance * distance / s.count;
  }
  return s;
}

Values inverse_deviation(const std::vector<double>& variance, double epsilon) {
  Values result;
  for (const double v : variance) result.push_back(static_cast<float>(1.0 / std::sqrt(v + epsilon)));
  return result;
}

Values normalise(const Values& x, const Values& mean, const Values& inverse_deviation, const Values& scale,
                 const Values& bias) {
  Values y(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t c = i % mean.size();
    y[i] = (x[i] - mean[c]) * inverse_deviation[c] * scale[c] + bias[c];
  }
  return y;
}

Gradients normalise_backward(const Values& x, const Values& dy, const Values& mean, const Values& inverse_deviation,
                             const Values& scale) {
  const size_t channels = mean.size();
  const double count = static_cast<double>(x.size() / channels);
  std::vector<double> of_scale(channels), of_bias(channels);
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t c = i % channels;
    of_scale[c] += static_cast<double>(dy[i]) * (x[i] - mean[c]) * inverse_deviation[c];
    of_bias[c] += dy[i];
  }
  Gradients g;
  g.scale.assign(of_scale.begin(), of_scale.end());
  g.bias.assign(of_bias.begin(), of_bias.end());
  g.x.resize(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t c = i % channels;
    const double normal = static_cast<double>(x[i] - mean[c]) * inverse_deviation[c];
    g.x[i] = static_cast<float>(scale[c] * inverse_deviation[c] *
                                (dy[i] - of_bias[c] / count - normal * of_scale[c] / count));
  }
  return g;
}

}  // namespace emulated_cudnn
