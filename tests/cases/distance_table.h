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

inline void expect_same(const ContextResult& a, const ContextResult& b) {
  expect_same("distance", a.distance, b.distance);
  expect_same("common", a.common, b.common);
}

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
  expect_same(found, twin);
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

struct Picks {
  std::vector<int32_t> order;
  std::vector<float> radius;
  int64_t bad_points = 0;
};

inline void expect_same(const Picks& a, const Picks& b) {
  expect_same("order", a.order, b.order);
  expect_same("radius", a.radius, b.radius);
  EXPECT(a.bad_points == b.bad_points, "bad_points differs");
}

// Either features or mixtures.
struct Points {
  int64_t count, dimensions, pad;
  std::vector<float> features;
  Mixtures mixtures;
  bool mean;
};

inline Picks run_k_center(Backend& backend, const Points& points, const std::vector<int32_t>& labelled,
                          int64_t seed_pick, int64_t budget, bool with_radius, size_t shift) {
  Buffers buffers(backend);
  AssayKCenterArgs args = {};
  args.struct_size = sizeof args;
  args.metric = points.features.empty() ? ASSAY_CONTEXTUAL_DIVERSITY : ASSAY_EUCLIDEAN;
  args.points = points.count;
  args.features = static_cast<const float*>(buffers.input(points.features.data(), points.features.size() * 4, shift));
  args.dimensions = points.dimensions;
  args.feature_stride = points.dimensions + points.pad;
  args.mixture = buffers.input(points.mixtures.p);
  args.present = buffers.input(points.mixtures.present);
  args.classes = points.mixtures.classes;
  args.form = points.mean ? ASSAY_MEAN_OVER_COMMON : ASSAY_SUM_OVER_COMMON;
  args.labelled = buffers.input(labelled);
  args.labelled_count = static_cast<int64_t>(labelled.size());
  args.seed_pick = seed_pick;
  args.budget = budget;
  args.order = buffers.output<int32_t>(true, static_cast<size_t>(budget));
  args.radius = buffers.output<float>(with_radius, static_cast<size_t>(budget));
  args.bad_points = buffers.output<int64_t>(true, 1);
  backend.run(args);
  buffers.check();
  return {buffers.read(args.order, static_cast<size_t>(budget)), buffers.read(args.radius, static_cast<size_t>(budget)),
          buffers.read(args.bad_points, 1)[0]};
}

// Plain greedy on a matrix of the twins' own distances: the same arithmetic without bounds, heap or early end.
inline Picks plain_k_center(const std::vector<float>& distance, int64_t count, const std::vector<int32_t>& labelled,
                            int64_t seed_pick, int64_t budget, bool squared) {
  std::vector<float> nearest(static_cast<size_t>(count), INFINITY);
  std::vector<bool> taken(static_cast<size_t>(count));
  const auto take = [&](int64_t centre) {
    taken[static_cast<size_t>(centre)] = true;
    for (int64_t i = 0; i < count; ++i) {
      const float value = distance[static_cast<size_t>(i * count + centre)];
      if (value < nearest[static_cast<size_t>(i)]) nearest[static_cast<size_t>(i)] = value;
    }
  };
  const auto farthest = [&] {
    int64_t best = -1;
    for (int64_t i = 0; i < count; ++i) {
      if (taken[static_cast<size_t>(i)]) continue;
      if (best < 0 || nearest[static_cast<size_t>(i)] > nearest[static_cast<size_t>(best)]) best = i;
    }
    return best;
  };
  for (const int32_t centre : labelled) take(centre);
  Picks picks;
  for (int64_t b = 0; b < budget; ++b) {
    const int64_t pick = b == 0 && labelled.empty() ? seed_pick : farthest();
    picks.order.push_back(static_cast<int32_t>(pick));
    take(pick);
    const int64_t next = farthest();
    const float radius = next < 0 ? 0.0f : nearest[static_cast<size_t>(next)];
    picks.radius.push_back(squared ? std::sqrt(radius) : radius);
  }
  return picks;
}

