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

struct ContextResult {
  std::vector<float> distance;
  std::vector<int32_t> common;
};

inline ContextResult run_context_distance(Backend& backend, const Mixtures& a, const Mixtures* b, bool mean,
                                          bool with_distance, bool with_common) {
  Buffers buffers(backend);
  AssayContextDistanceArgs args = {};
  args.struct_size = sizeof args;
  args.a_mixture = buffers.input(a.p);
  args.a_present = buffers.input(a.present);
  args.a_images = a.images;
  if (b != nullptr) {
    args.b_mixture = buffers.input(b->p);
    args.b_present = buffers.input(b->present);
    args.b_images = b->images;
  }
  args.classes = a.classes;
  args.form = mean ? ASSAY_MEAN_OVER_COMMON : ASSAY_SUM_OVER_COMMON;
  const auto count = static_cast<size_t>(a.images * (b == nullptr ? a.images : b->images));
  args.distance = buffers.output<float>(with_distance, count);
  args.common = buffers.output<int32_t>(with_common, count);
  backend.run(args);
  buffers.check();
  return {buffers.read(args.distance, count), buffers.read(args.common, count)};
}

inline void check_context_case(Backend& first, Backend& second, Backend& twins, const Mixtures& a, const Mixtures* b,
                               bool mean) {
  const ContextResult found = run_context_distance(first, a, b, mean, true, true);
  const ContextResult again = run_context_distance(second, a, b, mean, true, false);
  const ContextResult counts = run_context_distance(second, a, b, mean, false, true);
  const ContextResult twin = run_context_distance(twins, a, b, mean, true, true);
  expect_same("distance again", found.distance, again.distance);
  expect_same("common alone", found.common, counts.common);
  expect_same("common of the twin alone", found.common, run_context_distance(twins, a, b, mean, false, true).common);
  expect_same("distance of the twin", found.distance, twin.distance);
  expect_same("common of the twin", found.common, twin.common);
  const Mixtures& other = b == nullptr ? a : *b;
  for (size_t at = 0; at < found.distance.size(); ++at) {
    int32_t common = 0;
    const auto i = static_cast<int64_t>(at) / other.images, j = static_cast<int64_t>(at) % other.images;
    const double expected = context_distance(a, i, other, j, mean, common);
    expect_near("distance", at, found.distance[at], expected, 1e-6 + 1e-5 * expected);
    EXPECT(found.common[at] == common, "common[" + std::to_string(at) + "]");
  }
}

inline void check_context_distance(Backend& first, Backend& second, Backend& twins, bool reduced) {
  const std::vector<int64_t> classes =
      reduced ? std::vector<int64_t>{11} : std::vector<int64_t>{1, 2, 3, 5, 6, 11, 19, 32, 33, 65, 255};
  for (const int64_t c : classes) {
    for (const bool mean : {false, true}) {
      for (const Entries entries : {Entries::kSmooth, Entries::kZeros}) {
        context() = "context_distance classes=" + std::to_string(c) + (mean ? " mean" : " sum");
        const Mixtures a = make_mixtures(c > 40 ? 3 : 35, c, entries, 3),
                       b = make_mixtures(c > 40 ? 2 : 10, c, entries, 4);
        check_context_case(first, second, twins, a, &b, mean);
        if (entries == Entries::kSmooth) check_context_case(first, second, twins, a, nullptr, mean);
      }
    }
  }
  context() = "context_distance without images";
  const Mixtures none = make_mixtures(0, 3, Entries::kSmooth, 1), some = make_mixtures(2, 3, Entries::kSmooth, 1);
  check_context_case(first, second, twins, none, nullptr, false);
  check_context_case(first, second, twins, some, &none, false);
}

inline void check_distance_table(Backend& first, Backend& second, Backend& twins, bool reduced) {
  check_squared_distances(first, second, twins, reduced);
  check_context_distance(first, second, twins, reduced);
}

}  // namespace assay_test

#endif
