// Runs of flip_consistency, and what the equations say about them in double.
#ifndef ASSAY_TESTS_CASES_FLIP_CASES_H
#define ASSAY_TESTS_CASES_FLIP_CASES_H

#include "score_cases.h"

namespace assay_test {

struct FlipResult {
  static constexpr int kMaps = 5;
  static constexpr const char* kNames[] = {"symmetric_kl", "jensen_shannon", "entropy_of_mean", "entropy",
                                           "entropy_flipped"};
  std::vector<float> maps[kMaps], means[kMaps + 1];  // the last mean is argmax_disagreement
  std::vector<uint8_t> argmax_disagreement;
  std::vector<int32_t> region_nan_pixels;
  std::vector<double> images[5];  // entropy_sum, symmetric_kl, jensen_shannon, entropy_of_mean, argmax_disagreement
  std::vector<int64_t> nan_pixels;
};

inline void expect_same(const FlipResult& a, const FlipResult& b) {
  for (int i = 0; i < FlipResult::kMaps; ++i) expect_same(FlipResult::kNames[i], a.maps[i], b.maps[i]);
  for (int i = 0; i <= FlipResult::kMaps; ++i) expect_same("region mean", a.means[i], b.means[i]);
  for (int i = 0; i < 5; ++i) expect_same("image mean", a.images[i], b.images[i]);
  expect_same("argmax_disagreement", a.argmax_disagreement, b.argmax_disagreement);
  expect_same("region_nan_pixels", a.region_nan_pixels, b.region_nan_pixels);
  expect_same("nan_pixels", a.nan_pixels, b.nan_pixels);
}

// One bit per output: 6 maps, 6 means of regions, their NaN counts, 5 means of images.
constexpr unsigned kFlipAll = (1u << 18) - 1u;

inline FlipResult run_flip(Backend& backend, const ScoreCase& t, const Scores& s, const Scores& flipped, unsigned want,
                           size_t misalignment) {
  const auto pixels = static_cast<size_t>(t.n * t.h * t.w);
  const auto images = static_cast<size_t>(t.n);
  const size_t shift = misalignment * sizeof(float);
  Buffers b(backend);
  AssayFlipConsistencyArgs args = {};
  args.struct_size = sizeof args;
  args.input = s.tensor;
  args.input.data = b.input(s.bytes.data(), s.bytes.size(), s.misalignment);
  args.flipped = flipped.tensor;
  args.flipped.data = b.input(flipped.bytes.data(), flipped.bytes.size(), flipped.misalignment);
  args.input_kind = t.kind;
  float** const maps[] = {&args.maps.symmetric_kl, &args.maps.jensen_shannon, &args.maps.entropy_of_mean,
                          &args.maps.entropy, &args.maps.entropy_flipped};
  for (int i = 0; i < 5; ++i) *maps[i] = b.output<float>(want >> i & 1u, pixels, shift);
  args.maps.argmax_disagreement = b.output<uint8_t>(want >> 5 & 1u, pixels, misalignment);
  const std::vector<int32_t> nxy = t.regions == Regions::kNone ? std::vector<int32_t>() : make_regions(t);
  const size_t regions = nxy.size() / 3;
  float** const means[] = {&args.region_means.symmetric_kl,    &args.region_means.jensen_shannon,
                           &args.region_means.entropy_of_mean, &args.region_means.entropy,
                           &args.region_means.entropy_flipped, &args.region_means.argmax_disagreement};
  if (regions > 0) {
    args.region_nxy = b.input(nxy);
    args.regions = static_cast<int64_t>(regions);
    args.region_w = t.region_w;
    args.region_h = t.region_h;
    for (int i = 0; i < 6; ++i) *means[i] = b.output<float>(want >> (6 + i) & 1u, regions);
    args.region_nan_pixels = b.output<int32_t>(want >> 12 & 1u, regions);
  }
  double** const image_means[] = {&args.image_entropy_sum, &args.image_symmetric_kl, &args.image_jensen_shannon,
                                  &args.image_entropy_of_mean, &args.image_argmax_disagreement};
  for (int i = 0; i < 5; ++i) *image_means[i] = b.output<double>(want >> (13 + i) & 1u, images);
  args.nan_pixels = b.output<int64_t>(true, 1);
  backend.run(args);
  FlipResult r;
  for (int i = 0; i < 5; ++i) r.maps[i] = b.read(*maps[i], pixels);
  for (int i = 0; i < 6; ++i) r.means[i] = b.read(*means[i], regions);
  for (int i = 0; i < 5; ++i) r.images[i] = b.read(*image_means[i], images);
  r.argmax_disagreement = b.read(args.maps.argmax_disagreement, pixels);
  r.region_nan_pixels = b.read(args.region_nan_pixels, regions);
  r.nan_pixels = b.read(args.nan_pixels, 1);
  b.check();
  return r;
}

struct ReferenceFlip {
  double maps[FlipResult::kMaps] = {0, 0, 0, 0, 0};
  int disagreement = 255;
};

inline ReferenceFlip reference_flip(const ReferencePixel& p, const ReferencePixel& q) {
  ReferenceFlip r;
  if (p.bad || q.bad) return r;
  const auto log_of = [](double x) { return std::log(std::max(x, 1e-12)); };
  double kl = 0, of_mean = 0;
  for (size_t c = 0; c < p.probability.size(); ++c) {
    const double a = p.probability[c], b = q.probability[c], m = (a + b) / 2;
    kl += (a - b) * (log_of(a) - log_of(b)) / 2;
    of_mean -= m > 0 ? m * std::log(m) : 0;
  }
  r.maps[0] = std::min(127.0, kl);
  r.maps[1] = std::max(0.0, of_mean - (p.entropy + q.entropy) / 2);
  r.maps[2] = std::max(0.0, of_mean);
  r.maps[3] = std::max(0.0, p.entropy);
  r.maps[4] = std::max(0.0, q.entropy);
  r.disagreement = p.argmax != q.argmax;
  return r;
}

// The means of some pixels, kept as sums.
struct ReferenceFlipSums {
  double maps[FlipResult::kMaps] = {0, 0, 0, 0, 0};
  double differing = 0;
  int64_t bad = 0, pixels = 0;

