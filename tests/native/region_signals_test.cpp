// region_signals against sums of the per-pixel equations in double, over tilings, overlaps, sizes and thread counts.
#include "scores.h"

namespace {

using namespace assay_test;

struct Outputs {
  Outputs(int64_t regions, int64_t c, int64_t pixels)
      : maps(pixels),
        histogram(regions * c),
        bad(regions),
        cell_min(regions * 64),
        cell_avg(regions * 64),
        cell_max(regions * 64),
        entropy(regions),
        margin(regions),
        confidence(regions),
        probability(regions * c),
        entropy_by_class(regions * c),
        margin_by_class(regions * c),
        mixture(regions * c * c) {}
  bool same_bits(const Outputs& o) const {
    return maps.same_bits(o.maps) && histogram.same_bits(o.histogram) && bad.same_bits(o.bad) &&
           cell_min.same_bits(o.cell_min) && cell_avg.same_bits(o.cell_avg) && cell_max.same_bits(o.cell_max) &&
           entropy.same_bits(o.entropy) && margin.same_bits(o.margin) && confidence.same_bits(o.confidence) &&
           probability.same_bits(o.probability) && entropy_by_class.same_bits(o.entropy_by_class) &&
           margin_by_class.same_bits(o.margin_by_class) && mixture.same_bits(o.mixture);
  }
  bool intact() const {
    return maps.intact() && histogram.intact() && bad.intact() && cell_min.intact() && cell_avg.intact() &&
           cell_max.intact() && entropy.intact() && margin.intact() && confidence.intact() && probability.intact() &&
           entropy_by_class.intact() && margin_by_class.intact() && mixture.intact();
  }
  Maps maps;
  Guarded<int32_t> histogram, bad;
  Guarded<float> cell_min, cell_avg, cell_max, entropy, margin, confidence, probability;
  Guarded<float> entropy_by_class, margin_by_class, mixture;
  int64_t nan_pixels = -1;
};

struct Case {
  const Scores& scores;
  std::vector<int32_t> nxy;
  int64_t w, h;
  int64_t kind = ASSAY_LOGITS;
  bool with_maps = true;
  int64_t regions() const { return static_cast<int64_t>(nxy.size() / 3); }
};

Outputs run(const Case& k, int64_t threads) {
  const AssayTensor& t = k.scores.tensor();
  Outputs o(k.regions(), t.c, t.n * t.h * t.w);
  const bool cells = k.w >= 8 && k.h >= 8;
  const AssayExec exec = cpu(threads);
  const AssayRegionSignalsArgs args{sizeof args,
                                    t,
                                    k.kind,
                                    k.with_maps ? o.maps.view() : AssayPixelMaps{},
                                    k.nxy.data(),
                                    k.regions(),
                                    k.w,
                                    k.h,
                                    o.histogram.data(),
                                    cells ? o.cell_min.data() : nullptr,
                                    cells ? o.cell_avg.data() : nullptr,
                                    cells ? o.cell_max.data() : nullptr,
                                    o.entropy.data(),
                                    o.margin.data(),
                                    o.confidence.data(),
                                    o.probability.data(),
                                    o.mixture.data(),
                                    o.entropy_by_class.data(),
                                    o.margin_by_class.data(),
                                    o.bad.data(),
                                    &o.nan_pixels};
  const std::vector<unsigned char> before = k.scores.bytes();
  must(assay_region_signals(&exec, &args));
  CHECK(before == k.scores.bytes());
  CHECK(o.intact());
  return o;
}

// Minimum, sum and maximum of the entropies of one cell.
struct Cell {
  double lowest = 1e9, sum = 0, highest = 0;
  void add(double e) {
    lowest = std::min(lowest, e);
    highest = std::max(highest, e);
    sum += e;
  }
};

// Sums over the pixels predicted one class.
struct ClassSums {
  explicit ClassSums(int64_t classes) : mixture(classes) {}
  void add(const PixelReference& p) {
    const double w = p.entropy / std::log(2.0) + 1e-8;
    for (size_t c = 0; c < mixture.size(); ++c) mixture[c] += w * std::min(1.0, p.probabilities[c]);
    weight += w;
    entropy += p.entropy;
    margin += p.margin;
    ++pixels;
  }
  std::vector<double> mixture;
  double weight = 0, entropy = 0, margin = 0;
  int64_t pixels = 0;
};

void compare_classes(const Case& k, const Outputs& o, int64_t r, const std::vector<PixelReference>& pixels) {
  const AssayTensor& t = k.scores.tensor();
  const int64_t n = k.nxy[3 * r], left = k.nxy[3 * r + 1], top = k.nxy[3 * r + 2];
  std::vector<ClassSums> sums(t.c, ClassSums(t.c));
  for (int64_t y = 0; y < k.h; ++y) {
    for (int64_t x = 0; x < k.w; ++x) {
      const PixelReference& p = pixels[(n * t.h + top + y) * t.w + left + x];
      if (!p.bad) sums[p.argmax].add(p);
    }
  }
  for (int64_t a = 0; a < t.c; ++a) {
    const ClassSums& e = sums[a];
    CHECK_NEAR(o.entropy_by_class[r * t.c + a], e.entropy, 1e-5 * static_cast<double>(1 + e.pixels));
    CHECK_NEAR(o.margin_by_class[r * t.c + a], e.margin, 2e-6 * static_cast<double>(1 + e.pixels));
    for (int64_t c = 0; c < t.c; ++c) {
      const double expected = e.pixels == 0 ? 0 : e.mixture[c] / e.weight;
      CHECK_NEAR(o.mixture[(r * t.c + a) * t.c + c], expected, 2e-5);
    }
  }
}

void compare_region(const Case& k, const Outputs& o, int64_t r, const std::vector<PixelReference>& pixels) {
  const AssayTensor& t = k.scores.tensor();
  const int64_t n = k.nxy[3 * r], left = k.nxy[3 * r + 1], top = k.nxy[3 * r + 2];
  std::vector<int64_t> histogram(t.c);
  std::vector<double> probability(t.c);
  std::vector<Cell> cells(64);
  double entropy = 0, margin = 0, confidence = 0;
  int64_t bad = 0;
  for (int64_t y = 0; y < k.h; ++y) {
    for (int64_t x = 0; x < k.w; ++x) {
      const PixelReference& p = pixels[(n * t.h + top + y) * t.w + left + x];
      bad += p.bad;
      if (!p.bad) ++histogram[p.argmax];
      entropy += p.entropy;
      margin += p.margin;
      if (!p.bad) confidence += std::max(0.0, 1 - p.max_probability);
      for (int64_t c = 0; c < t.c; ++c) probability[c] += std::min(1.0, p.probabilities[c]);
      if (k.w < 8 || k.h < 8) continue;
      const int64_t row = y / (k.h / 8), column = x / (k.w / 8);
      if (row < 8 && column < 8) cells[row * 8 + column].add(p.entropy);
    }
  }
  const auto area = static_cast<double>(k.w * k.h);
  CHECK_NEAR(o.entropy[r], entropy / area, 1e-5);
  CHECK_NEAR(o.margin[r], margin / area, 2e-6);
  CHECK_NEAR(o.confidence[r], confidence / area, 2e-6);
  CHECK_EQ(int64_t{o.bad[r]}, bad);
  for (int64_t c = 0; c < t.c; ++c) {
    CHECK_EQ(int64_t{o.histogram[r * t.c + c]}, histogram[c]);
    CHECK_NEAR(o.probability[r * t.c + c], probability[c] / area, 2e-6);
  }
  if (k.w < 8 || k.h < 8) return;
  const auto cell_area = static_cast<double>((k.w / 8) * (k.h / 8));
  for (int64_t i = 0; i < 64; ++i) {
    CHECK_NEAR(o.cell_min[r * 64 + i], cells[i].lowest, 1e-5);
    CHECK_NEAR(o.cell_avg[r * 64 + i], cells[i].sum / cell_area, 1e-5);
    CHECK_NEAR(o.cell_max[r * 64 + i], cells[i].highest, 1e-5);
    CHECK(o.cell_min[r * 64 + i] <= o.cell_avg[r * 64 + i] + 1e-6f);
    CHECK(o.cell_avg[r * 64 + i] <= o.cell_max[r * 64 + i] + 1e-6f);
  }
}

void compare(const Case& k) {
  const AssayTensor& t = k.scores.tensor();
  std::vector<PixelReference> pixels;
  int64_t all_bad = 0;
  for (int64_t n = 0; n < t.n; ++n) {
    for (int64_t y = 0; y < t.h; ++y) {
      for (int64_t x = 0; x < t.w; ++x) {
        pixels.push_back(reference_at(k.scores, k.kind == ASSAY_LOGITS, n, y, x));
        all_bad += pixels.back().bad;
      }
    }
  }
  const Outputs o = run(k, 1);
  for (int64_t r = 0; r < k.regions(); ++r) {
    compare_region(k, o, r, pixels);
    compare_classes(k, o, r, pixels);
  }
  if (k.with_maps) {
    CHECK_EQ(o.nan_pixels, all_bad);
    for (size_t i = 0; i < pixels.size(); ++i) {
      CHECK_EQ(int64_t{o.maps.argmax[i]}, pixels[i].argmax);
      CHECK_NEAR(o.maps.entropy[i], pixels[i].entropy, 1e-5);
    }
  } else {
    int64_t bad = 0;
    for (int64_t r = 0; r < k.regions(); ++r) bad += o.bad[r];
    CHECK_EQ(o.nan_pixels, bad);
  }
  for (const int64_t threads : {1, 2, 7}) CHECK(run(k, threads).same_bits(o));
}

std::vector<int32_t> tiles(const AssayTensor& t, int64_t w, int64_t h, int64_t step_x, int64_t step_y) {
  std::vector<int32_t> nxy;
  for (int64_t n = 0; n < t.n; ++n) {
    for (int64_t x = 0; x + w <= t.w; x += step_x) {
      for (int64_t y = 0; y + h <= t.h; y += step_y) {
        nxy.insert(nxy.end(), {static_cast<int32_t>(n), static_cast<int32_t>(x), static_cast<int32_t>(y)});
      }
    }
  }
  return nxy;
}

void test_tilings() {
  const struct {
    int64_t c, h, w, region_w, region_h, step_x, step_y;
  } shapes[] = {{11, 90, 160, 80, 90, 80, 90},  // exact tiling, remainder rows in a cell column
                {11, 50, 70, 20, 17, 20, 17},   // gaps right and below, odd sizes
                {3, 40, 60, 16, 16, 8, 8},      // overlaps
                {19, 40, 66, 9, 11, 13, 12},    // gaps between
                {2, 20, 20, 5, 3, 5, 3},        // too small for cells
                {5, 16, 24, 24, 16, 24, 16},    // one region is the image
                {4, 9, 21, 1, 1, 2, 2}};        // single pixels
  for (const auto& s : shapes) {
    for (const bool channels_last : {false, true}) {
      Scores scores(2, s.c, s.h, s.w, ASSAY_F32, channels_last, channels_last ? 0 : 3);
      const auto logits = mixed_logits(static_cast<uint32_t>(s.region_w));
      scores.fill([&](int64_t n, int64_t c, int64_t y, int64_t x) {
        return (x * 31 + y * 17 + n) % 101 == 0 && c == 1 ? NAN : logits(n, c, y, x);
      });
      const auto nxy = tiles(scores.tensor(), s.region_w, s.region_h, s.step_x, s.step_y);
      compare({scores, nxy, s.region_w, s.region_h});
      compare({scores, nxy, s.region_w, s.region_h, ASSAY_LOGITS, false});
    }
  }
}

void test_probabilities() {
  Scores scores(1, 6, 33, 41, ASSAY_F32, false, 0);
  std::mt19937 random(3);
  scores.fill([&](int64_t, int64_t, int64_t, int64_t) { return static_cast<float>(random() % 1001) * 1e-3f; });
  compare({scores, tiles(scores.tensor(), 16, 9, 16, 9), 16, 9, ASSAY_PROBABILITIES});
}

// Long rows and many of them: 32-bit probability sums must be flushed in time.
void test_large_region() {
  for (const float other : {-100.0f, 0.0f}) {
    const int64_t h = 40, w = 9001;
    Scores scores(1, 2, h, w, ASSAY_F32, false, 0);
    scores.fill([&](int64_t, int64_t c, int64_t, int64_t) { return c == 0 ? 0.0f : other; });
    const Outputs o = run({scores, {0, 0, 0}, w, h}, 2);
    const double p = 1 / (1 + std::exp(static_cast<double>(other)));
    CHECK_NEAR(o.probability[0], p, 1e-7);
    CHECK_NEAR(o.probability[1], 1 - p, 1e-7);
    CHECK_EQ(int64_t{o.histogram[0]}, h * w);
    CHECK_NEAR(o.entropy[0], other == 0 ? std::log(2.0) : 0.0, 1e-6);
  }
}

// Values that region order and repetition must not change.
void test_order_of_regions() {
  Scores scores(1, 11, 48, 64, ASSAY_F16, false, 0);
  scores.fill(
      [](int64_t, int64_t c, int64_t y, int64_t x) { return static_cast<float>((c * 7 + y * 3 + x * x) % 13); });
  const std::vector<int32_t> forward = {0, 0, 0, 0, 16, 0, 0, 32, 16, 0, 0, 0, 0, 3, 5};
  std::vector<int32_t> backward;
  for (int64_t r = 4; r >= 0; --r) backward.insert(backward.end(), &forward[3 * r], &forward[3 * r] + 3);
  const Outputs a = run({scores, forward, 16, 16}, 2);
  const Outputs b = run({scores, backward, 16, 16}, 1);
  CHECK(a.maps.same_bits(b.maps));
  for (int64_t r = 0; r < 5; ++r) {
    CHECK_EQ(a.entropy[r], b.entropy[4 - r]);
    CHECK_EQ(a.margin[r], b.margin[4 - r]);
    for (int64_t c = 0; c < 11; ++c) CHECK_EQ(a.probability[r * 11 + c], b.probability[(4 - r) * 11 + c]);
    for (int64_t i = 0; i < 64; ++i) CHECK_EQ(a.cell_avg[r * 64 + i], b.cell_avg[(4 - r) * 64 + i]);
  }
}

void rejects(const Case& k, int64_t w, int64_t h, const char* part) {
  Outputs o(k.regions(), k.scores.tensor().c, 1);
  const AssayExec exec = cpu(1);
  AssayRegionSignalsArgs args{};
  args.struct_size = sizeof args;
  args.input = k.scores.tensor();
  args.region_nxy = k.nxy.data();
  args.regions = k.regions();
  args.region_w = w;
  args.region_h = h;
  args.entropy_avg = o.cell_avg.data();
  args.nan_pixels = &o.nan_pixels;
  CHECK_EQ(assay_region_signals(&exec, &args), ASSAY_INVALID_ARGUMENT);
  CHECK_TEXT(assay_last_error(), part);
}

void test_rejections() {
  Scores scores(2, 3, 20, 30, ASSAY_F32, false, 0);
  rejects({scores, {0, 0, 0}, 0, 0}, 7, 8, "region_w=7 must be in [8, 2147483647]");
  rejects({scores, {0, 0, 0}, 0, 0}, 8, 0, "region_h=0");
  rejects({scores, {0, 0, 0, 0, 23, 0}, 0, 0}, 8, 8,
          "region_nxy[1]: 8x8 at x=23, y=0 must lie inside the image of 30x20");
  rejects({scores, {0, 0, -1}, 0, 0}, 8, 8, "y=-1");
  rejects({scores, {2, 0, 0}, 0, 0}, 8, 8, "image 2 must be in [0, n=2)");
  rejects({scores, {0, 0, 0}, 0, 0}, 2000000000, 2000000000, "region_w * region_h");
}

}  // namespace

int main() {
  test_tilings();
  test_probabilities();
  test_large_region();
  test_order_of_regions();
  test_rejections();
  return finish();
}
