// Compares a run's outputs with the contract's equations in double.
#ifndef ASSAY_TESTS_CASES_SCORE_REFERENCE_H
#define ASSAY_TESTS_CASES_SCORE_REFERENCE_H

#include "mixture_reference.h"
#include "score_cases.h"

namespace assay_test {

constexpr double kEntropyTolerance = 1e-5, kProbabilityTolerance = 2e-6;

inline std::vector<ReferencePixel> reference_pixels(const ScoreCase& t, const Scores& s) {
  std::vector<ReferencePixel> out;
  for (int64_t i = 0; i < t.n * t.h * t.w; ++i) out.push_back(reference_pixel(s.values.data() + i * t.c, t.c, t.kind));
  return out;
}

inline void check_maps(const ScoreResult& r, const std::vector<ReferencePixel>& expected) {
  int64_t bad = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const ReferencePixel& e = expected[i];
    bad += e.bad ? 1 : 0;
    if (!r.entropy.empty()) expect_near("entropy", i, r.entropy[i], e.entropy, kEntropyTolerance);
    if (!r.max_probability.empty())
      expect_near("max_probability", i, r.max_probability[i], e.max_probability, kProbabilityTolerance);
    if (!r.margin.empty()) expect_near("margin", i, r.margin[i], e.margin, kProbabilityTolerance);
    if (!r.argmax.empty())
      EXPECT(r.argmax[i] == e.argmax, "argmax[" + std::to_string(i) + "] = " + std::to_string(r.argmax[i]) +
                                          ", expected " + std::to_string(e.argmax));
  }
  const bool any = !r.entropy.empty() || !r.argmax.empty() || !r.max_probability.empty() || !r.margin.empty();
  if (any)
    EXPECT(r.nan_pixels[0] == bad,
           "nan_pixels = " + std::to_string(r.nan_pixels[0]) + ", expected " + std::to_string(bad));
}

// One region's expected outputs.
struct ReferenceRegion {
  double entropy = 0, margin = 0, least_confidence = 0;
  int32_t bad = 0;
  std::vector<int32_t> histogram;
  std::vector<double> probability;
  double cell_min[64], cell_sum[64], cell_max[64];
};

inline ReferenceRegion reference_region(const ScoreCase& t, const std::vector<ReferencePixel>& pixels,
                                        const int32_t* nxy) {
  ReferenceRegion e;
  e.histogram.assign(static_cast<size_t>(t.c), 0);
  e.probability.assign(static_cast<size_t>(t.c), 0.0);
  for (int i = 0; i < 64; ++i) {
    e.cell_min[i] = INFINITY;
    e.cell_sum[i] = e.cell_max[i] = 0.0;
  }
  const int64_t cell_w = t.region_w / 8, cell_h = t.region_h / 8;
  for (int64_t y = 0; y < t.region_h; ++y) {
    for (int64_t x = 0; x < t.region_w; ++x) {
      const ReferencePixel& p = pixels[static_cast<size_t>((nxy[0] * t.h + nxy[2] + y) * t.w + nxy[1] + x)];
      e.entropy += p.entropy;
      e.margin += p.margin;
      if (p.bad) {
        ++e.bad;
      } else {
        ++e.histogram[static_cast<size_t>(p.argmax)];
        e.least_confidence += std::max(0.0, 1.0 - p.max_probability);
        for (size_t c = 0; c < e.probability.size(); ++c) e.probability[c] += std::min(1.0, p.probability[c]);
      }
      if (cell_w == 0 || cell_h == 0 || y >= 8 * cell_h || x >= 8 * cell_w) continue;
      const int64_t cell = y / cell_h * 8 + x / cell_w;
      e.cell_min[cell] = std::min(e.cell_min[cell], p.entropy);
      e.cell_max[cell] = std::max(e.cell_max[cell], p.entropy);
      e.cell_sum[cell] += p.entropy;
    }
  }
  return e;
}

inline void check_regions(const ScoreCase& t, const ScoreResult& r, const std::vector<ReferencePixel>& pixels) {
  const std::vector<int32_t> nxy = make_regions(t);
  const double count = static_cast<double>(t.region_w * t.region_h);
  const double cell_count = static_cast<double>((t.region_w / 8) * (t.region_h / 8));
  for (size_t i = 0; i < nxy.size() / 3; ++i) {
    const ReferenceRegion e = reference_region(t, pixels, &nxy[i * 3]);
    if (!r.entropy_mean.empty())
      expect_near("entropy_mean", i, r.entropy_mean[i], e.entropy / count, kEntropyTolerance);
    if (!r.margin_mean.empty())
      expect_near("margin_mean", i, r.margin_mean[i], e.margin / count, kProbabilityTolerance);
    if (!r.least_confidence_mean.empty()) {
      expect_near("least_confidence_mean", i, r.least_confidence_mean[i], e.least_confidence / count,
                  kProbabilityTolerance);
    }
    if (!r.region_nan_pixels.empty())
      EXPECT(r.region_nan_pixels[i] == e.bad, "region_nan_pixels of region " + std::to_string(i));
    for (size_t c = 0; c < e.histogram.size(); ++c) {
      const size_t at = i * e.histogram.size() + c;
      if (!r.class_histogram.empty()) {
        EXPECT(r.class_histogram[at] == e.histogram[c], "class_histogram[" + std::to_string(at) +
                                                            "] = " + std::to_string(r.class_histogram[at]) +
                                                            ", expected " + std::to_string(e.histogram[c]));
      }
      if (!r.probability_mean.empty())
        expect_near("probability_mean", at, r.probability_mean[at], e.probability[c] / count, kProbabilityTolerance);
    }
    for (size_t k = 0; k < 64; ++k) {
      if (!r.entropy_min.empty())
        expect_near("entropy_min", i * 64 + k, r.entropy_min[i * 64 + k], e.cell_min[k], kEntropyTolerance);
      if (!r.entropy_avg.empty())
        expect_near("entropy_avg", i * 64 + k, r.entropy_avg[i * 64 + k], e.cell_sum[k] / cell_count,
                    kEntropyTolerance);
      if (!r.entropy_max.empty())
        expect_near("entropy_max", i * 64 + k, r.entropy_max[i * 64 + k], e.cell_max[k], kEntropyTolerance);
    }
  }
}

inline void check_reference(const ScoreCase& t, const Scores& s, const ScoreResult& r) {
  const std::vector<ReferencePixel> pixels = reference_pixels(t, s);
  check_maps(r, pixels);
  if (t.regions != Regions::kNone) check_regions(t, r, pixels);
  check_mixtures(t, r, pixels);
}

}  // namespace assay_test

#endif
