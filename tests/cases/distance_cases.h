// Inputs of the distance kernels, and what their equations say about them in double.
#ifndef ASSAY_TESTS_CASES_DISTANCE_CASES_H
#define ASSAY_TESTS_CASES_DISTANCE_CASES_H

#include <cmath>
#include <vector>

#include "backend.h"

namespace assay_test {

// Rows of bell-shaped numbers, `pad` NaNs after each.
inline std::vector<float> padded_rows(int64_t rows, int64_t columns, int64_t pad, uint64_t seed) {
  Random random(seed);
  std::vector<float> out;
  out.reserve(static_cast<size_t>(rows * (columns + pad)));
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t k = 0; k < columns; ++k) out.push_back(static_cast<float>(random.normal()));
    out.insert(out.end(), static_cast<size_t>(pad), std::nanf(""));
  }
  return out;
}

inline double squared_distance(const float* a, const float* b, int64_t columns) {
  double sum = 0.0;
  for (int64_t k = 0; k < columns; ++k) {
    const double difference = static_cast<double>(a[k]) - b[k];
    sum += difference * difference;
  }
  return sum;
}

// Class mixtures: row c is a distribution that leans towards class c, some classes are absent, their rows NaN.
struct Mixtures {
  int64_t images, classes;
  std::vector<float> p;
  std::vector<uint8_t> present;
  const float* image(int64_t i) const { return p.data() + i * classes * classes; }
  bool has(int64_t i, int64_t c) const { return present[static_cast<size_t>(i * classes + c)] != 0; }
};

enum class Entries { kSmooth, kZeros };

inline Mixtures make_mixtures(int64_t images, int64_t classes, Entries entries, uint64_t seed) {
  Random random(seed);
  Mixtures m = {images, classes, {}, {}};
  std::vector<double> row(static_cast<size_t>(classes));
  for (int64_t i = 0; i < images * classes; ++i) {
    m.present.push_back(static_cast<uint8_t>(random.below(4) == 0 ? 0 : 1 + random.below(255)));
    double sum = 0.0;
    for (int64_t k = 0; k < classes; ++k) {
      const bool zero = entries == Entries::kZeros && random.below(3) == 0;
      sum += row[static_cast<size_t>(k)] =
          zero ? 0.0 : std::exp(2.0 * random.normal()) + (k == i % classes ? 5.0 : 0.0);
    }
    for (const double p : row)
      m.p.push_back(m.present.back() == 0 ? std::nanf("") : static_cast<float>(p / (sum + 1e-30)));
  }
  return m;
}

// The contract's equation; `common` gets the number of common classes.
inline double context_distance(const Mixtures& a, int64_t i, const Mixtures& b, int64_t j, bool mean, int32_t& common) {
  const auto floored = [](float p) { return std::fmax(static_cast<double>(p), 1e-12); };
  double sum = 0.0;
  common = 0;
  for (int64_t c = 0; c < a.classes; ++c) {
    if (!a.has(i, c) || !b.has(j, c)) continue;
    ++common;
    for (int64_t k = c * a.classes; k < (c + 1) * a.classes; ++k) {
      const double p = floored(a.image(i)[k]), q = floored(b.image(j)[k]);
      sum += 0.5 * (p - q) * std::log(p / q);
    }
  }
  return common == 0 ? 0.0 : mean ? sum / common : sum;
}

}  // namespace assay_test

#endif
