// Runs of bald in any cut of its passes into calls, and what the equations say about them in double.
#ifndef ASSAY_TESTS_CASES_BALD_CASES_H
#define ASSAY_TESTS_CASES_BALD_CASES_H

#include "score_cases.h"

namespace assay_test {

// Everything that the calls wrote; a ScoreCase's n are the passes of one image.
struct BaldResult {
  static constexpr const char* kNames[] = {
      "mutual_information",      "predictive_entropy",    "expected_entropy", "mutual_information_mean",
      "predictive_entropy_mean", "expected_entropy_mean", "probability_sum",  "entropy_sum"};
  std::vector<float> floats[8];
  std::vector<uint8_t> mean_argmax;
  std::vector<int32_t> class_histogram, region_nan_pixels;
  std::vector<int64_t> nan_pixels;
};

inline void expect_same(const BaldResult& a, const BaldResult& b) {
  for (int i = 0; i < 8; ++i) expect_same(BaldResult::kNames[i], a.floats[i], b.floats[i]);
  expect_same("mean_argmax", a.mean_argmax, b.mean_argmax);
  expect_same("class_histogram", a.class_histogram, b.class_histogram);
  expect_same("region_nan_pixels", a.region_nan_pixels, b.region_nan_pixels);
  expect_same("nan_pixels", a.nan_pixels, b.nan_pixels);
}

inline std::vector<int32_t> regions_of_one_image(const ScoreCase& t) {
  ScoreCase one = t;
  one.n = 1;
  return make_regions(one);
}

// Which outputs a run asks for: one bit each, in BaldResult's order; then the argmax, histogram and NaN counts.
constexpr unsigned kBaldArgmax = 64, kBaldHistogram = 128, kBaldRegionNan = 256, kBaldAll = 511;

struct BaldBuffers {
  AssayBaldArgs args = {};
  Buffers b;
  size_t pixels, classes, regions;

  BaldBuffers(Backend& backend, const ScoreCase& t, const Scores& s, unsigned want, bool sums, size_t misalignment)
      : b(backend), pixels(static_cast<size_t>(t.h * t.w)), classes(static_cast<size_t>(t.c)), regions(0) {
    args.struct_size = sizeof args;
    args.input = s.tensor;
    args.input.data = b.input(s.bytes.data(), s.bytes.size(), s.misalignment);
    args.input_kind = t.kind;
    const size_t shift = misalignment * sizeof(float);
    if (sums) {
      args.probability_sum = b.output<float>(true, classes * pixels, shift);
      args.entropy_sum = b.output<float>(true, pixels, shift);
    }
    args.maps.mutual_information = b.output<float>(want & 1, pixels, shift);
    args.maps.predictive_entropy = b.output<float>(want & 2, pixels, shift);
    args.maps.expected_entropy = b.output<float>(want & 4, pixels, shift);
    args.maps.mean_argmax = b.output<uint8_t>(want & kBaldArgmax, pixels, misalignment);
    if (t.regions != Regions::kNone) add_regions(t, want);
    args.nan_pixels = b.output<int64_t>(true, 1);
  }

  BaldResult read() {
    BaldResult r;
    const float* const floats[] = {args.maps.mutual_information, args.maps.predictive_entropy,
                                   args.maps.expected_entropy,   args.mutual_information_mean,
                                   args.predictive_entropy_mean, args.expected_entropy_mean};
    for (int i = 0; i < 6; ++i) r.floats[i] = b.read(floats[i], i < 3 ? pixels : regions);
    r.floats[6] = b.read(args.probability_sum, classes * pixels);
    r.floats[7] = b.read(args.entropy_sum, pixels);
    r.mean_argmax = b.read(args.maps.mean_argmax, pixels);
    r.class_histogram = b.read(args.class_histogram, regions * classes);
    r.region_nan_pixels = b.read(args.region_nan_pixels, regions);
    r.nan_pixels = b.read(args.nan_pixels, 1);
    b.check();
    return r;
  }

