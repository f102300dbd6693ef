// kernel_bench's cases for the layers of a network: activations of a feature pyramid network's training step.
#include "measure.h"

namespace assay_bench {
namespace {

constexpr int64_t kActivation = 8 * 56 * 56 * 128;

void bench_elementwise(const Session& session, const char* name, int64_t operation, int64_t dtype, int64_t out_dtype) {
  const auto buffers = allocate<float>(3 * kActivation);
  AssayElementwiseArgs args{};
  args.struct_size = sizeof args;
  args.operation = operation;
  args.dtype = dtype;
  args.out_dtype = out_dtype;
  args.count = kActivation;
  args.a = buffers.get();
  args.b = buffers.get() + kActivation;
  args.out = buffers.get() + 2 * kActivation;
  args.factor = 1;
  const bool two_inputs = operation == ASSAY_ADD || operation == ASSAY_RELU_BACKWARD;
  const int64_t size = dtype == ASSAY_F32 ? 4 : 2, out_size = out_dtype == ASSAY_F32 ? 4 : 2;
  session.report("elementwise", name, kActivation * (size * (two_inputs ? 2 : 1) + out_size),
                 measure(session.repeats, [&] { must(assay_elementwise(&session.exec, &args)); }));
}

void bench_channel_copy(const Session& session) {
  const int64_t pixels = 8 * 56 * 56;
  const auto from = allocate<float>(pixels * 128), to = allocate<float>(pixels * 256);
  const AssayChannelCopyArgs args{sizeof args, ASSAY_F32, pixels, 128, from.get(), 128, 0, to.get(), 256, 128};
  session.report("channel_copy", "128 of 256 channels", 8 * pixels * 128,
                 measure(session.repeats, [&] { must(assay_channel_copy(&session.exec, &args)); }));
}

void bench_resize(const Session& session, const std::string& name, int64_t rule, int64_t dtype, int64_t c, int64_t in,
                  int64_t out) {
  const int64_t small = 8 * in * in * c, large = 8 * out * out * c, size = dtype == ASSAY_F32 ? 4 : 2;
  const auto x = allocate<float>(small), y = allocate<float>(large);
  AssayResizeArgs args{sizeof args, rule, ASSAY_RESIZE_FORWARD, dtype, 8, c, in, in, out, out, x.get(), y.get()};
  session.report("resize", name, size * (small + large),
                 measure(session.repeats, [&] { must(assay_resize(&session.exec, &args)); }));
  args.direction = ASSAY_RESIZE_BACKWARD;
  args.from = y.get();
  args.to = x.get();
  session.report("resize", name + " backward", size * (small + large),
                 measure(session.repeats, [&] { must(assay_resize(&session.exec, &args)); }));
}

void bench_parameters(const Session& session) {
  const auto mask = allocate<float>(kActivation);
  const AssayDropoutMaskArgs dropout{sizeof dropout, ASSAY_F32, kActivation, 6554, 1, mask.get()};
  session.report("dropout_mask", "fp32", 4 * kActivation,
                 measure(session.repeats, [&] { must(assay_dropout_mask(&session.exec, &dropout)); }));
  constexpr int64_t kOutputs = 512, kPerOutput = 9 * 512;
  const auto weights = allocate<float>(2 * kOutputs * kPerOutput), vectors = allocate<float>(5 * kOutputs);
  float* const folded = weights.get() + kOutputs * kPerOutput;
  const AssayFoldNormalisationArgs fold{sizeof fold,   kOutputs,      kPerOutput,    weights.get(),
                                        nullptr,       vectors.get(), vectors.get(), vectors.get(),
                                        vectors.get(), 1e-5,          folded,        vectors.get() + 4 * kOutputs};
  session.report("fold_normalisation", "512 x 4608", 8 * kOutputs * kPerOutput,
                 measure(session.repeats, [&] { must(assay_fold_normalisation(&session.exec, &fold)); }));
}

}  // namespace

void bench_network_kernels(const Session& session) {
  bench_elementwise(session, "relu", ASSAY_RELU, ASSAY_F32, ASSAY_F32);
  bench_elementwise(session, "relu_backward", ASSAY_RELU_BACKWARD, ASSAY_F32, ASSAY_F32);
  bench_elementwise(session, "add", ASSAY_ADD, ASSAY_F32, ASSAY_F32);
  bench_elementwise(session, "add bf16", ASSAY_ADD, ASSAY_BF16, ASSAY_BF16);
  bench_elementwise(session, "sigmoid", ASSAY_SIGMOID, ASSAY_F32, ASSAY_F32);
  bench_elementwise(session, "cast to bf16", ASSAY_CAST, ASSAY_F32, ASSAY_BF16);
  bench_channel_copy(session);
  const int64_t half = ASSAY_BILINEAR_HALF_PIXEL;
  bench_resize(session, "8x11 channels, 56 to 224", half, ASSAY_F32, 11, 56, 224);
  bench_resize(session, "8x11 channels, 56 to 224, bf16", half, ASSAY_BF16, 11, 56, 224);
  bench_resize(session, "8x128 channels, 28 to 56", half, ASSAY_F32, 128, 28, 56);
  bench_resize(session, "8x128 channels, 28 to 56, aligned", ASSAY_BILINEAR_ALIGNED_CORNERS, ASSAY_F32, 128, 28, 56);
  bench_resize(session, "8x128 channels, 28 to 56, nearest", ASSAY_NEAREST_HALF_PIXEL, ASSAY_F32, 128, 28, 56);
  bench_parameters(session);
}

}  // namespace assay_bench
