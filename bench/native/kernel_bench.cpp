// How long does each CPU twin take on data that is already in memory, and what share of a plain read of its bytes is
// that?
//
//   kernel_bench [threads [repeats]]        one JSON line per case on stdout
//
// median_ms and min_ms are wall-clock times; cpu_ms is the median CPU time of the calling thread, which, with one
// thread, means something on a machine that others use. share_of_read = (bytes read / measured read bandwidth with as
// many threads) / median. Inputs are seeded; correctness is checked by tests/native.
#include <assay/assay.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Free {
  void operator()(void* p) const { ::operator delete (p, std::align_val_t{64}); }
};
template <typename T>
using Buffer = std::unique_ptr<T[], Free>;

template <typename T>
Buffer<T> allocate(int64_t count) {
  auto* p = static_cast<T*>(::operator new (static_cast<size_t>(count) * sizeof(T), std::align_val_t{64}));
  std::fill_n(p, count, T{});
  return Buffer<T>(p);
}

struct Times {
  double median_ms, min_ms, cpu_ms;
};

double thread_cpu_ms() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

Times measure(int repeats, const std::function<void()>& body) {
  std::vector<double> wall, cpu;
  for (int i = -2; i < repeats; ++i) {
    const double cpu_start = thread_cpu_ms();
    const auto start = std::chrono::steady_clock::now();
    body();
    const auto end = std::chrono::steady_clock::now();
    if (i < 0) continue;
    wall.push_back(std::chrono::duration<double, std::milli>(end - start).count());
    cpu.push_back(thread_cpu_ms() - cpu_start);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  return {wall[wall.size() / 2], wall.front(), cpu[cpu.size() / 2]};
}

// Milliseconds for `threads` threads to read `bytes` once, best of several.
double read_ms(int64_t bytes, int threads) {
  const int64_t words = bytes / 8;
  const auto data = allocate<uint64_t>(words);
  std::vector<uint64_t> sums(static_cast<size_t>(threads) * 8);
  const auto part = [&](int t) {
    uint64_t sum = 0;
    for (int64_t i = words * t / threads; i < words * (t + 1) / threads; ++i) sum += data[i];
    sums[static_cast<size_t>(t) * 8] += sum;
  };
  return measure(7,
                 [&] {
                   std::vector<std::thread> others;
                   for (int t = 1; t < threads; ++t) others.emplace_back(part, t);
                   part(0);
                   for (auto& thread : others) thread.join();
                 })
      .min_ms;
}

void must(AssayStatus status) {
  if (status == ASSAY_OK) return;
  std::fprintf(stderr, "%s\n", assay_last_error());
  std::exit(1);
}

struct Session {
  AssayExec exec;
  int repeats;

  void report(const std::string& kernel, const std::string& shape, int64_t bytes, const Times& t) const {
    const double read = read_ms(bytes, static_cast<int>(exec.threads));
    std::printf(
        "{\"kernel\":\"%s\",\"case\":\"%s\",\"target\":\"%s\",\"threads\":%d,\"median_ms\":%.4f,\"min_ms\":%.4f,"
        "\"cpu_ms\":%.4f,\"bytes\":%lld,\"gb_per_s\":%.2f,\"read_ms\":%.4f,\"share_of_read\":%.3f}\n",
        kernel.c_str(), shape.c_str(), assay_cpu_target(), static_cast<int>(exec.threads), t.median_ms, t.min_ms,
        t.cpu_ms, static_cast<long long>(bytes), static_cast<double>(bytes) / t.median_ms * 1e-6, read,
        read / t.median_ms);
    std::fflush(stdout);
  }
};

struct Shape {
  int64_t c, h, w, region_w, region_h;
  bool channels_last;
  std::string text() const {
    return std::to_string(c) + "x" + std::to_string(h) + "x" + std::to_string(w) + (channels_last ? " nhwc" : " nchw");
  }
};

AssayTensor tensor_of(const Shape& s, const void* data) {
  if (s.channels_last) return {data, ASSAY_F32, 1, s.c, s.h, s.w, s.c * s.h * s.w, 1, s.c * s.w, s.c};
  return {data, ASSAY_F32, 1, s.c, s.h, s.w, s.c * s.h * s.w, s.h * s.w, s.w, 1};
}

struct Maps {
  explicit Maps(int64_t pixels)
      : entropy(allocate<float>(pixels)),
        argmax(allocate<uint8_t>(pixels)),
        max_probability(allocate<float>(pixels)),
        margin(allocate<float>(pixels)) {}
  AssayPixelMaps view() const { return {entropy.get(), argmax.get(), max_probability.get(), margin.get()}; }
  Buffer<float> entropy;
  Buffer<uint8_t> argmax;
  Buffer<float> max_probability, margin;
};

void bench_pixels(const Session& session, const Shape& s, const float* scores, const Maps& maps) {
  int64_t bad = 0;
  const AssayPixelSignalsArgs all{sizeof all, tensor_of(s, scores), ASSAY_LOGITS, maps.view(), &bad};
  const int64_t bytes = 4 * s.c * s.h * s.w;
  session.report("pixel_signals", s.text(), bytes,
                 measure(session.repeats, [&] { must(assay_pixel_signals(&session.exec, &all)); }));
}

void bench_regions(const Session& session, const Shape& s, const float* scores, const Maps& maps) {
  std::vector<int32_t> nxy;
  for (int64_t y = 0; y + s.region_h <= s.h; y += s.region_h) {
    for (int64_t x = 0; x + s.region_w <= s.w; x += s.region_w) {
      nxy.insert(nxy.end(), {0, static_cast<int32_t>(x), static_cast<int32_t>(y)});
    }
  }
  const auto regions = static_cast<int64_t>(nxy.size() / 3);
  const auto ints = allocate<int32_t>(regions * (s.c + 1));
  const auto floats = allocate<float>(regions * (3 * 64 + 3 + s.c));
  float* f = floats.get();
  int64_t bad = 0;
  AssayRegionSignalsArgs args{sizeof args,
                              tensor_of(s, scores),
                              ASSAY_LOGITS,
                              maps.view(),
                              nxy.data(),
                              regions,
                              s.region_w,
                              s.region_h,
                              ints.get(),
                              f,
                              f + 64 * regions,
                              f + 128 * regions,
                              f + 192 * regions,
                              f + 193 * regions,
                              f + 194 * regions,
                              f + 195 * regions,
                              ints.get() + regions * s.c,
                              &bad};
  const int64_t bytes = 4 * s.c * s.h * s.w;
  const auto run = [&] { must(assay_region_signals(&session.exec, &args)); };
  session.report("region_signals", s.text() + " all", bytes, measure(session.repeats, run));
  args.maps = {};
  session.report("region_signals", s.text() + " without maps", bytes, measure(session.repeats, run));
  args.probability_mean = nullptr;
  session.report("region_signals", s.text() + " without maps and probabilities", bytes, measure(session.repeats, run));
}

// Passes of one image: all in one call for one map, and one pass a call into running sums.
void bench_passes(const Session& session, const Shape& s, int64_t passes) {
  const int64_t pixels = s.h * s.w;
  const auto scores = allocate<float>(passes * s.c * pixels);
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0.0f, 3.0f);
  std::generate_n(scores.get(), passes * s.c * pixels, [&] { return normal(random); });
  const Maps maps(pixels);
  int64_t bad = 0;
  AssayBaldArgs args = {};
  args.struct_size = sizeof args;
  args.input = tensor_of(s, scores.get());
  args.input.n = passes;
  args.maps.mutual_information = maps.entropy.get();
  args.maps.mean_argmax = maps.argmax.get();
  args.nan_pixels = &bad;
  const std::string text = std::to_string(passes) + "x" + s.text();
  session.report("bald", text + " resident", 4 * passes * s.c * pixels,
                 measure(session.repeats, [&] { must(assay_bald(&session.exec, &args)); }));
  const auto sums = allocate<float>((s.c + 1) * pixels);
  args.input.n = 1;
  args.maps = {};
  args.probability_sum = sums.get();
  args.entropy_sum = sums.get() + s.c * pixels;
  args.passes_before = 1;
  session.report("bald", text + " one more pass", 4 * (3 * s.c + 2) * pixels,
                 measure(session.repeats, [&] { must(assay_bald(&session.exec, &args)); }));
}