inline std::vector<float> distances_of(Backend& twins, const Points& points) {
  if (points.features.empty()) {
    return run_context_distance(twins, points.mixtures, nullptr, points.mean, true, false).distance;
  }
  const DistanceCase t = {points.count, points.count, points.dimensions, points.pad};
  return run_squared_distances(twins, t, points.features, points.features, 0);
}

// What the picks must be by the equation in double: each pick is as far as the farthest point, but for rounding.
inline void check_against_double(const Points& points, const std::vector<int32_t>& labelled, const Picks& found) {
  std::vector<int64_t> centres(labelled.begin(), labelled.end());
  const auto distance = [&](int64_t i, int64_t j) {
    int32_t common;
    const int64_t stride = points.dimensions + points.pad;
    return points.features.empty()
               ? context_distance(points.mixtures, i, points.mixtures, j, points.mean, common)
               : std::sqrt(squared_distance(&points.features[static_cast<size_t>(i * stride)],
                                            &points.features[static_cast<size_t>(j * stride)], points.dimensions));
  };
  for (size_t b = 0; b < found.order.size(); ++b) {
    centres.push_back(found.order[b]);
    double radius = 0.0;
    for (int64_t i = 0; i < points.count; ++i) {
      double nearest = INFINITY;
      for (const int64_t centre : centres) nearest = std::fmin(nearest, distance(i, centre));
      radius = std::fmax(radius, nearest);
    }
    expect_near("radius", b, found.radius[b], radius, 2e-6 + 1e-5 * radius);
  }
}

inline void check_k_center_case(Backend& first, Backend& second, Backend& twins, const Points& points,
                                const std::vector<int32_t>& labelled, int64_t budget, bool in_double) {
  const int64_t seed_pick = points.count / 3;
  const Picks found = run_k_center(first, points, labelled, seed_pick, budget, true, 0);
  const Picks again = run_k_center(second, points, labelled, seed_pick, budget, false, 4);
  const Picks twin = run_k_center(twins, points, labelled, seed_pick, budget, true, 0);
  const Picks alone = run_k_center(twins, points, labelled, seed_pick, budget, false, 0);
  const Picks plain =
      plain_k_center(distances_of(twins, points), points.count, labelled, seed_pick, budget, !points.features.empty());
  expect_same(twin, plain);
  expect_same(found, plain);
  expect_same("order again, without radius", again.order, plain.order);
  expect_same("order of the twin without radius", alone.order, plain.order);
  EXPECT(found.bad_points == 0 && twin.bad_points == 0, "bad points among finite ones");
  if (in_double) check_against_double(points, labelled, found);
}

inline Points euclidean_points(int64_t count, int64_t dimensions, int64_t pad, bool ties) {
  Points points = {count, dimensions, pad, padded_rows(count, dimensions, pad, 7), {}, false};
  for (float& x : points.features) x = ties ? std::round(x) : x;
  return points;
}