  void add(const ReferenceFlip& p) {
    for (int i = 0; i < FlipResult::kMaps; ++i) maps[i] += p.maps[i];
    differing += p.disagreement == 1;
    bad += p.disagreement == 255;
    ++pixels;
  }
  double mean(int i) const { return maps[i] / static_cast<double>(pixels); }
};

// Results with every output wanted, against the equations.
inline void check_reference(const ScoreCase& t, const Scores& s, const Scores& flipped, const FlipResult& r) {
  // Of means by name; probabilities need not sum to 1, and then their entropies go up to 94.
  const auto tolerance = [](int i, auto&& mean) {
    return i == 0 ? 1e-5 * (1 + mean(0)) : std::max(1e-5, 1.8e-6 * mean(2));
  };
  std::vector<ReferenceFlip> pixels;
  std::vector<ReferenceFlipSums> images(static_cast<size_t>(t.n));
  int64_t bad = 0;
  for (int64_t row = 0; row < t.n * t.h; ++row) {
    for (int64_t x = 0; x < t.w; ++x) {
      const size_t at = pixels.size();
      const float* const p = s.values.data() + (row * t.w + x) * t.c;
      const float* const q = flipped.values.data() + (row * t.w + t.w - 1 - x) * t.c;
      pixels.push_back(reference_flip(reference_pixel(p, t.c, t.kind), reference_pixel(q, t.c, t.kind)));
      const ReferenceFlip& e = pixels.back();
      images[static_cast<size_t>(row / t.h)].add(e);
      bad += e.disagreement == 255;
      for (int i = 0; i < FlipResult::kMaps; ++i) {
        const double allowed = tolerance(i, [&](int k) { return e.maps[k]; });
        expect_near(FlipResult::kNames[i], at, r.maps[i][at], e.maps[i], allowed);
      }
      EXPECT(r.argmax_disagreement[at] == e.disagreement, "argmax_disagreement[" + std::to_string(at) + "]");
    }
  }
  EXPECT(r.nan_pixels[0] == bad, "nan_pixels = " + std::to_string(r.nan_pixels[0]));
  for (size_t n = 0; n < images.size(); ++n) {
    const ReferenceFlipSums& e = images[n];
    const auto mean = [&](int k) { return e.mean(k); };
    expect_near("image_entropy_sum", n, r.images[0][n], e.mean(3) + e.mean(4), 2 * tolerance(3, mean));
    for (int i = 0; i < 3; ++i) expect_near("image mean", n, r.images[1 + i][n], e.mean(i), tolerance(i, mean));
    expect_near("image_argmax_disagreement", n, r.images[4][n], e.differing / static_cast<double>(e.pixels), 1e-12);
  }
  const std::vector<int32_t> nxy = t.regions == Regions::kNone ? std::vector<int32_t>() : make_regions(t);
  for (size_t i = 0; i < nxy.size() / 3; ++i) {
    ReferenceFlipSums e;
    for (int64_t y = 0; y < t.region_h; ++y) {
      const int64_t first = (nxy[i * 3] * t.h + nxy[i * 3 + 2] + y) * t.w + nxy[i * 3 + 1];
      for (int64_t x = first; x < first + t.region_w; ++x) e.add(pixels[static_cast<size_t>(x)]);
    }
    for (int k = 0; k < FlipResult::kMaps; ++k) {
      const double allowed = tolerance(k, [&](int m) { return e.mean(m); });
      expect_near("region mean", i, r.means[k][i], e.mean(k), allowed);
    }
    expect_near("region argmax_disagreement", i, r.means[5][i], e.differing / static_cast<double>(e.pixels), 1e-6);
    EXPECT(r.region_nan_pixels[i] == e.bad, "region_nan_pixels of region " + std::to_string(i));
  }
}

}  // namespace assay_test

#endif
