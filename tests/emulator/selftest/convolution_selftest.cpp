// The emulated convolutions against a sum written down again, their gradients against the definition of one, and their
// refusals.
#include "selftest/cudnn_fixture.h"

namespace {

using namespace emulator_test;

struct Shape {
  const char* name;
  Dims x, w;  // w: k c r s
  int pad, stride, dilation, groups;

  int out(int size, int window) const { return 1 + (size + 2 * pad - dilation * (window - 1) - 1) / stride; }
  Dims y() const { return {x.n, w.n, out(x.h, w.h), out(x.w, w.w)}; }
};

const Shape kShapes[] = {
    {"3x3", {2, 3, 5, 6}, {4, 3, 3, 3}, 1, 1, 1, 1},         {"strided 1x1", {1, 4, 6, 5}, {2, 4, 1, 1}, 0, 2, 1, 1},
    {"dilated", {1, 2, 7, 8}, {3, 2, 3, 3}, 2, 1, 2, 1},     {"groups", {2, 4, 5, 5}, {6, 2, 3, 3}, 1, 2, 1, 2},
    {"tall window", {1, 2, 6, 4}, {2, 2, 3, 1}, 1, 1, 1, 1},
};

size_t nhwc(const Dims& d, int n, int c, int h, int w) {
  return ((static_cast<size_t>(n) * d.h + h) * d.w + w) * d.c + c;
}

// y[n,k,oh,ow] = sum over c, r, s of x[n, c, oh*stride - pad + r*dilation, ...] * w[k,c,r,s], NHWC and KRSC.
Values reference(const Shape& s, const Values& x, const Values& w) {
  const Dims out = s.y();
  Values y(out.count());
  const int group_k = s.w.n / s.groups;
  for (int n = 0; n < out.n; ++n)
    for (int k = 0; k < out.c; ++k)
      for (int oh = 0; oh < out.h; ++oh)
        for (int ow = 0; ow < out.w; ++ow) {
          double sum = 0;
          for (int c = 0; c < s.w.c; ++c)
            for (int r = 0; r < s.w.h; ++r)
              for (int q = 0; q < s.w.w; ++q) {
                const int ih = oh * s.stride - s.pad + r * s.dilation, iw = ow * s.stride - s.pad + q * s.dilation;
                if (ih < 0 || iw < 0 || ih >= s.x.h || iw >= s.x.w) continue;
                sum += static_cast<double>(x[nhwc(s.x, n, k / group_k * s.w.c + c, ih, iw)]) * w[nhwc(s.w, k, c, r, q)];
              }
          y[nhwc(out, n, k, oh, ow)] = static_cast<float>(sum);
        }
  return y;
}

struct Call {
  explicit Call(const Shape& s, int format = kNhwc, int type = kFloat)
      : x(tensor(s.x, format, type)), w(filter(s.w, format, type)), y(tensor(s.y(), format, type)) {
    OK(cudnnCreateConvolutionDescriptor(&convolution));
    OK(cudnnSetConvolution2dDescriptor(convolution, s.pad, s.pad, s.stride, s.stride, s.dilation, s.dilation, 1,
                                       kFloat));
    OK(cudnnSetConvolutionGroupCount(convolution, s.groups));
  }
  void *x, *w, *y, *convolution = nullptr;
};

Values to_nchw(const Dims& d, const Values& values) {
  Values result;
  for (int n = 0; n < d.n; ++n)
    for (int c = 0; c < d.c; ++c)
      for (int h = 0; h < d.h; ++h)
        for (int w = 0; w < d.w; ++w) result.push_back(values[nhwc(d, n, c, h, w)]);
  return result;
}

void test_forward(World& world, const Shape& s) {
  const Values xs = random_values(s.x.count(), 1), ws = random_values(s.w.count(), 2);
  const Values expected = reference(s, xs, ws);
  Array workspace(1 << 14);
  {
    const Call call(s);
    Array x(xs), w(ws), y(s.y().count());
    OK(cudnnConvolutionForward(world.cudnn, &kOne, call.x, x, call.w, w, call.convolution, 1, workspace,
                               workspace.bytes(), &kZero, call.y, y));
    CHECK(y.now()[0] != y.now()[0]);  // NaN: the stream has not been waited for
    expect_values(y.get(), expected, 1e-5, s.name);
    const float half = 0.5f, two = 2.0f;
    OK(cudnnConvolutionForward(world.cudnn, &half, call.x, x, call.w, w, call.convolution, 0, workspace,
                               workspace.bytes(), &two, call.y, y));
    Values blended = expected;
    for (float& value : blended) value *= 2.5f;
    expect_values(y.get(), blended, 1e-5, "alpha and beta");
  }
  const Call call(s, kNchw);
  Array x(to_nchw(s.x, xs)), w(to_nchw(s.w, ws)), y(s.y().count());
  OK(cudnnConvolutionForward(world.cudnn, &kOne, call.x, x, call.w, w, call.convolution, 0, workspace,
                             workspace.bytes(), &kZero, call.y, y));
  expect_values(y.get(), to_nchw(s.y(), expected), 1e-5, "NCHW");
}

// A linear map and its transposes: <dy, conv(x, w)> = <dx, x> = <dw, w>, here for data without structure.
void test_backward(World& world, const Shape& s) {
  const Values xs = random_values(s.x.count(), 3), ws = random_values(s.w.count(), 4),
               dys = random_values(s.y().count(), 5);
  const Call call(s);
  Array x(xs), w(ws), dy(dys), dx(s.x.count()), dw(s.w.count()), workspace(1 << 14);
  OK(cudnnConvolutionBackwardData(world.cudnn, &kOne, call.w, w, call.y, dy, call.convolution, 1, workspace,
                                  workspace.bytes(), &kZero, call.x, dx));
  OK(cudnnConvolutionBackwardFilter(world.cudnn, &kOne, call.x, x, call.y, dy, call.convolution, 1, workspace,
                                    workspace.bytes(), &kZero, call.w, dw));
  const double product = dot(dys, reference(s, xs, ws));
  CHECK_NEAR(dot(dx.get(), xs), product, 1e-4);
  CHECK_NEAR(dot(dw.get(), ws), product, 1e-4);
  // And for single elements of the filter and of x.
  for (const size_t i : {size_t{0}, s.w.count() / 2, s.w.count() - 1}) {
    Values unit(s.w.count());
    unit[i] = 1;
    CHECK_NEAR(dw.get()[i], dot(dys, reference(s, xs, unit)), 1e-4);
  }
  for (const size_t i : {size_t{0}, s.x.count() / 2, s.x.count() - 1}) {
    Values unit(s.x.count());
    unit[i] = 1;
    CHECK_NEAR(dx.get()[i], dot(dys, reference(s, unit, ws)), 1e-4);
  }
  void* const db_desc = tensor({1, s.w.n, 1, 1});
  Array db(static_cast<size_t>(s.w.n));
  OK(cudnnConvolutionBackwardBias(world.cudnn, &kOne, call.y, dy, &kZero, db_desc, db));
  double sum = 0;
  for (size_t i = 0; i < dys.size(); i += static_cast<size_t>(s.w.n)) sum += dys[i];
  CHECK_NEAR(db.get()[0], sum, 1e-5);
}

void test_fused(World& world) {
  const Shape& s = kShapes[0];
  const Values xs = random_values(s.x.count(), 6), ws = random_values(s.w.count(), 7),
               zs = random_values(s.y().count(), 8), biases = random_values(static_cast<size_t>(s.w.n), 9);
  const Call call(s);
  Array x(xs), w(ws), z(zs), bias(biases), y(s.y().count()), workspace(1 << 14);
  void* const bias_desc = tensor({1, s.w.n, 1, 1});
  const float half = 0.5f;
  Values expected = reference(s, xs, ws);
  for (size_t i = 0; i < expected.size(); ++i) {
    expected[i] += 0.5f * zs[i] + biases[i % biases.size()];
    expected[i] = expected[i] > 0 ? expected[i] : 0;
  }
  const auto fused = [&](int mode, int algo) {
    return cudnnConvolutionBiasActivationForward(world.cudnn, &kOne, call.x, x, call.w, w, call.convolution, algo,
                                                 workspace, workspace.bytes(), &half, call.y, z, bias_desc, bias,
                                                 activation(mode), call.y, y);
  };
  OK(fused(1, 0));
  expect_values(y.get(), expected, 1e-5, "bias, z and relu");
  OK(fused(5, 1));
  CHECK_EQ(fused(5, 0), 3000);  // the identity needs IMPLICIT_PRECOMP_GEMM
  CHECK_EQ(fused(0, 1), 3000);  // no sigmoid
}

void test_two_byte_types(World& world) {
  const Shape& s = kShapes[0];
  for (const int type : {kHalf, kBfloat16}) {
    Array x(random_values(s.x.count(), 1), type), w(random_values(s.w.count(), 2), type), y(s.y().count(), type),
        workspace(1 << 14);
    const Call call(s, kNhwc, type);
    OK(cudnnConvolutionForward(world.cudnn, &kOne, call.x, x, call.w, w, call.convolution, 1, workspace,
                               workspace.bytes(), &kZero, call.y, y));
    expect_values(y.get(), reference(s, x.get(), w.get()), type == kHalf ? 2e-3 : 2e-2, "two bytes");
  }
}

void test_algorithms_and_workspaces(World& world) {
  const Call call(kShapes[0]);
  emulated_cudnn::Performance results[8];
  int count = 0;
  size_t bytes = 0;
  OK(cudnnGetConvolutionForwardAlgorithm_v7(world.cudnn, call.x, call.w, call.convolution, call.y, 8, &count, results));
  CHECK_EQ(count, 8);
  CHECK_EQ(results[0].algo, 1);
  OK(cudnnGetConvolutionForwardWorkspaceSize(world.cudnn, call.x, call.w, call.convolution, call.y, 1, &bytes));
  CHECK_EQ(bytes, results[0].memory);
  CHECK(bytes > 0);
  CHECK_EQ(results[7].status, 3000);
  CHECK_EQ(cudnnGetConvolutionForwardWorkspaceSize(world.cudnn, call.x, call.w, call.convolution, call.y, 6, &bytes),
           3000);
  OK(cudnnGetConvolutionBackwardDataAlgorithm_v7(world.cudnn, call.w, call.y, call.convolution, call.x, 2, &count,
                                                 results));
  CHECK_EQ(count, 2);
  CHECK_EQ(results[0].determinism, 0);  // what deterministic mode must pass over
  CHECK_EQ(results[1].determinism, 1);
  // A workspace that overlaps x spoils the result.
  Array x(Values(1 << 12, 1.0f)), w(Values(kShapes[0].w.count(), 1.0f)), y(kShapes[0].y().count());
  OK(cudnnConvolutionForward(world.cudnn, &kOne, call.x, x, call.w, w, call.convolution, 1, x, x.bytes(), &kZero,
                             call.y, y));
  CHECK(y.get()[0] != 12.0f);
}

void test_refusals(World& world) {
  const Shape& s = kShapes[0];
  const Call call(s);
  Array x(s.x.count()), w(s.w.count()), y(s.y().count()), workspace(1 << 14);
  const auto forward = [&](void* x_desc, void* w_desc, void* y_desc, int algo, size_t bytes) {
    return cudnnConvolutionForward(world.cudnn, &kOne, x_desc, x, w_desc, w, call.convolution, algo, workspace, bytes,
                                   &kZero, y_desc, y);
  };
  const Dims out = s.y();
  CHECK_EQ(forward(call.x, call.w, tensor({out.n, out.c, out.h, out.w + 1}), 1, 1 << 14), 2000);
  CHECK_EQ(forward(call.x, filter({4, 2, 3, 3}), call.y, 1, 1 << 14), 2000);
  CHECK_EQ(forward(call.x, filter(s.w, kNhwc, kBfloat16), call.y, 1, 1 << 14), 3000);
  CHECK_EQ(forward(tensor(s.x, kNchw), call.w, call.y, 1, 1 << 14), 3000);
  CHECK_EQ(forward(call.x, call.w, call.y, 1, 16), 2006);
  CHECK_EQ(forward(call.x, call.w, call.y, 9, 1 << 14), 2000);
  CHECK_EQ(forward(call.w, call.x, call.y, 1, 1 << 14), 2000);  // descriptors of the wrong kind
  void* destroyed = tensor(s.x);
  OK(cudnnDestroyTensorDescriptor(destroyed));
  CHECK_EQ(forward(destroyed, call.w, call.y, 1, 1 << 14), 2000);
  void* unset = nullptr;
  OK(cudnnCreateTensorDescriptor(&unset));
  CHECK_EQ(forward(unset, call.w, call.y, 1, 1 << 14), 2000);
  char text[256];
  cudnnGetLastErrorString(text, sizeof text);
  CHECK_TEXT(text, "xDesc has never been set");
  CHECK_EQ(assay_emulator_control("fail cudnnConvolutionForward:1=4000"), 0);
  CHECK_EQ(forward(call.x, call.w, call.y, 1, 1 << 14), 4000);
  CHECK_EQ(forward(call.x, call.w, call.y, 1, 1 << 14), 0);
}

}  // namespace

int main() {
  World world;
  CHECK_EQ(cudnnGetVersion(), size_t{91900});
  for (const Shape& shape : kShapes) {
    test_forward(world, shape);
    test_backward(world, shape);
  }
  test_fused(world);
  test_two_byte_types(world);
  test_algorithms_and_workspaces(world);
  test_refusals(world);
  OK(cudnnDestroy(world.cudnn));
  return assay_test::finish();
}
