// What does a call cost from C when there is next to nothing to do? The other half of CallOverheadBench.java: the same
// calls on the same single element under the same names, so that the difference is what Java adds.
//
//   call_bench        one line per call: name, nanoseconds (best of several batches, so that neighbours do not count)
#include <assay/assay.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kBatches = 25;
constexpr int kCalls = 100000;

void must(AssayStatus status) {
  if (status == ASSAY_OK) return;
  std::fprintf(stderr, "%s\n", assay_last_error());
  std::exit(1);
}

template <typename Call>
void report(const char* name, const Call& call) {
  double best = 1e300;
  for (int batch = 0; batch < kBatches; ++batch) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) call();
    const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
    best = std::min(best, elapsed.count() / kCalls);
  }
  std::printf("%s %.2f\n", name, best);
}

}  // namespace

int main() {
  const AssayExec exec{sizeof exec, ASSAY_CPU, 0, 1, {}};
  float values[16] = {2};
  double norm_out = 0;
  const AssaySquaredNormArgs norm{sizeof norm, values, 1, &norm_out};
  report("squaredNorm", [&] { must(assay_squared_norm(&exec, &norm)); });

  float* at = values + 8;
  const AssaySgdStepArgs sgd{sizeof sgd, at, at + 1, at + 2, 1, 0, 0, 0, 1};
  report("sgdStep", [&] { must(assay_sgd_step(&exec, &sgd)); });

  float maps[3];
  uint8_t argmax = 0;
  int64_t bad = 0;
  const AssayTensor pixel{values, ASSAY_F32, 1, 2, 1, 1, 2, 1, 1, 1};
  const AssayPixelSignalsArgs pixels{sizeof pixels, pixel, ASSAY_LOGITS, {maps, &argmax, maps + 1, maps + 2}, &bad};
  report("pixelSignals", [&] { must(assay_pixel_signals(&exec, &pixels)); });
  return 0;
}
