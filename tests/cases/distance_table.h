// The cases of squared_distances, context_distance and k_center, held against the CPU twins (all bits) and against the
// equations in double.
#ifndef ASSAY_TESTS_CASES_DISTANCE_TABLE_H
#define ASSAY_TESTS_CASES_DISTANCE_TABLE_H

#include <algorithm>

#include "distance_cases.h"

namespace assay_test {

struct DistanceCase {
  int64_t a_rows, b_rows, columns, pad;
};

inline std::vector<float> run_squared_distances(Backend& backend, const DistanceCase& t, const std::vector<float>& a,
                                                const std::vector<float>& b, size_t shift) {
  Buffers buffers(backend);
  AssaySquaredDistancesArgs args = {};
  args.struct_size = sizeof args;
  args.a = static_cast<const float*>(buffers.input(a.data(), a.size() * 4, shift));
  args.b = static_cast<const float*>(buffers.input(b.data(), b.size() * 4));
  args.a_rows = t.a_rows;
  args.b_rows = t.b_rows;
  args.a_stride = args.b_stride = t.columns + t.pad;
  args.columns = t.columns;
  const auto count = static_cast<size_t>(t.a_rows * t.b_rows);
  args.distance = buffers.output<float>(true, count);
  backend.run(args);
  buffers.check();
  return buffers.read(args.distance, count);
}

inline void check_squared_distances(Backend& first, Backend& second, Backend& twins, bool reduced) {
  std::vector<DistanceCase> rows = {{35, 18, 37, 0}, {5, 3, 64, 4}};
  if (!reduced) {
    for (const int64_t columns : {0, 1, 3, 4, 31, 32, 33, 128, 515}) rows.push_back({33, 17, columns, columns % 3});
    rows.insert(rows.end(), {{0, 4, 8, 0}, {4, 0, 8, 0}, {1, 1, 2048, 0}, {65, 33, 100, 0}, {97, 70, 8, 0}});
  }
  for (const DistanceCase& t : rows) {
    context() = "squared_distances " + std::to_string(t.a_rows) + " x " + std::to_string(t.b_rows) + " x " +
                std::to_string(t.columns) + " + " + std::to_string(t.pad);
    const auto a = padded_rows(t.a_rows, t.columns, t.pad, 1);
    auto b = padded_rows(t.b_rows, t.columns, t.pad, 2);
    if (t.a_rows > 0 && t.b_rows > 0) std::copy_n(a.begin(), t.columns, b.begin());  // one pair of equal rows
    const auto found = run_squared_distances(first, t, a, b, 0);
    expect_same("distance again", found, run_squared_distances(second, t, a, b, 4));
    expect_same("distance of the twin", found, run_squared_distances(twins, t, a, b, 0));
    for (size_t i = 0; i < found.size(); ++i) {
      const auto row = static_cast<int64_t>(i) / t.b_rows, column = static_cast<int64_t>(i) % t.b_rows;
      const int64_t stride = t.columns + t.pad;
      const double expected = squared_distance(&a[row * stride], &b[column * stride], t.columns);
      expect_near("distance", i, found[i], expected, 2e-6 * expected);
    }
  }
}

inline void check_distance_table(Backend& first, Backend& second, Backend& twins, bool reduced) {
  check_squared_distances(first, second, twins, reduced);
}

}  // namespace assay_test

#endif
