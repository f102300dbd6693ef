// squared_distances, context_distance and k_center on the CPU: any number of threads, errors, NaN, repeated calls. The
// equations and the plain greedy algorithm are held against the twins in tests/simt, over tests/cases.
#include "../cases/distance_cases.h"

#include <string>

#include "check.h"

namespace {

using namespace assay_test;

AssayExec cpu(int64_t threads) { return {sizeof(AssayExec), ASSAY_CPU, 0, threads, {}}; }

void must(AssayStatus status) {
  if (status != ASSAY_OK) report(__FILE__, __LINE__, assay_last_error());
}

void test_squared_distances() {
  constexpr int64_t kRows = 100, kOthers = 23, kColumns = 77, kPad = 3;
  const auto a = padded_rows(kRows, kColumns, kPad, 1), b = padded_rows(kOthers, kColumns, 0, 2);
  std::vector<float> first;
  for (const int64_t threads : {1, 2, 7}) {
    std::vector<float> distance(kRows * kOthers, -1.0f);
    const AssaySquaredDistancesArgs args{sizeof args, a.data(), kRows,    kColumns + kPad, b.data(),
                                         kOthers,     kColumns, kColumns, distance.data()};
    const AssayExec exec = cpu(threads);
    must(assay_squared_distances(&exec, &args));
    if (first.empty()) first = distance;
    CHECK(distance == first);
  }
  for (int64_t i = 0; i < kRows; ++i) {
    for (int64_t j = 0; j < kOthers; ++j) {
      const double expected = squared_distance(&a[i * (kColumns + kPad)], &b[j * kColumns], kColumns);
      CHECK_NEAR(first[i * kOthers + j], expected, 1e-6 * expected);
    }
  }
}

void test_squared_distances_errors() {
  const std::vector<float> rows(12);
  std::vector<float> distance(9);
  const AssaySquaredDistancesArgs good{sizeof good, rows.data(), 3, 4, rows.data(), 3, 4, 4, distance.data()};
  const AssayExec exec = cpu(1);
  const auto rejects = [&](const AssaySquaredDistancesArgs& args, const char* part) {
    CHECK_EQ(assay_squared_distances(&exec, &args), ASSAY_INVALID_ARGUMENT);
    CHECK_TEXT(assay_last_error(), part);
  };
  must(assay_squared_distances(&exec, &good));
  auto bad = good;
  bad.a_stride = 3;
  rejects(bad, "a_stride=3 must be at least 4");
  bad = good;
  bad.b_rows = -1;
  rejects(bad, "b_rows=-1");
  bad = good;
  bad.distance = nullptr;
  rejects(bad, "distance=null");
  bad = good;
  bad.a_stride = INT64_MAX / 2;
  rejects(bad, "must fit 63 bits");
}

// NaN reaches every distance of its image but those without a common class; it is not looked at in absent classes.
void test_context_nan() {
  Mixtures m = make_mixtures(4, 3, Entries::kSmooth, 5);
  m.present = {1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1};
  for (float& p : m.p) p = 0.25f;
  m.p[0] = std::nanf("");  // image 0, class 0, which images 1 and 3 have too
  m.p[5] = std::nanf("");  // image 0, class 1, absent
  std::vector<float> distance(16, -1.0f);
  AssayContextDistanceArgs args{};
  args.struct_size = sizeof args;
  args.a_mixture = m.p.data();
  args.a_present = m.present.data();
  args.a_images = 4;
  args.classes = 3;
  args.distance = distance.data();
  const AssayExec exec = cpu(1);
  must(assay_context_distance(&exec, &args));
  CHECK(std::isnan(distance[1]) && std::isnan(distance[3]) && std::isnan(distance[4]));
  CHECK_EQ(distance[2], 0.0f);
  CHECK_EQ(distance[6], 0.0f);
  CHECK_EQ(distance[7], 0.0f);
  args.form = 2;
  CHECK_EQ(assay_context_distance(&exec, &args), ASSAY_INVALID_ARGUMENT);
  CHECK_TEXT(assay_last_error(), "form=2 must be in [0, 1]");
  args.form = 0;
  args.classes = 256;
  CHECK_EQ(assay_context_distance(&exec, &args), ASSAY_INVALID_ARGUMENT);
}

struct Selection {
  std::vector<int32_t> order;
  std::vector<float> radius;
};

Selection select(const AssayKCenterArgs& wanted, int64_t threads) {
  Selection s;
  s.order.assign(static_cast<size_t>(wanted.budget), -7);
  s.radius.assign(static_cast<size_t>(wanted.budget), -7.0f);
  int64_t bad = -1;
  AssayKCenterArgs args = wanted;
  args.order = s.order.data();
  args.radius = s.radius.data();
  args.bad_points = &bad;
  const AssayExec exec = cpu(threads);
  must(assay_k_center(&exec, &args));
  CHECK_EQ(bad, 0);
  return s;
}

AssayKCenterArgs euclidean(const std::vector<float>& features, int64_t points, int64_t dimensions) {
  AssayKCenterArgs args{};
  args.struct_size = sizeof args;
  args.metric = ASSAY_EUCLIDEAN;
  args.points = points;
  args.features = features.data();
  args.dimensions = args.feature_stride = dimensions;
  return args;
}

void test_k_center_threads() {
  constexpr int64_t kPoints = 1000, kClasses = 7;
  const auto features = padded_rows(kPoints, 20, 0, 3);
  const Mixtures m = make_mixtures(kPoints, kClasses, Entries::kSmooth, 4);
  const std::vector<int32_t> labelled = {5, 900, 17};
  AssayKCenterArgs args = euclidean(features, kPoints, 20);
  args.mixture = m.p.data();
  args.present = m.present.data();
  args.classes = kClasses;
  args.labelled = labelled.data();
  args.budget = 300;
  args.seed_pick = 77;
  for (const int64_t count : {3, 0}) {
    args.labelled_count = count;
    for (int variant = 0; variant < 3; ++variant) {
      args.metric = variant == 0 ? ASSAY_EUCLIDEAN : ASSAY_CONTEXTUAL_DIVERSITY;
      args.form = variant == 2 ? ASSAY_MEAN_OVER_COMMON : ASSAY_SUM_OVER_COMMON;
      const Selection one = select(args, 1);
      for (const int64_t threads : {2, 7}) {
        const Selection many = select(args, threads);
        CHECK(many.order == one.order);
        CHECK(many.radius == one.radius);
      }
      if (count == 0) CHECK_EQ(one.order[0], 77);
      std::vector<bool> seen(kPoints);
      for (size_t b = 0; b < one.order.size(); ++b) {
        CHECK(!seen[one.order[b]]);
        seen[one.order[b]] = true;
        CHECK(b == 0 || one.radius[b] <= one.radius[b - 1]);
      }
      for (int64_t i = 0; i < count; ++i) CHECK(!seen[labelled[i]]);
    }
  }
}

void test_k_center_errors() {
  const auto features = padded_rows(20, 4, 0, 3);
  const std::vector<int32_t> labelled = {1, 2, 2, 1, 3};
  std::vector<int32_t> order(20);
  int64_t bad_points = 0;
  AssayKCenterArgs good = euclidean(features, 20, 4);
  good.labelled = labelled.data();
  good.labelled_count = 5;
  good.budget = 17;  // labelled points may repeat
  good.order = order.data();
  good.bad_points = &bad_points;
  const AssayExec exec = cpu(2);
  const auto rejects = [&](const AssayKCenterArgs& args, const char* part) {
    CHECK_EQ(assay_k_center(&exec, &args), ASSAY_INVALID_ARGUMENT);
    CHECK_TEXT(assay_last_error(), part);
  };
  must(assay_k_center(&exec, &good));
  auto bad = good;
  bad.budget = 18;
  rejects(bad, "budget=18 must be in [0, 17]");
  bad = good;
  bad.points = 3;
  rejects(bad, "labelled[4]=3 must be in [0, points=3)");
  bad = good;
  bad.labelled_count = 0;
  bad.seed_pick = 20;
  rejects(bad, "seed_pick=20 must be in [0, 19]");
  bad = good;
  bad.metric = ASSAY_CONTEXTUAL_DIVERSITY;
  rejects(bad, "classes=0");
  bad = good;
  bad.metric = 2;
  rejects(bad, "metric=2");
  bad = good;
  bad.features = nullptr;
  rejects(bad, "features=null");
}

}  // namespace

int main() {
  test_squared_distances();
  test_squared_distances_errors();
  test_context_nan();
  test_k_center_threads();
  test_k_center_errors();
  return finish();
}
