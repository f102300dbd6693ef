// The emulated batch normalisation, pooling, activations, element-wise calls and matrix products.
#include <cmath>

#include "selftest/cudnn_fixture.h"

namespace {

using namespace emulator_test;

const Dims kX = {2, 4, 3, 3};
constexpr size_t kChannels = 4, kPerChannel = 18;
constexpr double kEpsilon = 1e-5;
constexpr int kSpatial = 1, kPersistent = 2;

struct Parameters {
  Values scale{1.0f, 0.5f, -2.0f, 1.5f}, bias{0.0f, 1.0f, -1.0f, 0.25f};
};

struct Moments {
  double mean = 0, variance = 0;  // biased
};
Moments moments(const Values& x, size_t channel) {
  Moments m;
  for (size_t i = channel; i < x.size(); i += kChannels) m.mean += x[i] / static_cast<double>(kPerChannel);
  for (size_t i = channel; i < x.size(); i += kChannels)
    m.variance += (x[i] - m.mean) * (x[i] - m.mean) / static_cast<double>(kPerChannel);
  return m;
}

Values normalised(const Values& x, const Parameters& p) {
  Values y(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t c = i % kChannels;
    const Moments m = moments(x, c);
    y[i] = static_cast<float>((x[i] - m.mean) / std::sqrt(m.variance + kEpsilon) * p.scale[c] + p.bias[c]);
  }
  return y;
}

void test_batch_norm(World& world) {
  const Parameters p;
  const Values xs = random_values(kX.count(), 1);
  Array x(xs), y(kX.count()), scale(p.scale), bias(p.bias), running_mean(Values(4, 1.0f)),
      running_variance(Values(4, 2.0f)), mean(kChannels), inverse(kChannels);
  void *const desc = tensor(kX), *const parameters = tensor({1, 4, 1, 1});
  OK(cudnnBatchNormalizationForwardTraining(world.cudnn, kPersistent, &kOne, &kZero, desc, x, desc, y, parameters,
                                            scale, bias, 0.25, running_mean, running_variance, kEpsilon, mean,
                                            inverse));
  expect_values(y.get(), normalised(xs, p), 1e-5, "training");
  Values means, inverses, averaged_means, averaged_variances;
  for (size_t c = 0; c < kChannels; ++c) {
    const Moments m = moments(xs, c);
    means.push_back(static_cast<float>(m.mean));
    inverses.push_back(static_cast<float>(1 / std::sqrt(m.variance + kEpsilon)));
    averaged_means.push_back(static_cast<float>(0.75 + 0.25 * m.mean));
    averaged_variances.push_back(static_cast<float>(0.75 * 2 + 0.25 * m.variance * 18 / 17));  // unbiased
  }
  expect_values(mean.get(), means, 1e-6, "saved mean");
  expect_values(inverse.get(), inverses, 1e-5, "saved inverse deviation");
  expect_values(running_mean.get(), averaged_means, 1e-6, "running mean");
  expect_values(running_variance.get(), averaged_variances, 1e-6, "running variance");
  Array variance(Values(4, 4.0f));
  OK(cudnnBatchNormalizationForwardInference(world.cudnn, kSpatial, &kOne, &kZero, desc, x, desc, y, parameters, scale,
                                             bias, mean, variance, 0.0));
  CHECK_NEAR(y.get()[1], (xs[1] - means[1]) / 2 * 0.5 + 1, 1e-6);
  // A factor of 1 does not read what was there.
  running_mean.set(Values(4, NAN));
  OK(cudnnBatchNormalizationForwardTraining(world.cudnn, kSpatial, &kOne, &kZero, desc, x, desc, y, parameters, scale,
                                            bias, 1.0, running_mean, running_variance, kEpsilon, nullptr, nullptr));
  expect_values(running_mean.get(), means, 1e-6, "first running mean");
  CHECK_EQ(cudnnBatchNormalizationForwardTraining(world.cudnn, kSpatial, &kOne, &kZero, desc, x, desc, y, desc, scale,
                                                  bias, 1.0, nullptr, nullptr, kEpsilon, nullptr, nullptr),
           2000);
}

// Against differences of the loss <dy, y>.
void test_batch_norm_backward(World& world) {
  Parameters p;
  Values xs = random_values(kX.count(), 2);
  const Values dys = random_values(kX.count(), 3);
  Array x(xs), dy(dys), dx(kX.count()), scale(p.scale), dscale(kChannels), dbias(kChannels), mean(kChannels),
      inverse(kChannels), y(kX.count()), bias(p.bias);
  void *const desc = tensor(kX), *const parameters = tensor({1, 4, 1, 1});
  OK(cudnnBatchNormalizationForwardTraining(world.cudnn, kSpatial, &kOne, &kZero, desc, x, desc, y, parameters, scale,
                                            bias, 0.0, nullptr, nullptr, kEpsilon, mean, inverse));
  OK(cudnnBatchNormalizationBackward(world.cudnn, kSpatial, &kOne, &kZero, &kOne, &kZero, desc, x, desc, dy, desc, dx,
                                     parameters, scale, dscale, dbias, kEpsilon, mean, inverse));
  const Values of_x = dx.get(), of_scale = dscale.get(), of_bias = dbias.get();
  const float step = 1.0f / 64;
  const auto slope = [&](float& at) {
    const float before = at;
    at = before + step;
    const double up = dot(dys, normalised(xs, p));
    at = before - step;
    const double down = dot(dys, normalised(xs, p));
    at = before;
    return (up - down) / (2 * step);
  };
  for (const size_t i : {0, 7, 35, 71}) CHECK_NEAR(of_x[i], slope(xs[i]), 2e-3);
  for (size_t c = 0; c < kChannels; ++c) {
    CHECK_NEAR(of_scale[c], slope(p.scale[c]), 1e-3);
    CHECK_NEAR(of_bias[c], slope(p.bias[c]), 1e-3);
  }
  // Without saved statistics they are computed again.
  OK(cudnnBatchNormalizationBackward(world.cudnn, kSpatial, &kOne, &kZero, &kOne, &kOne, desc, x, desc, dy, desc, dx,
                                     parameters, scale, dscale, dbias, kEpsilon, nullptr, nullptr));
  expect_values(dx.get(), of_x, 1e-5, "without saved statistics");
  CHECK_NEAR(dbias.get()[0], 2 * of_bias[0], 1e-5);  // beta of the parameters
}

void test_fused_batch_norm(World& world) {
  const Parameters p;
  Array x(random_values(kX.count(), 4), kHalf), z(random_values(kX.count(), 5), kHalf), y(kX.count(), kHalf),
      dy(random_values(kX.count(), 6), kHalf), dz(kX.count(), kHalf), dx(kX.count(), kHalf), scale(p.scale),
      bias(p.bias), mean(kChannels), inverse(kChannels), dscale(kChannels), dbias(kChannels), workspace(4096);
  void *const desc = tensor(kX, kNhwc, kHalf), *const parameters = tensor({1, 4, 1, 1}), *const relu = activation(1);
  size_t bytes = 0;
  OK(cudnnGetBatchNormalizationTrainingExReserveSpaceSize(world.cudnn, kPersistent, 2, relu, desc, &bytes));
  Array reserve((bytes + 3) / 4);
  const auto forward = [&](void* x_desc, int mode, size_t reserve_size) {
    return cudnnBatchNormalizationForwardTrainingEx(world.cudnn, mode, 2, &kOne, &kZero, x_desc, x, x_desc, z, x_desc,
                                                    y, parameters, scale, bias, 0.0, nullptr, nullptr, kEpsilon, mean,
                                                    inverse, relu, workspace, workspace.bytes(), reserve, reserve_size);
  };
  OK(forward(desc, kPersistent, bytes));
  Values expected = normalised(x.get(), p);
  const Values zs = z.get();
  for (size_t i = 0; i < expected.size(); ++i) expected[i] = std::fmax(0.0f, expected[i] + zs[i]);
  expect_values(y.get(), expected, 4e-3, "with addition and relu");
  OK(cudnnBatchNormalizationBackwardEx(world.cudnn, kPersistent, 2, &kOne, &kZero, &kOne, &kZero, desc, x, desc, y,
                                       desc, dy, desc, dz, desc, dx, parameters, scale, bias, dscale, dbias, kEpsilon,
                                       mean, inverse, relu, workspace, workspace.bytes(), reserve, bytes));
  const Values of_z = dz.get(), dys = dy.get();
  for (size_t i = 0; i < of_z.size(); ++i) CHECK_EQ(of_z[i], expected[i] > 0 ? dys[i] : 0.0f);
  CHECK_EQ(forward(tensor(kX), kPersistent, bytes), 3000);  // not for float
  CHECK_EQ(forward(desc, kSpatial, bytes), 3000);
  CHECK_EQ(forward(desc, kPersistent, 8), 2000);
}

void* pooling(int mode, int window, int pad, int stride) {
  void* descriptor = nullptr;
  OK(cudnnCreatePoolingDescriptor(&descriptor));
  OK(cudnnSetPooling2dDescriptor(descriptor, mode, 1, window, window, pad, pad, stride, stride));
  return descriptor;
}

void test_pooling(World& world) {
  const Values image = {1, 5, 2, 5, 5, 0, 3, 4, 9};  // 3 x 3
  void *const x_desc = tensor({1, 1, 3, 3}), *const y_desc = tensor({1, 1, 2, 2});
  Array x(image), y(4), dy(Values{1, 2, 3, 4}), dx(9);
  const auto run = [&](int mode) {
    void* const descriptor = pooling(mode, 3, 1, 2);
    OK(cudnnPoolingForward(world.cudnn, descriptor, &kOne, x_desc, x, &kZero, y_desc, y));
    OK(cudnnPoolingBackward(world.cudnn, descriptor, &kOne, y_desc, y, y_desc, dy, x_desc, x, &kZero, x_desc, dx));
  };
  run(0);
  expect_values(y.get(), {5, 5, 5, 9}, 0, "maximum");
  expect_values(dx.get(), {0, 3, 0, 3, 0, 0, 0, 0, 4}, 0, "first of the greatest");
  run(1);
  expect_values(y.get(), {16 / 9.f, 12 / 9.f, 17 / 9.f, 18 / 9.f}, 1e-6, "average with padding");
  run(2);
  expect_values(y.get(), {4, 3, 4.25f, 4.5f}, 1e-6, "average without padding");
  CHECK_NEAR(dx.get()[4], 0.25 * (1 + 2 + 3 + 4), 1e-6);
  CHECK_NEAR(dx.get()[0], 0.25, 1e-6);
  CHECK_EQ(cudnnPoolingForward(world.cudnn, pooling(0, 2, 0, 2), &kOne, x_desc, x, &kZero, y_desc, y), 2000);
  void* wrong = nullptr;
  OK(cudnnCreatePoolingDescriptor(&wrong));
  CHECK_EQ(cudnnSetPooling2dDescriptor(wrong, 0, 1, 2, 2, 2, 2, 1, 1), 2000);
}

void test_activations(World& world) {
  void* const desc = tensor({1, 4, 1, 1});
  Array x(Values{-1, 0, 2, NAN}), y(4), dy(Values{1, 2, 3, 4}), dx(4);
  OK(cudnnActivationForward(world.cudnn, activation(1), &kOne, desc, x, &kZero, desc, y));
  expect_values(y.get(), {0, 0, 2, 0}, 0, "relu");
  OK(cudnnActivationBackward(world.cudnn, activation(1), &kOne, desc, y, desc, dy, desc, x, &kZero, desc, dx));
  expect_values(dx.get(), {0, 0, 3, 0}, 0, "relu backward");
  x.set({-1, 0, 2, 3});
  OK(cudnnActivationForward(world.cudnn, activation(0), &kOne, desc, x, &kZero, desc, x));
  const float half = 1 / (1 + std::exp(1.0f));
  CHECK_NEAR(x.get()[0], half, 1e-6);
  OK(cudnnActivationBackward(world.cudnn, activation(0), &kOne, desc, x, desc, dy, desc, x, &kZero, desc, dx));
  CHECK_NEAR(dx.get()[0], half * (1 - half), 1e-6);
  CHECK_EQ(cudnnActivationForward(world.cudnn, activation(5), &kOne, desc, x, &kZero, desc, y), 2000);
}

void test_element_wise(World& world) {
  void *const big = tensor({1, 2, 1, 3}), *const channels = tensor({1, 2, 1, 1}),
              *const planar = tensor({1, 2, 1, 3}, kNchw);
  Array a(Values{1, 2, 3, 4, 5, 6}), b(Values{10, 100}), c(Values(6, 1.0f));
  void* op = nullptr;
  OK(cudnnCreateOpTensorDescriptor(&op));
  OK(cudnnSetOpTensorDescriptor(op, 0, kFloat, 0));
  const float two = 2.0f;
  OK(cudnnOpTensor(world.cudnn, op, &two, big, a, &kOne, channels, b, &kOne, big, c));
  expect_values(c.get(), {13, 105, 17, 109, 21, 113}, 0, "2 A + B + C");
  OK(cudnnSetOpTensorDescriptor(op, 1, kFloat, 0));
  OK(cudnnOpTensor(world.cudnn, op, &kOne, big, a, &two, channels, b, &kZero, big, c));
  expect_values(c.get(), {20, 400, 60, 800, 100, 1200}, 0, "A * 2 B");
  CHECK_EQ(cudnnOpTensor(world.cudnn, op, &kOne, channels, b, &kOne, big, a, &kZero, big, c), 2000);
  OK(cudnnAddTensor(world.cudnn, &two, channels, b, &kZero, big, c));
  expect_values(c.get(), {20, 200, 20, 200, 20, 200}, 0, "AddTensor");
  OK(cudnnTransformTensor(world.cudnn, &kOne, big, a, &kZero, planar, c));
  expect_values(c.get(), {1, 3, 5, 2, 4, 6}, 0, "NHWC to NCHW");
  CHECK_EQ(cudnnTransformTensor(world.cudnn, &kOne, big, a, &kZero, channels, c), 2000);
  OK(cudnnScaleTensor(world.cudnn, big, a, &two));
  expect_values(a.get(), {2, 4, 6, 8, 10, 12}, 0, "ScaleTensor");
  OK(cudnnSetTensor(world.cudnn, big, a, &two));
  expect_values(a.get(), Values(6, 2.0f), 0, "SetTensor");
  // One row of two in memory of three: what lies between stays.
  void* spaced = nullptr;
  OK(cudnnCreateTensorDescriptor(&spaced));
  OK(cudnnSetTensor4dDescriptorEx(spaced, kFloat, 1, 2, 1, 2, 6, 1, 6, 3));
  a.set({1, 2, 3, 4, 5, 6});
  OK(cudnnScaleTensor(world.cudnn, spaced, a, &two));
  expect_values(a.get(), {2, 4, 3, 8, 10, 6}, 0, "strides");
}

void test_rounding() {
  const float values[] = {1.0f, -0.0f, 65504.0f, 70000.0f, 1.0009765625f, 1.00048828125f, 5.9604645e-8f, 2.9e-8f, NAN};
  const uint16_t halves[] = {0x3c00, 0x8000, 0x7bff, 0x7c00, 0x3c01, 0x3c00, 0x0001, 0x0000, 0x7e00};
  const uint16_t bfloats[] = {0x3f80, 0x8000, 0x4780, 0x4789, 0x3f80, 0x3f80, 0x3380, 0x32f9, 0x7fc0};
  for (size_t i = 0; i < 9; ++i) {
    uint16_t half = 0, bfloat = 0;
    emulator::store(kHalf, &half, 0, values[i]);
    emulator::store(kBfloat16, &bfloat, 0, values[i]);
    CHECK_EQ(half, halves[i]);
    CHECK_EQ(bfloat, bfloats[i]);
  }
  for (int bits = 0; bits < 0x7c00; ++bits) {
    const uint16_t half = static_cast<uint16_t>(bits);
    uint16_t back = 0;
    emulator::store(kHalf, &back, 0, emulator::load(kHalf, &half, 0));
    CHECK_EQ(back, half);
  }
}

// C = op(A) op(B), column by column.
void test_matrix_products(World& world) {
  void* cublas = nullptr;
  CHECK_EQ(cublasCreate_v2(&cublas), 0);
  CHECK_EQ(cublasSetStream_v2(cublas, world.stream), 0);
  Array a(Values{1, 2, 3, 4, 5, 6}), b(Values{1, 0, 2, 0, 1, 3}), c(Values(4, 1.0f));
  const float *const left = static_cast<float*>(a.data()), *const right = static_cast<float*>(b.data());
  float* const out = static_cast<float*>(c.data());
  // A is 2 x 3, B 3 x 2.
  CHECK_EQ(cublasSgemm_v2(cublas, 0, 0, 2, 2, 3, &kOne, left, 2, right, 3, &kZero, out, 2), 0);
  CHECK_EQ(c.now()[0], 1.0f);
  expect_values(c.get(), {11, 14, 18, 22}, 0, "A B");
  CHECK_EQ(cublasSgemm_v2(cublas, 1, 1, 2, 2, 3, &kOne, left, 3, right, 2, &kOne, out, 2), 0);
  expect_values(c.get(), {11 + 8, 14 + 20, 18 + 9, 22 + 18}, 0, "transposed, on top of C");
  CHECK_EQ(cublasSgemm_v2(cublas, 0, 0, 2, 2, 3, &kOne, left, 1, right, 3, &kZero, out, 2), 7);
  Array a16(Values{1, 2, 3, 4, 5, 6}, kBfloat16), b16(Values{1, 0, 2, 0, 1, 3}, kBfloat16);
  CHECK_EQ(cublasGemmEx(cublas, 0, 0, 2, 2, 3, &kOne, a16, 14, 2, b16, 14, 3, &kZero, c, 0, 2, 68, -1), 0);
  expect_values(c.get(), {11, 14, 18, 22}, 0, "bfloat16 into float");
  CHECK_EQ(cublasGemmEx(cublas, 0, 0, 2, 2, 3, &kOne, a16, 14, 2, b, 0, 3, &kZero, c, 0, 2, 68, -1), 15);
  CHECK_EQ(cublasDestroy_v2(cublas), 0);
  CHECK_EQ(cublasDestroy_v2(cublas), 1);
}

// Calls become nodes; scalars are those of the capture, memory that of the launch.
void test_capture(World& world) {
  void* const desc = tensor({1, 4, 1, 1});
  Array x(Values{1, 2, 3, 4});
  float factor = 2.0f;
  CUhandle graph = nullptr, executable = nullptr;
  CHECK_EQ(cuStreamBeginCapture_v2(world.stream, 0), 0);
  OK(cudnnScaleTensor(world.cudnn, desc, x, &factor));
  CHECK_EQ(cuStreamEndCapture(world.stream, &graph), 0);
  CHECK_EQ(cuGraphInstantiateWithFlags(&executable, graph, 0), 0);
  factor = 100.0f;
  for (int i = 0; i < 2; ++i) CHECK_EQ(cuGraphLaunch(executable, world.stream), 0);
  expect_values(x.get(), {4, 8, 12, 16}, 0, "two launches");
  cuGraphExecDestroy(executable);
  cuGraphDestroy(graph);
}

}  // namespace

int main() {
  World world;
  test_batch_norm(world);
  test_batch_norm_backward(world);
  test_fused_batch_norm(world);
  test_pooling(world);
  test_activations(world);
  test_element_wise(world);
  test_rounding();
  test_matrix_products(world);
  test_capture(world);
  return assay_test::finish();
}
