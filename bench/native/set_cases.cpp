// The kernels over sets of images or regions: distances, k-center, tables of KL scores.
#include <cmath>
#include <numeric>
#include <random>

#include "measure.h"

namespace assay_bench {
namespace {

// The first kOthers points are labelled.
constexpr int64_t kOthers = 300, kBudget = 150;

void bench_k_center(const Session& session, const std::string& name, int64_t bytes, AssayKCenterArgs args) {
  std::vector<int32_t> labelled(kOthers), order(kBudget);
  std::vector<float> radius(kBudget);
  std::iota(labelled.begin(), labelled.end(), 0);
  int64_t bad = 0;
  args.struct_size = sizeof args;
  args.labelled = labelled.data();
  args.labelled_count = kOthers;
  args.budget = kBudget;
  args.order = order.data();
  args.radius = radius.data();
  args.bad_points = &bad;
  session.report("k_center", name + ", 300 labelled, 150 picks", bytes,
                 measure(session.repeats, [&] { must(assay_k_center(&session.exec, &args)); }));
}

// The coreset case: bell-shaped features.
void bench_features(const Session& session, int64_t points, int64_t dimensions) {
  const auto features = allocate<float>(points * dimensions);
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::generate_n(features.get(), points * dimensions, [&] { return normal(random); });
  const std::string shape = std::to_string(points) + "x" + std::to_string(dimensions);
  const int64_t bytes = 4 * points * dimensions;
  const auto distance = allocate<float>(points * kOthers);
  const AssaySquaredDistancesArgs all{sizeof all, features.get(), points,     dimensions,    features.get(),
                                      kOthers,    dimensions,     dimensions, distance.get()};
  session.report("squared_distances", shape + " to 300", bytes,
                 measure(session.repeats, [&] { must(assay_squared_distances(&session.exec, &all)); }));
  AssayKCenterArgs args{};
  args.metric = ASSAY_EUCLIDEAN;
  args.points = points;
  args.features = features.get();
  args.dimensions = args.feature_stride = dimensions;
  bench_k_center(session, "euclidean " + shape, bytes, args);
}

// The contextual-diversity case: softmax-like mixtures, three classes in four present.
void bench_mixtures(const Session& session, int64_t images, int64_t classes) {
  const int64_t bytes = 4 * images * classes * classes;
  const auto mixture = allocate<float>(images * classes * classes);
  const auto present = allocate<uint8_t>(images * classes);
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  for (int64_t row = 0; row < images * classes; ++row) {
    present[row] = random() % 4 != 0;
    float* const p = mixture.get() + row * classes;
    float sum = 0;
    for (int64_t k = 0; k < classes; ++k) sum += p[k] = std::exp(normal(random) + (k == row % classes ? 2.0f : 0.0f));
    for (int64_t k = 0; k < classes; ++k) p[k] /= sum;
  }
  const std::string shape = std::to_string(images) + "x" + std::to_string(classes) + "x" + std::to_string(classes);
  const auto distance = allocate<float>(images * kOthers);
  const AssayContextDistanceArgs pairs{sizeof pairs,          mixture.get(),  present.get(), images,
                                       mixture.get(),         present.get(),  kOthers,       classes,
                                       ASSAY_SUM_OVER_COMMON, distance.get(), nullptr};
  session.report("context_distance", shape + " to 300", bytes,
                 measure(session.repeats, [&] { must(assay_context_distance(&session.exec, &pairs)); }));
  AssayKCenterArgs args{};
  args.metric = ASSAY_CONTEXTUAL_DIVERSITY;
  args.points = images;
  args.mixture = mixture.get();
  args.present = present.get();
  args.classes = classes;
  bench_k_center(session, "context sum " + shape, bytes, args);
  args.form = ASSAY_MEAN_OVER_COMMON;
  bench_k_center(session, "context mean " + shape, bytes, args);
}

// Rows of counts of which most are 0, as predictions of small regions have them, among themselves.
void bench_kl(const Session& session, int64_t rows, int64_t classes) {
  std::vector<int32_t> counts(static_cast<size_t>(rows * classes));
  std::mt19937 random(3);
  for (int64_t i = 0; i < rows * classes; ++i) {
    const bool present = random() % 3 == 0 || i / classes % classes == i % classes;
    counts[static_cast<size_t>(i)] = present ? static_cast<int32_t>(1 + random() % 7200) : 0;
  }
  std::vector<float> histogram(static_cast<size_t>(rows * ASSAY_KL_BINS));
  AssayKlHistogramArgs args{};
  args.struct_size = sizeof args;
  args.candidates = counts.data();
  args.candidate_dtype = ASSAY_I32;
  args.candidate_count = args.reference_count = rows;
  args.classes = classes;
  args.candidate_fill = 1e-7;
  args.histogram = histogram.data();
  session.report("kl_histogram", std::to_string(rows) + " rows of " + std::to_string(classes),
                 4 * rows * (classes + ASSAY_KL_BINS),
                 measure(session.repeats, [&] { must(assay_kl_histogram(&session.exec, &args)); }));
}

}  // namespace

void bench_set_kernels(const Session& session) {
  bench_features(session, 3000, 2048);
  bench_mixtures(session, 3000, 19);
  bench_kl(session, 480, 12);
  bench_kl(session, 4096, 20);
}

}  // namespace assay_bench
