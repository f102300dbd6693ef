// The emulated graph API against loops written out, and the mistakes that it has to refuse.
#include <cmath>

#include "selftest/graph_api.h"

extern "C" int assay_emulator_control(const char* text);
extern "C" int64_t assay_emulator_calls(const char* function);

namespace {

using namespace emulator_test;

enum Uid : int64_t { kX = 1, kW, kB, kZ, kY, kMask, kScale, kShift, kEps, kFactor, kZero, kDy, kDx, kDz, kDs, kDb };
enum Statistic : int64_t { kOldMean = 30, kOldVar, kNewMean, kNewVar, kMean, kInverse };

constexpr int kBool = names::kBoolean;

Descriptor convolution_rule(int64_t pad) {
  Descriptor rule(names::kConvolutionRule);
  rule.code(names::kConvolutionType, names::kDataTypeType, kFloat)
      .code(names::kConvolutionMode, names::kConvolutionModeType, 1)
      .longs(names::kConvolutionDimensions, {2})
      .longs(names::kConvolutionPrePaddings, {pad, pad})
      .longs(names::kConvolutionPostPaddings, {pad, pad})
      .longs(names::kConvolutionStrides, {1, 1})
      .longs(names::kConvolutionDilations, {1, 1})
      .finish();
  return rule;
}

// What an operation refers to must live until it is finalised.
Descriptor unfinished_convolution(const Descriptor& rule, const Descriptor& x, const Descriptor& w,
                                  const Descriptor& y) {
  Descriptor operation(names::kConvolutionForward);
  operation.refer(names::kForwardRule, rule)
      .refer(names::kForwardX, x)
      .refer(names::kForwardW, w)
      .refer(names::kForwardY, y)
      .single(names::kForwardAlpha, 1)
      .single(names::kForwardBeta, 0);
  return operation;
}

Descriptor convolution(int64_t pad, const Descriptor& x, const Descriptor& w, const Descriptor& y) {
  const Descriptor rule = convolution_rule(pad);
  Descriptor operation = unfinished_convolution(rule, x, w, y);
  operation.finish();
  return operation;
}

constexpr int kHigh = 4, kWide = 5, kIn = 3, kOut = 2;

// 3 x 3, padded by one: NHWC times K x R x S x C, then bias, sum and ReLU.
Values expected_block(const Values& x, const Values& w, const Values& b, const Values& z) {
  Values y(static_cast<size_t>(kHigh * kWide * kOut));
  for (int row = 0; row < kHigh; ++row)
    for (int column = 0; column < kWide; ++column)
      for (int k = 0; k < kOut; ++k) {
        double sum = b[static_cast<size_t>(k)];
        for (int r = 0; r < 3; ++r)
          for (int s = 0; s < 3; ++s)
            for (int c = 0; c < kIn; ++c) {
              const int h = row + r - 1, v = column + s - 1;
              if (h < 0 || h >= kHigh || v < 0 || v >= kWide) continue;
              sum += static_cast<double>(x[static_cast<size_t>((h * kWide + v) * kIn + c)]) *
                     w[static_cast<size_t>(((k * 3 + r) * 3 + s) * kIn + c)];
            }
        const size_t at = static_cast<size_t>((row * kWide + column) * kOut + k);
        y[at] = static_cast<float>(std::fmax(0.0, sum + z[at]));
      }
  return y;
}

// What heuristics, engines and plans of a convolution say, and that each engine computes it.
void test_convolution(World& world) {
  const Dims in{1, kIn, kHigh, kWide}, out{1, kOut, kHigh, kWide};
  const Descriptor x = real(kX, in), w = real(kW, {kOut, kIn, 3, 3}), b = real(kB, {1, kOut, 1, 1}), z = real(kZ, out),
                   y = real(kY, out), t0 = between(100, out), t1 = between(101, out), t2 = between(102, out);
  const Descriptor conv = convolution(1, x, w, t0);
  const Descriptor bias = pointwise(names::kAdd, t0, &b, t1), sum = pointwise(names::kAdd, t1, &z, t2),
                   relu = pointwise(names::kReluForward, t2, nullptr, y);
  // In whatever order they are given.
  Descriptor graph = unfinished_graph(world.cudnn, {&relu, &sum, &conv, &bias});
  graph.finish();
  const std::vector<Descriptor> first = configurations(graph, names::kModeA);
  const std::vector<Descriptor> fallback = configurations(graph, names::kModeFallback);
  CHECK_EQ(first.size(), size_t{3});
  CHECK_EQ(fallback.size(), size_t{1});
  CHECK_EQ(cudnnBackendFinalize(unfinished_plan(world.cudnn, first[1]).raw()), 3008);
  const Values xs = random_values(in.count(), 1), ws = random_values(kOut * 27, 2), bs = {0.5f, -0.25f},
               zs = random_values(out.count(), 3);
  Array x_data(xs), w_data(ws), b_data(bs), z_data(zs), y_data(out.count()), workspace(4096);
  const Descriptor pack =
      variant_pack({{kX, x_data}, {kW, w_data}, {kB, b_data}, {kZ, z_data}, {kY, y_data}}, workspace);
  const Values expected = expected_block(xs, ws, bs, zs);
  const auto run = [&](const Descriptor& configuration, double tolerance, const char* what) {
    Descriptor plan = unfinished_plan(world.cudnn, configuration);
    plan.finish();
    CHECK(workspace_of(plan) <= static_cast<int64_t>(workspace.bytes()));
    y_data.set(Values(out.count(), -1.0f));
    OK(cudnnBackendExecute(world.cudnn, plan.raw(), pack.raw()));
    CHECK_EQ(y_data.now()[0], -1.0f);  // queued, not done
    expect_values(y_data.get(), expected, tolerance, what);
  };
  run(first[0], 1e-5, "any order of sums");
  run(first[2], 1e-2, "tensor cores");
  run(fallback[0], 1e-5, "plain");
  double worst = 0;
  run(first[2], 1e-2, "tensor cores again");
  const Values rounded = y_data.get();
  for (size_t i = 0; i < rounded.size(); ++i) worst = std::fmax(worst, std::fabs(rounded[i] - expected[i]));
  CHECK(worst > 1e-6);  // ten bits of fraction
}

// What an engine tells about itself.
void test_notes(World& world) {
  const Dims d{1, 8, 2, 2};
  const Descriptor x = real(kX, d), w = real(kW, {8, 8, 1, 1}), y = real(kY, d), t = between(100, d);
  const Descriptor conv = convolution(0, x, w, t);
  const Descriptor relu = pointwise(names::kReluForward, t, nullptr, y);
  Descriptor graph = unfinished_graph(world.cudnn, {&conv, &relu});
  graph.finish();
  const std::vector<Descriptor> all = configurations(graph, names::kModeA);
  const int expected[] = {names::kNondeterministic, -1, names::kTensorCore};
  for (size_t i = 0; i < 3; ++i) {
    Descriptor engine(names::kEngine);
    void* raw = engine.raw();
    int64_t count = 0, index = -1;
    OK(cudnnBackendGetAttribute(all[i].raw(), names::kConfigEngine, names::kDescriptorType, 1, &count, &raw));
    CHECK_EQ(count, 1);
    OK(cudnnBackendGetAttribute(raw, names::kEngineIndex, names::kInt64Type, 1, &count, &index));
    CHECK_EQ(index, static_cast<int64_t>(i));
    int notes[10] = {};
    OK(cudnnBackendGetAttribute(raw, names::kEngineNumericalNotes, names::kNumericalNoteType, 10, &count, notes));
    CHECK_EQ(count, expected[i] < 0 ? 0 : 1);
    if (count > 0) CHECK_EQ(notes[0], expected[i]);
  }
}

struct Moments {
  double mean = 0, variance = 0;
};
Moments moments(const Values& x, size_t channel, size_t channels) {
  Moments m;
  const double count = static_cast<double>(x.size() / channels);
  for (size_t i = channel; i < x.size(); i += channels) m.mean += x[i] / count;
  for (size_t i = channel; i < x.size(); i += channels) m.variance += (x[i] - m.mean) * (x[i] - m.mean) / count;
  return m;
}

const Dims kNorm{2, 8, 3, 2};
constexpr double kEpsilon = 1e-3, kMomentum = 0.25;

// Refers to one tensor per channel for each attribute.
void refer_per_channel(Descriptor& norm, const std::vector<std::pair<int, int64_t>>& uids, int channels,
                       std::vector<Descriptor>* keep) {
  for (const auto& [name, uid] : uids) {
    keep->push_back(real(uid, {1, channels, 1, 1}));
    norm.refer(name, keep->back());
  }
}

Descriptor norm_forward(const Descriptor& x, const Descriptor& y, int channels) {
  const Descriptor epsilon = scalar(kEps), factor = scalar(kFactor);
  std::vector<Descriptor> keep;
  Descriptor norm(names::kNormForward);
  norm.code(names::kNormMode, names::kNormModeType, names::kBatchNorm)
      .code(names::kNormPhase, names::kNormPhaseType, names::kTraining)
      .refer(names::kNormX, x)
      .refer(names::kNormY, y)
      .refer(names::kNormEpsilon, epsilon)
      .refer(names::kNormFactor, factor);
  refer_per_channel(norm,
                    {{names::kNormScale, kScale},
                     {names::kNormBias, kShift},
                     {names::kNormOldMean, kOldMean},
                     {names::kNormOldVariance, kOldVar},
                     {names::kNormNewMean, kNewMean},
                     {names::kNormNewVariance, kNewVar},
                     {names::kNormMean, kMean},
                     {names::kNormInverse, kInverse}},
                    channels, &keep);
  norm.finish();
  return norm;
}

Descriptor norm_backward(const Descriptor& x, const Descriptor& dy, const Descriptor& dx) {
  std::vector<Descriptor> keep;
  Descriptor gradient(names::kNormBackward);
  gradient.code(names::kGradientMode, names::kNormModeType, names::kBatchNorm)
      .refer(names::kGradientX, x)
      .refer(names::kGradientDy, dy)
      .refer(names::kGradientDx, dx);
  refer_per_channel(gradient,
                    {{names::kGradientMean, kMean},
                     {names::kGradientInverse, kInverse},
                     {names::kGradientScale, kScale},
                     {names::kGradientDscale, kDs},
                     {names::kGradientDbias, kDb}},
                    8, &keep);
  gradient.finish();
  return gradient;
}

Descriptor plan_of(void* handle, const Descriptor& graph, size_t which) {
  const std::vector<Descriptor> all = configurations(graph, names::kModeA);
  Descriptor plan = unfinished_plan(handle, all[which]);
  plan.finish();
  return plan;
}

// y = relu(norm(x) + z), its mask, and the statistics; then the gradients by that mask against differences.
void test_norm(World& world) {
  const size_t count = kNorm.count();
  Values xs = random_values(count, 4), zs = random_values(count, 5);
  const Values scales = random_values(8, 6), shifts = random_values(8, 7), dys = random_values(count, 8);
  Array x_data(xs), z_data(zs), y_data(count), mask((count + 31) / 32), scale(scales), shift(shifts),
      running_mean(Values(8, 1.0f)), running_variance(Values(8, 2.0f)), mean(8), inverse(8), workspace(16384);
  const Descriptor x = real(kX, kNorm), z = real(kZ, kNorm), y = real(kY, kNorm), bits = real(kMask, kNorm, kBool),
                   zero = scalar(kZero), t0 = between(100, kNorm), t1 = between(101, kNorm);
  const Descriptor norm = norm_forward(x, t0, 8), sum = pointwise(names::kAdd, t0, &z, t1),
                   relu = pointwise(names::kReluForward, t1, nullptr, y),
                   greater = pointwise(names::kGreater, y, &zero, bits);
  Descriptor graph = unfinished_graph(world.cudnn, {&norm, &sum, &relu, &greater});
  graph.finish();
  float epsilon = static_cast<float>(kEpsilon), factor = static_cast<float>(kMomentum), nothing = 0;
  const Descriptor plan = plan_of(world.cudnn, graph, 2);
  {
    const Descriptor pack = variant_pack({{kX, x_data},
                                          {kZ, z_data},
                                          {kY, y_data},
                                          {kMask, mask},
                                          {kScale, scale},
                                          {kShift, shift},
                                          {kEps, &epsilon},
                                          {kFactor, &factor},
                                          {kZero, &nothing},
                                          {kOldMean, running_mean},
                                          {kOldVar, running_variance},
                                          {kNewMean, running_mean},
                                          {kNewVar, running_variance},
                                          {kMean, mean},
                                          {kInverse, inverse}},
                                         workspace);
    OK(cudnnBackendExecute(world.cudnn, plan.raw(), pack.raw()));
    epsilon = factor = NAN;  // read when the plan was executed
  }
  const auto forward = [&](size_t i) {
    const size_t c = i % 8;
    const Moments m = moments(xs, c, 8);
    return (xs[i] - m.mean) / std::sqrt(m.variance + kEpsilon) * scales[c] + shifts[c] + zs[i];
  };
  Values expected(count), means(8), variances(8);
  for (size_t i = 0; i < count; ++i) expected[i] = static_cast<float>(std::fmax(0.0, forward(i)));
  for (size_t c = 0; c < 8; ++c) {
    const Moments m = moments(xs, c, 8);
    means[c] = static_cast<float>(0.75 + 0.25 * m.mean);
    variances[c] = static_cast<float>(0.75 * 2 + 0.25 * m.variance * 12 / 11);
  }
  expect_values(y_data.get(), expected, 1e-5, "norm, sum, relu");
  expect_values(running_mean.get(), means, 1e-6, "running mean, in place");
  expect_values(running_variance.get(), variances, 1e-6, "running variance, unbiased");

  Array dy_data(dys), dx_data(count), dz_data(count), dscale(8), dshift(8);
  const Descriptor dy = real(kDy, kNorm), dz = real(kDz, kNorm), dx = real(kDx, kNorm);
  const Descriptor masked = pointwise(names::kMultiply, dy, &bits, dz);
  const Descriptor gradient = norm_backward(x, dz, dx);
  Descriptor backward = unfinished_graph(world.cudnn, {&masked, &gradient});
  backward.finish();
  const Descriptor pack = variant_pack({{kX, x_data},
                                        {kDy, dy_data},
                                        {kMask, mask},
                                        {kDz, dz_data},
                                        {kDx, dx_data},
                                        {kMean, mean},
                                        {kInverse, inverse},
                                        {kScale, scale},
                                        {kDs, dscale},
                                        {kDb, dshift}},
                                       workspace);
  OK(cudnnBackendExecute(world.cudnn, plan_of(world.cudnn, backward, 2).raw(), pack.raw()));
  Values of_z(count);
  for (size_t i = 0; i < count; ++i) of_z[i] = expected[i] > 0 ? dys[i] : 0.0f;
  expect_values(dz_data.get(), of_z, 0, "gradient of the sum's other part");
  const auto loss = [&] {
    double total = 0;
    for (size_t i = 0; i < count; ++i) total += of_z[i] * forward(i);
    return total;
  };
  const Values of_x = dx_data.get();
  for (const size_t i : {0, 13, 47, 95}) {
    const float before = xs[i];
    xs[i] = before + 1.0f / 128;
    const double up = loss();
    xs[i] = before - 1.0f / 128;
    const double down = loss();
    xs[i] = before;
    CHECK_NEAR(of_x[i], (up - down) * 64, 2e-3);
  }
  double db = 0;
  for (size_t i = 3; i < count; i += 8) db += of_z[i];
  CHECK_NEAR(dshift.get()[3], db, 1e-5);
}

void test_refusals(World& world) {
  void* none = nullptr;
  CHECK_EQ(cudnnBackendCreateDescriptor(32, &none), 3000);  // random numbers are not emulated
  Descriptor tensor = graph_tensor(kX, kNorm);
  const int64_t two[] = {1, 2};
  CHECK_EQ(cudnnBackendSetAttribute(tensor.raw(), names::kForwardX, names::kDescriptorType, 1, two), 2000);
  CHECK_EQ(cudnnBackendSetAttribute(tensor.raw(), names::kTensorUid, names::kFloatType, 1, two), 2010);
  CHECK_EQ(cudnnBackendSetAttribute(tensor.raw(), names::kTensorUid, names::kInt64Type, 2, two), 2000);
  CHECK_EQ(cudnnBackendSetAttribute(tensor.raw(), names::kTensorUid, names::kInt64Type, 1, nullptr), 2002);
  CHECK_EQ(cudnnBackendFinalize(Descriptor(names::kTensor).raw()), 2000);  // nothing was set
  const Descriptor y = real(kY, kNorm), w = real(kW, {8, 8, 1, 1});
  const Descriptor rule = convolution_rule(0), padded = convolution_rule(1), other(names::kPointwise);
  const auto status_with = [&](const Descriptor& by, const Descriptor& x) {
    return cudnnBackendFinalize(unfinished_convolution(by, x, w, y).raw());
  };
  CHECK_EQ(status_with(rule, tensor), 2004);  // x is not finalised
  tensor.finish();
  CHECK_EQ(cudnnBackendSetAttribute(tensor.raw(), names::kTensorUid, names::kInt64Type, 1, two), 1001);
  CHECK_EQ(status_with(padded, tensor), 2008);  // y would be larger
  CHECK_EQ(status_with(other, tensor), 2012);

  // Patterns, layouts and shapes that no engine takes.
  const auto status_of = [&](std::initializer_list<const Descriptor*> operations) {
    Descriptor graph = unfinished_graph(world.cudnn, operations);
    graph.finish();
    return cudnnBackendFinalize(unfinished_heuristics(graph, names::kModeA).raw());
  };
  const Descriptor t = between(100, kNorm), out = real(kDx, kNorm);
  const Descriptor conv = convolution(0, tensor, w, t), open = convolution(0, tensor, w, y);
  const Descriptor product = pointwise(names::kMultiply, t, &w, out),
                   late = pointwise(names::kReluForward, y, nullptr, out);
  CHECK_EQ(status_of({&conv, &product}), 3001);
  CHECK_EQ(status_of({&open, &late}), 3001);  // y is written and read again
  Descriptor planar = graph_tensor(kX, kNorm);
  planar.longs(names::kTensorStrides, {48, 6, 2, 1}).finish();
  const Descriptor from_planar = convolution(0, planar, w, t);
  const Descriptor relu = pointwise(names::kReluForward, t, nullptr, out);
  CHECK_EQ(status_of({&from_planar, &relu}), 3004);
  const Dims four{2, 4, 3, 2};
  const Descriptor half_x = real(kX, four, kHalf), half_y = real(kY, four, kHalf),
                   few = norm_forward(half_x, half_y, 4);
  CHECK_EQ(status_of({&few}), 3002);  // half needs channels in eights
  Descriptor alone = unfinished_graph(world.cudnn, {&relu});
  CHECK_EQ(cudnnBackendFinalize(alone.raw()), 2000);  // nothing writes its input
  CHECK_EQ(assay_emulator_control("fail operation_graph:*=3000"), 0);
  CHECK_EQ(cudnnBackendFinalize(unfinished_graph(world.cudnn, {&conv, &relu}).raw()), 3000);
  CHECK_EQ(cudnnBackendFinalize(unfinished_graph(world.cudnn, {&conv, &relu}).raw()), 3000);
  CHECK_EQ(assay_emulator_control("clear"), 0);

  // Packs that do not fit.
  Descriptor graph = unfinished_graph(world.cudnn, {&conv, &relu});
  graph.finish();
  const Descriptor plan = plan_of(world.cudnn, graph, 0);
  Array a(kNorm.count()), b(64), c(kNorm.count() + 1), workspace(16384);
  char* const skewed = static_cast<char*>(c.data()) + 4;
  const auto execute = [&](const Addresses& addresses, void* scratch) {
    return cudnnBackendExecute(world.cudnn, plan.raw(), variant_pack(addresses, scratch).raw());
  };
  CHECK_EQ(execute({{kX, a}, {kW, b}}, workspace), 2000);
  CHECK_EQ(execute({{kX, a}, {kW, b}, {kDx, c}, {kZ, c}}, workspace), 2000);
  CHECK_EQ(execute({{kX, a}, {kW, b}, {kDx, skewed}}, workspace), 2003);
  CHECK_EQ(execute({{kX, a}, {kW, b}, {kDx, c}}, nullptr), 2002);
  const int64_t before = assay_emulator_calls("graph_engine_0");
  CHECK_EQ(execute({{kX, a}, {kW, b}, {kDx, c}}, workspace), 0);
  CHECK_EQ(assay_emulator_calls("graph_engine_0"), before + 1);
}

}  // namespace

int main() {
  World world;
  test_convolution(world);
  test_notes(world);
  test_norm(world);
  test_refusals(world);
  return assay_test::finish();
}
