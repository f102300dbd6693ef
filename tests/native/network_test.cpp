// The kernels of a network's layers: every thread count against one thread and the definitions, and what they refuse.
#include "../cases/network_table.h"

namespace assay_test {
namespace {

// The CPU twins on several threads.
class ThreadedTwins : public HostMemoryBackend {
 public:
  explicit ThreadedTwins(int64_t threads) : threads_(threads) {}
#define ASSAY_DEFINE_RUN(name, Args)                                        \
  void run(const Assay##Args& args) override {                              \
    const AssayExec exec = {sizeof(AssayExec), ASSAY_CPU, 0, threads_, {}}; \
    EXPECT(assay_##name(&exec, &args) == ASSAY_OK, assay_last_error());     \
  }
  ASSAY_FOR_EACH_KERNEL(ASSAY_DEFINE_RUN)
#undef ASSAY_DEFINE_RUN

 private:
  int64_t threads_;
};

const AssayExec kCpu = {sizeof(AssayExec), ASSAY_CPU, 0, 1, {}};

void test_refused_elementwise() {
  float x[4] = {}, y[4];
  const AssayElementwiseArgs good = {sizeof good, ASSAY_ADD, ASSAY_F32, ASSAY_F32, 4, x, x, y, 1.0};
  CHECK_EQ(assay_elementwise(&kCpu, &good), ASSAY_OK);
  const auto rejects = [&](AssayStatus status, const char* part, auto&& change) {
    AssayElementwiseArgs args = good;
    change(args);
    CHECK_EQ(assay_elementwise(&kCpu, &args), status);
    CHECK_TEXT(assay_last_error(), part);
  };
  rejects(ASSAY_INVALID_ARGUMENT, "operation=8", [](auto& a) { a.operation = 8; });
  rejects(ASSAY_UNSUPPORTED, "dtype=1 (fp16)", [](auto& a) { a.dtype = a.out_dtype = ASSAY_F16; });
  rejects(ASSAY_INVALID_ARGUMENT, "out_dtype=2 must be dtype=0", [](auto& a) { a.out_dtype = ASSAY_BF16; });
  rejects(ASSAY_INVALID_ARGUMENT, "count=-1", [](auto& a) { a.count = -1; });
  rejects(ASSAY_INVALID_ARGUMENT, "b=null", [](auto& a) { a.b = nullptr; });
  rejects(ASSAY_INVALID_ARGUMENT, "out=null", [](auto& a) { a.out = nullptr; });
  rejects(ASSAY_INVALID_ARGUMENT, "factor=inf", [](auto& a) {
    a.operation = ASSAY_MULTIPLY;
    a.factor = INFINITY;
  });
}

void test_refused_channel_copy() {
  float x[12] = {}, y[12];
  const AssayChannelCopyArgs good = {sizeof good, ASSAY_F32, 2, 3, x, 6, 3, y, 5, 2};
  CHECK_EQ(assay_channel_copy(&kCpu, &good), ASSAY_OK);
  const auto rejects = [&](const char* part, auto&& change) {
    AssayChannelCopyArgs args = good;
    change(args);
    CHECK_EQ(assay_channel_copy(&kCpu, &args), ASSAY_INVALID_ARGUMENT);
    CHECK_TEXT(assay_last_error(), part);
  };
  rejects("from_channel=4 must be in [0, 3]", [](auto& a) { a.from_channel = 4; });
  rejects("to_channel=3 must be in [0, 2]", [](auto& a) { a.to_channel = 3; });
  rejects("from_channels=2 must be in [3,", [](auto& a) { a.from_channels = 2; });
  rejects("from: ", [](auto& a) { a.pixels = INT64_MAX / 2; });
  rejects("to=null", [](auto& a) { a.to = nullptr; });
}

void test_refused_resize() {
  float x[6] = {}, y[12];
  const AssayResizeArgs good = {
      sizeof good, ASSAY_BILINEAR_HALF_PIXEL, ASSAY_RESIZE_FORWARD, ASSAY_F32, 1, 1, 2, 3, 4, 3, x, y};
  CHECK_EQ(assay_resize(&kCpu, &good), ASSAY_OK);
  const auto rejects = [&](AssayStatus status, const char* part, auto&& change) {
    AssayResizeArgs args = good;
    change(args);
    CHECK_EQ(assay_resize(&kCpu, &args), status);
    CHECK_TEXT(assay_last_error(), part);
  };
  rejects(ASSAY_INVALID_ARGUMENT, "rule=3", [](auto& a) { a.rule = 3; });
  rejects(ASSAY_INVALID_ARGUMENT, "direction=2", [](auto& a) { a.direction = 2; });
  rejects(ASSAY_UNSUPPORTED, "dtype=1 (fp16)", [](auto& a) { a.dtype = ASSAY_F16; });
  rejects(ASSAY_INVALID_ARGUMENT, "out_w=32768 must be in [1, 32767]", [](auto& a) { a.out_w = 32768; });
  rejects(ASSAY_INVALID_ARGUMENT, "in_h=0", [](auto& a) { a.in_h = 0; });
  rejects(ASSAY_INVALID_ARGUMENT, "to=null", [](auto& a) { a.to = nullptr; });
}

void test_refused_dropout_mask() {
  float out[4];
  const AssayDropoutMaskArgs good = {sizeof good, ASSAY_F32, 4, 100, 1, out};
  CHECK_EQ(assay_dropout_mask(&kCpu, &good), ASSAY_OK);
  AssayDropoutMaskArgs args = good;
  args.threshold = 65537;
  CHECK_EQ(assay_dropout_mask(&kCpu, &args), ASSAY_INVALID_ARGUMENT);
  CHECK_TEXT(assay_last_error(), "threshold=65537 must be in [0, 65536]");
  args = good;
  args.out = nullptr;
  CHECK_EQ(assay_dropout_mask(&kCpu, &args), ASSAY_INVALID_ARGUMENT);
}

void test_refused_fold_normalisation() {
  float x[4] = {}, ones[2] = {1, 1}, weights[4], bias[2];
  const AssayFoldNormalisationArgs good = {sizeof good, 2, 2, x, nullptr, ones, x, ones, ones, 1e-5, weights, bias};
  CHECK_EQ(assay_fold_normalisation(&kCpu, &good), ASSAY_OK);
  AssayFoldNormalisationArgs args = good;
  args.outputs = INT64_MAX / 8;
  args.per_output = 8;
  CHECK_EQ(assay_fold_normalisation(&kCpu, &args), ASSAY_INVALID_ARGUMENT);
  args = good;
  args.variance = nullptr;
  CHECK_EQ(assay_fold_normalisation(&kCpu, &args), ASSAY_INVALID_ARGUMENT);
  CHECK_TEXT(assay_last_error(), "variance=null");
}

}  // namespace
}  // namespace assay_test

int main() {
  using namespace assay_test;
  ThreadedTwins two(2), seven(7);
  CpuTwins one;
  check_network_table(two, seven, one, false);
  test_refused_elementwise();
  test_refused_channel_copy();
  test_refused_resize();
  test_refused_dropout_mask();
  test_refused_fold_normalisation();
  return finish();
}