inline void check_k_center(Backend& first, Backend& second, Backend& twins, bool reduced) {
  const std::vector<int32_t> some = {3, 17, 3, 8};
  for (const bool ties : {false, true}) {
    context() = ties ? "k_center with ties" : "k_center";
    const Points points = euclidean_points(70, ties ? 3 : 37, 3, ties);
    check_k_center_case(first, second, twins, points, some, 20, !reduced);
    check_k_center_case(first, second, twins, points, {}, 20, !reduced);
  }
  for (const bool mean : {false, true}) {
    context() = mean ? "k_center of mixtures, mean" : "k_center of mixtures, sum";
    const Points points = {41, 0, 0, {}, make_mixtures(41, 11, Entries::kSmooth, 9), mean};
    check_k_center_case(first, second, twins, points, some, 12, !reduced);
    check_k_center_case(first, second, twins, points, {}, 12, !reduced);
  }
  if (reduced) return;
  context() = "k_center, every point picked";
  check_k_center_case(first, second, twins, euclidean_points(19, 8, 0, false), some, 16, true);
  check_k_center_case(first, second, twins, euclidean_points(1, 8, 0, false), {}, 1, true);
  context() = "k_center without a budget or points";
  check_k_center_case(first, second, twins, euclidean_points(19, 8, 0, false), some, 0, true);
  EXPECT(run_k_center(first, euclidean_points(0, 8, 0, false), {}, 0, 0, true, 0).bad_points == 0, "no points");
  context() = "k_center of many points, and of points that are all labelled but some";
  check_k_center_case(first, second, twins, euclidean_points(1100, 4, 0, true), some, 5, false);
  std::vector<int32_t> most;
  for (int32_t i = 0; i < 60; ++i) most.push_back(i * 7 % 64);
  check_k_center_case(first, second, twins, euclidean_points(64, 130, 2, false), most, 4, true);
  context() = "k_center whose sums are long enough to end early";
  check_k_center_case(first, second, twins, euclidean_points(50, 1100, 0, false), some, 20, true);
  for (const bool mean : {false, true}) {
    for (const Entries entries : {Entries::kSmooth, Entries::kZeros}) {
      const Points points = {50, 0, 0, {}, make_mixtures(50, 23, entries, 10), mean};
      check_k_center_case(first, second, twins, points, some, 20, true);
    }
  }
}

// What is not finite is counted, and the picks stay inside the points.
inline void check_bad_points(Backend& backend) {
  context() = "k_center of points that are not finite";
  Points points = euclidean_points(40, 33, 0, false);
  points.features[33 * 5 + 32] = std::nanf("");
  points.features[33 * 20] = INFINITY;
  Picks found = run_k_center(backend, points, {1, 5}, 0, 10, true, 0);
  EXPECT(found.bad_points == 2, "bad points: " + std::to_string(found.bad_points));
  for (const int32_t pick : found.order) EXPECT(pick >= 0 && pick < 40, "pick " + std::to_string(pick));
  points = {20, 0, 0, {}, make_mixtures(20, 5, Entries::kSmooth, 2), false};
  points.mixtures.present[3 * 5] = 1;
  points.mixtures.p[3 * 25] = std::nanf("");
  points.mixtures.p[3 * 25 + 1] = INFINITY;
  for (size_t k = 2; k < 5; ++k) points.mixtures.p[3 * 25 + k] = 0.0f;
  found = run_k_center(backend, points, {1, 5}, 0, 10, true, 0);
  EXPECT(found.bad_points == 1, "bad mixtures: " + std::to_string(found.bad_points));
}

// Indices in device memory cannot be checked: those that are no point are passed over, and picks end with the points.
inline void check_unchecked_indices(Backend& device) {
  context() = "k_center of labelled indices that are no points, and a budget beyond what is left";
  const Points points = euclidean_points(12, 8, 0, false);
  const std::vector<int32_t> labelled = {-1, 4, 12, 4, 2147483647};
  const Picks found = run_k_center(device, points, labelled, 0, 12, true, 0);
  const Picks expected = run_k_center(device, points, {4}, 0, 11, true, 0);
  EXPECT(found.order.back() == -1 && found.radius.back() == 0.0f, "a pick beyond the last point");
  expect_same("order", {found.order.begin(), found.order.end() - 1}, expected.order);
  expect_same("radius", {found.radius.begin(), found.radius.end() - 1}, expected.radius);
}

inline void check_distance_table(Backend& first, Backend& second, Backend& twins, bool reduced) {
  check_squared_distances(first, second, twins, reduced);
  check_context_distance(first, second, twins, reduced);
  check_k_center(first, second, twins, reduced);
  check_unchecked_indices(first);
  check_bad_points(first);
  check_bad_points(twins);
}

}  // namespace assay_test

#endif
