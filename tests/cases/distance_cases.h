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

}  // namespace assay_test

#endif