void bench_flip(const Session& session, const Shape& s, const float* scores) {
  double sums[5];
  int64_t bad = 0;
  AssayFlipConsistencyArgs args = {};
  args.struct_size = sizeof args;
  args.input = args.flipped = tensor_of(s, scores);
  args.image_entropy_sum = sums;
  args.image_symmetric_kl = sums + 1;
  args.image_jensen_shannon = sums + 2;
  args.image_entropy_of_mean = sums + 3;
  args.image_argmax_disagreement = sums + 4;
  args.nan_pixels = &bad;
  session.report("flip_consistency", s.text(), 8 * s.c * s.h * s.w,
                 measure(session.repeats, [&] { must(assay_flip_consistency(&session.exec, &args)); }));
}

void bench_loss(const Session& session, const Shape& s, const float* scores, const uint8_t* labels) {
  const auto gradient = allocate<float>(s.c * s.h * s.w);
  double loss = 0, weight = 0;
  int64_t bad = 0;
  const AssayCrossEntropyArgs args{sizeof args, tensor_of(s, scores), labels, nullptr, 255, &loss, &weight,
                                   &bad,        gradient.get()};
  session.report("cross_entropy", s.text(), 4 * s.c * s.h * s.w,
                 measure(session.repeats, [&] { must(assay_cross_entropy(&session.exec, &args)); }));
}

