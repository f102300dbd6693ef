// Every instruction set that this machine has and the library was compiled for gives the same bits where it has FMA.
#include <hwy/highway.h>

#include "scores.h"

namespace {

using namespace assay_test;

struct Results {
  Maps maps{3 * 67};
  Guarded<float> comparisons{8 * 67 + 2};  // bald's and flip_consistency's maps, two means of a region
  Guarded<float> signals{134 + 2 * 19 * (3 + 19)};
  double loss = 0, norm = 0;
  std::vector<float> layers = std::vector<float>(4 * 1200);
  std::vector<float> gradient, parameters, distance, context, kl_histogram = std::vector<float>(40 * 32);
  std::vector<int32_t> picks;
  std::vector<double> kl = std::vector<double>(40 * 40);
};

// 40 rows of 36 numbers, which are also 40 mixtures of 6 classes.
void run_distances(Results& r) {
  constexpr int64_t kRows = 40, kClasses = 6, kColumns = kClasses * kClasses;
  std::mt19937 random(11);
  std::vector<float> rows(kRows * kColumns);
  for (float& x : rows) x = static_cast<float>(random() % 1000 + 1) * 0.001f;
  std::vector<uint8_t> present(kRows * kClasses);
  for (uint8_t& flag : present) flag = random() % 4 != 0;
  const AssayExec exec = cpu(1);
  r.distance.assign(kRows * kRows, -1.0f);
  r.context.assign(kRows * kRows, -1.0f);
  r.picks.assign(20, -1);
  const AssaySquaredDistancesArgs squared{sizeof squared, rows.data(), kRows,    kColumns,         rows.data(),
                                          kRows,          kColumns,    kColumns, r.distance.data()};
  must(assay_squared_distances(&exec, &squared));
  AssayContextDistanceArgs context{};
  context.struct_size = sizeof context;
  context.a_mixture = rows.data();
  context.a_present = present.data();
  context.a_images = kRows;
  context.classes = kClasses;
  context.form = ASSAY_MEAN_OVER_COMMON;
  context.distance = r.context.data();
  must(assay_context_distance(&exec, &context));
  int64_t bad = 0;
  AssayKCenterArgs centres{};
  centres.struct_size = sizeof centres;
  centres.metric = ASSAY_CONTEXTUAL_DIVERSITY;
  centres.points = kRows;
  centres.mixture = rows.data();
  centres.present = present.data();
  centres.classes = kClasses;
  centres.budget = static_cast<int64_t>(r.picks.size());
  centres.order = r.picks.data();
  centres.bad_points = &bad;
  must(assay_k_center(&exec, &centres));
}

// What a network's layers make of 10 x 12 pixels of 7 channels, each result in 1200 floats of its own.
void run_layers(Results& r) {
  std::mt19937 random(12);
  std::vector<float> x(10 * 12 * 7);
  for (float& value : x) value = static_cast<float>(random() % 2000) * 0.01f - 10.0f;
  const AssayExec exec = cpu(1);
  float* const out = r.layers.data();
  const auto count = static_cast<int64_t>(x.size());
  const AssayElementwiseArgs sigmoid{sizeof sigmoid, ASSAY_SIGMOID, ASSAY_F32, ASSAY_F32, count,
                                     x.data(),       nullptr,       out,       1};
  must(assay_elementwise(&exec, &sigmoid));
  const AssayElementwiseArgs cast{sizeof cast, ASSAY_CAST, ASSAY_F32,  ASSAY_BF16, count,
                                  x.data(),    nullptr,    out + 1200, 1};
  must(assay_elementwise(&exec, &cast));
  AssayResizeArgs resize{
      sizeof resize, ASSAY_BILINEAR_HALF_PIXEL, ASSAY_RESIZE_FORWARD, ASSAY_F32, 1, 7, 10, 12, 17, 9, x.data(),
      out + 2400};
  must(assay_resize(&exec, &resize));
  resize.direction = ASSAY_RESIZE_BACKWARD;
  resize.from = out + 2400;
  resize.to = out + 3600;
  must(assay_resize(&exec, &resize));
}

// Each row of an image as a pass of bald, and the image as its own mirror image.
void run_comparisons(const Scores& s, int64_t rows, float* out) {
  const AssayExec exec = cpu(1);
  const int64_t w = s.tensor().w;
  const int32_t nxy[] = {0, 2, 0};
  int64_t bad = 0;
  AssayBaldArgs bald{};
  bald.struct_size = sizeof bald;
  bald.input = s.tensor();
  bald.input.h = 1;
  bald.input.n = rows;
  bald.input.stride_n = s.tensor().stride_h;
  bald.maps = {out, nullptr, out + w, out + 2 * w};
  bald.region_nxy = nxy;
  bald.regions = 1;
  bald.region_w = 60;
  bald.region_h = 1;
  bald.mutual_information_mean = out + 8 * w;
  bald.nan_pixels = &bad;
  must(assay_bald(&exec, &bald));
  AssayFlipConsistencyArgs flip{};
  flip.struct_size = sizeof flip;
  flip.input = s.tensor();
  flip.input.h = 1;
  flip.flipped = flip.input;
  flip.maps = {out + 3 * w, out + 4 * w, out + 5 * w, out + 6 * w, out + 7 * w, nullptr};
  flip.region_nxy = nxy;
  flip.regions = 1;
  flip.region_w = 60;
  flip.region_h = 1;
  flip.region_means.symmetric_kl = out + 8 * w + 1;
  flip.nan_pixels = &bad;
  must(assay_flip_consistency(&exec, &flip));
}

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
  regions.entropy_by_class = r.signals.data() + 134 + 2 * 19;
  regions.margin_by_class = r.signals.data() + 134 + 4 * 19;
  regions.context_mixture = r.signals.data() + 134 + 6 * 19;
  regions.nan_pixels = &bad;
  must(assay_region_signals(&exec, &regions));
  std::vector<int32_t> counts(40 * 20);
  for (size_t i = 0; i < counts.size(); ++i) counts[i] = i % 7 < 3 ? 0 : 1 + static_cast<int32_t>(i * i % 977);
  const AssayKlHistogramArgs kl{sizeof kl, counts.data(),         ASSAY_I32, 40,      nullptr,    0, 40, 20, 1e-7,
                                0,         r.kl_histogram.data(), nullptr,   nullptr, r.kl.data()};
  must(assay_kl_histogram(&exec, &kl));
  run_comparisons(s, 5, r.comparisons.data());
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
  run_distances(r);
  run_layers(r);
  return r;
}

