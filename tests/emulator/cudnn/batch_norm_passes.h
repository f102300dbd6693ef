// One training step's batch normalisation, forward and backward: arguments, checks, work. The running variance is the
// unbiased one, the saved one biased and inverted, as cuDNN has them.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_BATCH_NORM_PASSES_H
#define ASSAY_TESTS_EMULATOR_CUDNN_BATCH_NORM_PASSES_H

#include "cudnn/batch_norm_math.h"
#include "cudnn/values.h"

namespace emulated_cudnn {

enum Mode { kPerActivation = 0, kSpatial = 1, kSpatialPersistent = 2 };
enum Ops { kPlain = 0, kWithActivation = 1, kWithAddAndActivation = 2 };

void require_mode(int mode);
// Fused operations are for NHWC tensors of two bytes in the persistent mode, the channels a multiple of four.
void require_ops(int ops, int mode, const Tensor& x);
void require_relu(int ops, void* activation);
// Scale, bias and statistics are float and 1 x c x 1 x 1.
void require_parameters(const Tensor& parameters, const Tensor& x);
void require_like(const Tensor& tensor, const Tensor& x, const char* why);
size_t reserve_bytes(int ops, const Tensor& x);
Values to_values(const float* data, size_t count);

// The arguments of a training pass that its plain and its extended form share.
struct Training {
  int ops = kPlain;
  Tensor x, y, z;
  const void *x_data = nullptr, *z_data = nullptr;
  void* y_data = nullptr;
  const float *scale = nullptr, *bias = nullptr;
  double factor = 0, epsilon = 0;
  float *running_mean = nullptr, *running_variance = nullptr, *saved_mean = nullptr, *saved_inverse = nullptr;
  void* reserve = nullptr;
  Blend blend;

  // Throws BAD_PARAM or NOT_SUPPORTED.
  void check(void* parameters_desc, int mode) const;
  void run() const;
};

// The same of a backward pass.
struct Backward {
  int ops = kPlain;
  Tensor x, dy, dx, dz;
  const void *x_data = nullptr, *dy_data = nullptr, *reserve = nullptr;
  void *dx_data = nullptr, *dz_data = nullptr;
  const float *scale = nullptr, *saved_mean = nullptr, *saved_inverse = nullptr;
  float *dscale = nullptr, *dbias = nullptr;
  double epsilon = 0;
  Blend data, parameters;

  // Throws BAD_PARAM or NOT_SUPPORTED.
  void check(void* parameters_desc, int mode) const;
  void run() const;
};

}  // namespace emulated_cudnn

#endif