void bench_confusion(const Session& session, const char* name, const uint8_t* truth, const uint8_t* prediction,
                     int64_t count) {
  std::vector<int64_t> matrix(19 * 19);
  int64_t bad = 0;
  const AssayConfusionArgs args{sizeof args, truth, prediction, count, 19, 255, matrix.data(), &bad};
  session.report("confusion", name, 2 * count,
                 measure(session.repeats, [&] { must(assay_confusion(&session.exec, &args)); }));
}

void bench_optimizers(const Session& session, int64_t count) {
  const auto p = allocate<float>(4 * count);
  const AssaySgdStepArgs sgd{sizeof sgd, p.get(), p.get() + count, p.get() + 2 * count, count, 0.01, 0.9, 1e-4, 1};
  session.report("sgd_step", std::to_string(count), 12 * count,
                 measure(session.repeats, [&] { must(assay_sgd_step(&session.exec, &sgd)); }));
  const AssayAdamStepArgs adam{
      sizeof adam, p.get(), p.get() + count, p.get() + 2 * count, p.get() + 3 * count, count, 1, 1e-3, 0.9, 0.999, 1e-8,
      0,           1};
  session.report("adam_step", std::to_string(count), 16 * count,
                 measure(session.repeats, [&] { must(assay_adam_step(&session.exec, &adam)); }));
  double norm = 0;
  const AssaySquaredNormArgs squared{sizeof squared, p.get(), count, &norm};
  session.report("squared_norm", std::to_string(count), 4 * count,
                 measure(session.repeats, [&] { must(assay_squared_norm(&session.exec, &squared)); }));
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

void bench_scores(const Session& session, const Shape& s) {
  const auto scores = allocate<float>(s.c * s.h * s.w);
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.0f, 3.0f);
  std::generate_n(scores.get(), s.c * s.h * s.w, [&] { return normal(random); });
  const Maps maps(s.h * s.w);
  bench_pixels(session, s, scores.get(), maps);
  bench_regions(session, s, scores.get(), maps);
  bench_flip(session, s, scores.get());
  bench_loss(session, s, scores.get(), maps.argmax.get());
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const Session session{{sizeof(AssayExec), ASSAY_CPU, 0, threads}, argc > 2 ? std::atoi(argv[2]) : 21};
  bench_scores(session, {19, 1024, 2048, 128, 128, false});
  bench_scores(session, {11, 360, 480, 80, 90, false});
  bench_scores(session, {11, 360, 480, 80, 90, true});
  bench_scores(session, {150, 512, 512, 128, 128, false});
  bench_passes(session, {11, 360, 480, 80, 90, false}, 20);
  const int64_t pixels = 1024 * 2048;
  const auto labels = allocate<uint8_t>(2 * pixels);
  bench_confusion(session, "one class", labels.get(), labels.get() + pixels, pixels);
  std::mt19937 random(2);
  std::generate_n(labels.get(), 2 * pixels, [&] { return static_cast<uint8_t>(random() % 19); });
  bench_confusion(session, "uniform labels", labels.get(), labels.get() + pixels, pixels);
  bench_optimizers(session, 1 << 22);
  bench_kl(session, 480, 12);
  bench_kl(session, 4096, 20);
  bench_features(session, 3000, 2048);
  bench_mixtures(session, 3000, 19);
  return 0;
}