void compare(const Results& a, const Results& b, bool same_bits) {
  if (same_bits) {
    CHECK(a.maps.same_bits(b.maps));
    CHECK(a.signals.same_bits(b.signals));
    CHECK(a.comparisons.same_bits(b.comparisons));
    CHECK_EQ(a.loss, b.loss);
    CHECK_EQ(a.norm, b.norm);
    CHECK(a.kl == b.kl);
    CHECK(a.kl_histogram == b.kl_histogram);
    CHECK(a.gradient == b.gradient);
    CHECK(a.parameters == b.parameters);
    CHECK(a.distance == b.distance);
    CHECK(a.layers == b.layers);
    CHECK(a.context == b.context);
    CHECK(a.picks == b.picks);
    return;
  }
  for (int64_t i = 0; i < 3 * 67; ++i) {
    CHECK_EQ(a.maps.argmax[i], b.maps.argmax[i]);
    CHECK_NEAR(a.maps.entropy[i], b.maps.entropy[i], 2e-5);
    CHECK_NEAR(a.maps.margin[i], b.maps.margin[i], 4e-6);
  }
  for (int64_t i = 0; i < 8 * 67 + 2; ++i) {
    CHECK_NEAR(a.comparisons[i], b.comparisons[i], 2e-5 * (1 + b.comparisons[i]));
  }
  for (int64_t i = 134 + 6 * 19; i < 134 + 2 * 19 * 22; ++i) CHECK_NEAR(a.signals[i], b.signals[i], 1e-5);
  CHECK_NEAR(a.loss, b.loss, 1e-5 * b.loss);
  for (size_t i = 0; i < b.distance.size(); ++i) {
    CHECK_NEAR(a.distance[i], b.distance[i], 1e-6 * static_cast<double>(b.distance[i]));
    CHECK_NEAR(a.context[i], b.context[i], 1e-6 + 1e-5 * static_cast<double>(b.context[i]));
  }
  for (size_t i = 0; i < 1200; ++i) CHECK_NEAR(a.layers[i], b.layers[i], 1e-6);
  for (size_t i = 2400; i < b.layers.size(); ++i) CHECK_NEAR(a.layers[i], b.layers[i], 1e-4);
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
