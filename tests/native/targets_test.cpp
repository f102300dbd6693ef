// Every instruction set that this machine has and the library was compiled for gives the same bits where it has FMA.
#include <hwy/highway.h>

#include "scores.h"

namespace {

using namespace assay_test;

struct Results {
  Maps maps{3 * 67};
  Guarded<float> signals{134 + 2 * 19};
  double loss = 0, norm = 0;
  std::vector<float> gradient, parameters, kl_histogram = std::vector<float>(40 * 32);
  std::vector<double> kl = std::vector<double>(40 * 40);
};

Results run_all(int64_t dtype) {
  Results r;
  Scores s(1, 19, 3 * 8, 67, dtype, false, 1);
  s.fill([](int64_t n, int64_t c, int64_t y, int64_t x) {
    return std::min(3e4f, std::max(-3e4f, mixed_logits(7)(n, c, y, x)));
  });
  AssayTensor top = s.tensor();
  top.h = 3;
  int64_t bad = 0;
  const AssayExec exec = cpu(1);
  const AssayPixelSignalsArgs pixels{sizeof pixels, top, ASSAY_LOGITS, r.maps.view(), &bad};
  must(assay_pixel_signals(&exec, &pixels));
  const int32_t nxy[] = {0, 1, 2, 0, 30, 0};
  AssayRegionSignalsArgs regions{};
  regions.struct_size = sizeof regions;
  regions.input = s.tensor();
  regions.region_nxy = nxy;
  regions.regions = 2;
  regions.region_w = 29;
  regions.region_h = 20;
  regions.entropy_avg = r.signals.data();
  regions.entropy_mean = r.signals.data() + 128;
  regions.margin_mean = r.signals.data() + 130;
  regions.least_confidence_mean = r.signals.data() + 132;
  regions.probability_mean = r.signals.data() + 134;
  regions.nan_pixels = &bad;
  must(assay_region_signals(&exec, &regions));
  std::vector<int32_t> counts(40 * 20);
  for (size_t i = 0; i < counts.size(); ++i) counts[i] = i % 7 < 3 ? 0 : 1 + static_cast<int32_t>(i * i % 977);
  const AssayKlHistogramArgs kl{sizeof kl, counts.data(),         ASSAY_I32, 40,      nullptr,    0, 40, 20, 1e-7,
                                0,         r.kl_histogram.data(), nullptr,   nullptr, r.kl.data()};
  must(assay_kl_histogram(&exec, &kl));
  if (dtype != ASSAY_F32) return r;

  const std::vector<uint8_t> labels(24 * 67, 3);
  r.gradient.assign(s.bytes().size() / 4, 0.0f);
  double weight = 0;
  const AssayCrossEntropyArgs loss{sizeof loss, s.tensor(), labels.data(), nullptr,          255,
                                   &r.loss,     &weight,    &bad,          r.gradient.data()};
  must(assay_cross_entropy(&exec, &loss));
  const auto count = static_cast<int64_t>(r.gradient.size());
  r.parameters.assign(count, 0.5f);
  std::vector<float> m(count, 0.1f), v(count, 0.2f);
  const AssaySgdStepArgs sgd{sizeof sgd, r.parameters.data(), r.gradient.data(), m.data(), count, 0.1, 0.9, 1e-3, 0.5};
  must(assay_sgd_step(&exec, &sgd));
  const AssayAdamStepArgs adam{
      sizeof adam, r.parameters.data(), r.gradient.data(), m.data(), v.data(), count, 2, 0.01, 0.9, 0.999, 1e-8, 1e-2,
      2.0};
  must(assay_adam_step(&exec, &adam));
  const AssaySquaredNormArgs norm{sizeof norm, r.gradient.data(), count, &r.norm};
  must(assay_squared_norm(&exec, &norm));
  return r;
}

void compare(const Results& a, const Results& b, bool same_bits) {
  if (same_bits) {
    CHECK(a.maps.same_bits(b.maps));
    CHECK(a.signals.same_bits(b.signals));
    CHECK_EQ(a.loss, b.loss);
    CHECK_EQ(a.norm, b.norm);
    CHECK(a.kl == b.kl);
    CHECK(a.kl_histogram == b.kl_histogram);
    CHECK(a.gradient == b.gradient);
    CHECK(a.parameters == b.parameters);
    return;
  }
  for (int64_t i = 0; i < 3 * 67; ++i) {
    CHECK_EQ(a.maps.argmax[i], b.maps.argmax[i]);
    CHECK_NEAR(a.maps.entropy[i], b.maps.entropy[i], 2e-5);
    CHECK_NEAR(a.maps.margin[i], b.maps.margin[i], 4e-6);
  }
  CHECK_NEAR(a.loss, b.loss, 1e-5 * b.loss);
  for (size_t i = 0; i < a.kl.size(); ++i) CHECK_NEAR(a.kl[i], b.kl[i], 1e-12);
}

}  // namespace

int main() {
  const int64_t here = hwy::SupportedTargets();
  for (const int64_t dtype : {ASSAY_F32, ASSAY_F16, ASSAY_BF16}) {
    const Results best = run_all(dtype);
    for (int64_t target = 1; target > 0 && target <= HWY_SCALAR; target <<= 1) {
      if ((target & here & (HWY_SSE4 | HWY_AVX2 | HWY_AVX3 | HWY_SCALAR)) == 0) continue;
      hwy::SetSupportedTargetsForTest(target);
      hwy::GetChosenTarget().Update(target);
      std::printf("%s with dtype %d\n", assay_cpu_target(), static_cast<int>(dtype));
      compare(run_all(dtype), best, (target & (HWY_AVX2 | HWY_AVX3)) != 0);
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(here);
  }
  return finish();
}