 private:
  void add_regions(const ScoreCase& t, unsigned want) {
    const std::vector<int32_t> nxy = regions_of_one_image(t);
    regions = nxy.size() / 3;
    args.region_nxy = b.input(nxy);
    args.regions = static_cast<int64_t>(regions);
    args.region_w = t.region_w;
    args.region_h = t.region_h;
    args.mutual_information_mean = b.output<float>(want & 8, regions);
    args.predictive_entropy_mean = b.output<float>(want & 16, regions);
    args.expected_entropy_mean = b.output<float>(want & 32, regions);
    args.class_histogram = b.output<int32_t>(want & kBaldHistogram, regions * classes);
    args.region_nan_pixels = b.output<int32_t>(want & kBaldRegionNan, regions);
  }
};

// All passes in one call, with or without sums.
inline BaldResult run_resident(Backend& backend, const ScoreCase& t, const Scores& s, unsigned want, bool sums,
                               size_t misalignment) {
  BaldBuffers buffers(backend, t, s, want, sums, misalignment);
  backend.run(buffers.args);
  return buffers.read();
}

// `per_call` passes at a time into sums that start as garbage; outputs come from a last call without passes.
inline BaldResult run_streamed(Backend& backend, const ScoreCase& t, const Scores& s, int64_t per_call) {
  BaldBuffers buffers(backend, t, s, kBaldAll, true, 0);
  const int64_t size = t.dtype == ASSAY_F32 ? 4 : 2;
  AssayBaldArgs add = buffers.args;
  add.maps = {};
  add.regions = 0;
  add.region_nxy = nullptr;
  for (int64_t pass = 0; pass < t.n; pass += per_call) {
    add.input.data = static_cast<const char*>(buffers.args.input.data) + pass * add.input.stride_n * size;
    add.input.n = std::min(per_call, t.n - pass);
    add.passes_before = pass;
    backend.run(add);
  }
  AssayBaldArgs finish = buffers.args;
  finish.input.n = 0;
  finish.input.data = nullptr;
  finish.passes_before = t.n;
  backend.run(finish);
  return buffers.read();
}

struct ReferenceBald {
  double values[3] = {0, 0, 0};  // mutual information, predictive and expected entropy
  std::vector<double> mean;
  bool bad = false;
};

inline ReferenceBald reference_bald(const ScoreCase& t, const Scores& s, int64_t pixel) {
  ReferenceBald r;
  r.mean.assign(static_cast<size_t>(t.c), 0.0);
  for (int64_t pass = 0; pass < t.n; ++pass) {
    const ReferencePixel p = reference_pixel(s.values.data() + (pass * t.h * t.w + pixel) * t.c, t.c, t.kind);
    r.bad = r.bad || p.bad;
    r.values[2] += p.entropy / static_cast<double>(t.n);
    for (size_t c = 0; c < r.mean.size(); ++c) r.mean[c] += p.probability[c] / static_cast<double>(t.n);
  }
  if (r.bad) return {{0, 0, 0}, r.mean, true};
  for (const double m : r.mean) r.values[1] -= m > 0 ? m * std::log(m) : 0;
  r.values[0] = std::max(0.0, r.values[1] - r.values[2]);
  return r;
}

// Results with every output wanted, against the equations.
inline void check_reference(const ScoreCase& t, const Scores& s, const BaldResult& r) {
  std::vector<ReferenceBald> pixels;
  int64_t bad = 0;
  for (int64_t i = 0; i < t.h * t.w; ++i) {
    const auto at = static_cast<size_t>(i);
    pixels.push_back(reference_bald(t, s, i));
    const ReferenceBald& e = pixels.back();
    bad += e.bad;
    // Probabilities need not sum to 1: their entropies go up to 94.
    const double tolerance = std::max(1e-5, 1.8e-6 * e.values[1]);
    for (int k = 0; k < 3; ++k) expect_near(BaldResult::kNames[k], at, r.floats[k][at], e.values[k], tolerance);
    const size_t label = r.mean_argmax[at];
    if (e.bad) {
      EXPECT(label == 255, "mean_argmax of a bad pixel");
      continue;
    }
    // Means that are equal but for rounding may come out either way.
    const double largest = *std::max_element(e.mean.begin(), e.mean.end());
    EXPECT(label < e.mean.size() && e.mean[label] >= largest - 1e-6, "mean_argmax[" + std::to_string(i) + "]");
  }
  EXPECT(r.nan_pixels[0] == bad, "nan_pixels = " + std::to_string(r.nan_pixels[0]));
  const std::vector<int32_t> nxy = t.regions == Regions::kNone ? std::vector<int32_t>() : regions_of_one_image(t);
  for (size_t i = 0; i < nxy.size() / 3; ++i) {
    double sums[3] = {0, 0, 0};
    std::vector<int32_t> histogram(256, 0);
    for (int64_t y = 0; y < t.region_h; ++y) {
      for (int64_t x = 0; x < t.region_w; ++x) {
        const auto at = static_cast<size_t>((nxy[i * 3 + 2] + y) * t.w + nxy[i * 3 + 1] + x);
        for (int k = 0; k < 3; ++k) sums[k] += pixels[at].values[k];
        ++histogram[r.mean_argmax[at]];
      }
    }
    const auto area = static_cast<double>(t.region_w * t.region_h);
    for (int k = 0; k < 3; ++k) {
      expect_near(BaldResult::kNames[k + 3], i, r.floats[k + 3][i], sums[k] / area,
                  std::max(1e-5, 1.8e-6 * sums[1] / area));
    }
    for (int64_t c = 0; c < t.c; ++c) {
      const auto k = static_cast<size_t>(c);
      EXPECT(r.class_histogram[i * static_cast<size_t>(t.c) + k] == histogram[k], "class_histogram");
    }
    EXPECT(r.region_nan_pixels[i] == histogram[255], "region_nan_pixels of region " + std::to_string(i));
  }
}

}  // namespace assay_test

#endif
