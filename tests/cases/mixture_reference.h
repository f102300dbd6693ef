// Compares mixtures and sums by class with the contract's equations in double.
#ifndef ASSAY_TESTS_CASES_MIXTURE_REFERENCE_H
#define ASSAY_TESTS_CASES_MIXTURE_REFERENCE_H

#include "score_cases.h"

namespace assay_test {

// Entries of 2^-29 rounded once per pixel matter where weights are small; fp32 entropies likewise.
constexpr double kMixtureTolerance = 2e-5;

struct ReferenceMixture {
  explicit ReferenceMixture(int64_t classes)
      : entry(static_cast<size_t>(classes * classes)),
        weight(static_cast<size_t>(classes)),
        entropy(static_cast<size_t>(classes)),
        margin(static_cast<size_t>(classes)),
        pixels(static_cast<size_t>(classes)) {}

  void add(const ReferencePixel& p) {
    if (p.bad) {
      ++bad;
      return;
    }
    const auto a = static_cast<size_t>(p.argmax);
    const double w = p.entropy / std::log(2.0) + 1e-8;
    for (size_t c = 0; c < weight.size(); ++c) entry[a * weight.size() + c] += w * std::min(1.0, p.probability[c]);
    weight[a] += w;
    entropy[a] += p.entropy;
    margin[a] += p.margin;
    ++pixels[a];
  }

  std::vector<double> entry, weight, entropy, margin;
  std::vector<int64_t> pixels;
  int64_t bad = 0;
};

// Region r of a case, or image r.
inline ReferenceMixture reference_mixture(const ScoreCase& t, const std::vector<ReferencePixel>& pixels, size_t r) {
  const bool images = t.regions == Regions::kNone;
  const std::vector<int32_t> nxy = images ? std::vector<int32_t>{} : make_regions(t);
  const int64_t n = images ? static_cast<int64_t>(r) : nxy[r * 3], left = images ? 0 : nxy[r * 3 + 1],
                top = images ? 0 : nxy[r * 3 + 2];
  const int64_t w = images ? t.w : t.region_w, h = images ? t.h : t.region_h;
  ReferenceMixture e(t.c);
  for (int64_t y = 0; y < h; ++y) {
    for (int64_t x = 0; x < w; ++x) e.add(pixels[static_cast<size_t>((n * t.h + top + y) * t.w + left + x)]);
  }
  return e;
}

inline void check_mixture(const char* name, const std::vector<float>& found, size_t r, const ReferenceMixture& e) {
  if (found.empty()) return;
  const size_t classes = e.weight.size();
  for (size_t i = 0; i < e.entry.size(); ++i) {
    const size_t a = i / classes;
    const double expected = e.pixels[a] == 0 ? 0.0 : e.entry[i] / e.weight[a];
    expect_near(name, r * e.entry.size() + i, found[r * e.entry.size() + i], expected, kMixtureTolerance);
  }
}

inline void check_mixtures(const ScoreCase& t, const ScoreResult& r, const std::vector<ReferencePixel>& pixels) {
  const auto classes = static_cast<size_t>(t.c);
  const size_t regions = t.regions == Regions::kNone ? static_cast<size_t>(t.n) : make_regions(t).size() / 3;
  int64_t bad = 0;
  for (size_t i = 0; i < regions; ++i) {
    const ReferenceMixture e = reference_mixture(t, pixels, i);
    bad += e.bad;
    check_mixture("context_mixture", r.region_mixture, i, e);
    check_mixture("mixture", r.mixture, i, e);
    for (size_t a = 0; a < classes; ++a) {
      const size_t at = i * classes + a;
      const auto count = static_cast<double>(e.pixels[a]);
      if (!r.entropy_by_class.empty()) {
        expect_near("entropy_by_class", at, r.entropy_by_class[at], e.entropy[a], 1e-5 * (count + 1));
        expect_near("margin_by_class", at, r.margin_by_class[at], e.margin[a], 2e-6 * (count + 1));
      }
      if (r.pixels.empty()) continue;
      EXPECT(r.pixels[at] == e.pixels[a], "pixels[" + std::to_string(at) + "] = " + std::to_string(r.pixels[at]));
      EXPECT(r.present[at] == (e.pixels[a] > 0 ? 1 : 0), "present[" + std::to_string(at) + "]");
    }
  }
  if (!r.mixture_nan_pixels.empty()) EXPECT(r.mixture_nan_pixels[0] == bad, "nan_pixels of context_mixture");
}

}  // namespace assay_test

#endif
