// The kernels over class scores: maps, regions, mixtures, passes, mirrored predictions, the loss.
#include <random>

#include "measure.h"

namespace assay_bench {
namespace {

struct Shape {
  int64_t c, h, w, region_w, region_h;
  bool channels_last;
  int64_t n = 1;
  std::string text() const {
    return (n == 1 ? "" : std::to_string(n) + "x") + std::to_string(c) + "x" + std::to_string(h) + "x" +
           std::to_string(w) + (channels_last ? " nhwc" : " nchw");
  }
  int64_t scores() const { return n * c * h * w; }
};

AssayTensor tensor_of(const Shape& s, const void* data) {
  if (s.channels_last) return {data, ASSAY_F32, s.n, s.c, s.h, s.w, s.c * s.h * s.w, 1, s.c * s.w, s.c};
  return {data, ASSAY_F32, s.n, s.c, s.h, s.w, s.c * s.h * s.w, s.h * s.w, s.w, 1};
}

std::vector<int32_t> grid_of(const Shape& s) {
  std::vector<int32_t> nxy;
  for (int64_t n = 0; n < s.n; ++n) {
    for (int64_t y = 0; y + s.region_h <= s.h; y += s.region_h) {
      for (int64_t x = 0; x + s.region_w <= s.w; x += s.region_w) {
        nxy.insert(nxy.end(), {static_cast<int32_t>(n), static_cast<int32_t>(x), static_cast<int32_t>(y)});
      }
    }
  }
  return nxy;
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

void bench_regions(const Session& session, const Shape& s, const char* labels, const float* scores, const Maps& maps) {
  const std::vector<int32_t> nxy = grid_of(s);
  const auto regions = static_cast<int64_t>(nxy.size() / 3);
  const auto ints = allocate<int32_t>(regions * (s.c + 1));
  const auto floats = allocate<float>(regions * (3 * 64 + 3 + (3 + s.c) * s.c));
  float* next = floats.get();
  const auto take = [&](int64_t per_region) {
    float* const here = next;
    next += per_region * regions;
    return here;
  };
  int64_t bad = 0;
  AssayRegionSignalsArgs args{sizeof args,  tensor_of(s, scores),
                              ASSAY_LOGITS, maps.view(),
                              nxy.data(),   regions,
                              s.region_w,   s.region_h,
                              ints.get(),   take(64),
                              take(64),     take(64),
                              take(1),      take(1),
                              take(1),      take(s.c),
                              nullptr,      nullptr,
                              nullptr,      ints.get() + regions * s.c,
                              &bad};
  const std::string shape = s.text() + " " + labels;
  const auto run = [&](const char* what) {
    session.report("region_signals", shape + what, 4 * s.scores(),
                   measure(session.repeats, [&] { must(assay_region_signals(&session.exec, &args)); }));
  };
  run(" maps and all but mixtures");
  args.maps = {};
  run(" all but mixtures");
  args.context_mixture = take(s.c * s.c);
  run(" all but sums by class");
  args.entropy_by_class = take(s.c);
  args.margin_by_class = take(s.c);
  run(" all");
  args.probability_mean = args.context_mixture = args.entropy_by_class = args.margin_by_class = nullptr;
  args.entropy_mean = args.margin_mean = args.least_confidence_mean = nullptr;
  run(" histogram and cells");
}

void bench_mixture(const Session& session, const Shape& s, const char* labels, const float* scores) {
  const auto mixture = allocate<float>(s.n * s.c * s.c);
  const auto present = allocate<uint8_t>(s.n * s.c);
  const auto pixels = allocate<int64_t>(s.n * s.c);
  int64_t bad = 0;
  const AssayContextMixtureArgs args{sizeof args, tensor_of(s, scores), ASSAY_LOGITS,  nullptr,      0,   0,
                                     0,           mixture.get(),        present.get(), pixels.get(), &bad};
  session.report("context_mixture", s.text() + " " + labels, 4 * s.scores(),
                 measure(session.repeats, [&] { must(assay_context_mixture(&session.exec, &args)); }));
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

// Noise; with `pieces`, one class wins in patches of 97 x 61 pixels, as in a real label map.
void fill_scores(const Shape& s, bool pieces, float* scores) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.0f, 3.0f);
  std::generate_n(scores, s.scores(), [&] { return normal(random); });
  if (!pieces) return;
  const AssayTensor t = tensor_of(s, scores);
  for (int64_t n = 0; n < s.n; ++n) {
    for (int64_t y = 0; y < s.h; ++y) {
      for (int64_t x = 0; x < s.w; ++x) {
        const int64_t winner = (n + x / 97 * 5 + y / 61 * 3) % s.c;
        scores[n * t.stride_n + winner * t.stride_c + y * t.stride_h + x * t.stride_w] += 14.0f;
      }
    }
  }
}

void bench_scores(const Session& session, const Shape& s) {
  const auto scores = allocate<float>(s.scores());
  const Maps maps(s.n * s.h * s.w);
  for (const bool pieces : {false, true}) {
    const char* const labels = pieces ? "labels in patches" : "uniform labels";
    fill_scores(s, pieces, scores.get());
    if (!pieces && s.n == 1) bench_pixels(session, s, scores.get(), maps);
    bench_regions(session, s, labels, scores.get(), maps);
    bench_mixture(session, s, labels, scores.get());
    if (!pieces && s.n == 1) bench_flip(session, s, scores.get());
    if (!pieces && s.n == 1) bench_loss(session, s, scores.get(), maps.argmax.get());
  }
}

}  // namespace

void bench_score_kernels(const Session& session) {
  bench_scores(session, {19, 1024, 2048, 128, 128, false});
  bench_scores(session, {11, 360, 480, 80, 90, false});
  bench_scores(session, {11, 360, 480, 80, 90, true});
  bench_scores(session, {11, 360, 480, 80, 90, false, 30});
  bench_scores(session, {150, 512, 512, 128, 128, false});
  bench_passes(session, {11, 360, 480, 80, 90, false}, 20);
}

}  // namespace assay_bench
