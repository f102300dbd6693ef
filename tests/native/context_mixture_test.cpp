// context_mixture: what the case table of tests/cases does not hold: images against regions, threads, many classes,
// weights of eps, and what is rejected. The equations are checked there and in region_signals_test.
#include "scores.h"

namespace {

using namespace assay_test;

struct Mixtures {
  Mixtures(int64_t rows, int64_t c) : mixture(rows * c * c), present(rows * c), pixels(rows * c) {}
  bool same_bits(const Mixtures& o) const {
    return mixture.same_bits(o.mixture) && present.same_bits(o.present) && pixels.same_bits(o.pixels);
  }
  bool intact() const { return mixture.intact() && present.intact() && pixels.intact(); }
  Guarded<float> mixture;
  Guarded<uint8_t> present;
  Guarded<int64_t> pixels;
  int64_t nan_pixels = -1;
};

AssayContextMixtureArgs args_of(const AssayTensor& t, Mixtures& out) {
  return {sizeof(AssayContextMixtureArgs),
          t,
          ASSAY_LOGITS,
          nullptr,
          0,
          0,
          0,
          out.mixture.data(),
          out.present.data(),
          out.pixels.data(),
          &out.nan_pixels};
}

Mixtures of_images(const AssayTensor& t, int64_t threads) {
  Mixtures out(t.n, t.c);
  const AssayExec exec = cpu(threads);
  const AssayContextMixtureArgs args = args_of(t, out);
  must(assay_context_mixture(&exec, &args));
  CHECK(out.intact());
  return out;
}

Mixtures of_regions(const AssayTensor& t, const std::vector<int32_t>& nxy, int64_t w, int64_t h, int64_t threads) {
  const auto regions = static_cast<int64_t>(nxy.size() / 3);
  Mixtures out(regions, t.c);
  const AssayExec exec = cpu(threads);
  AssayContextMixtureArgs args = args_of(t, out);
  args.region_nxy = nxy.data();
  args.regions = regions;
  args.region_w = w;
  args.region_h = h;
  must(assay_context_mixture(&exec, &args));
  CHECK(out.intact());
  return out;
}

// One class per patch of pixels, noise elsewhere: rows of one class, of few and of many.
void fill_patches(Scores& s) {
  const int64_t classes = s.tensor().c;
  const auto noise = mixed_logits(11);
  s.fill([&](int64_t n, int64_t c, int64_t y, int64_t x) {
    const int64_t winner = (x / 37 + 3 * (y / 5)) % classes;
    const bool patch = y % 7 != 0;
    return noise(n, c, y, x) * 0.5f + (patch && c == winner ? 9.0f : 0.0f);
  });
}

// An image is the region that covers it, whatever the threads and the layout.
void test_images() {
  for (const int64_t c : {1, 3, 19, 40, 150}) {
    for (const bool channels_last : {false, true}) {
      Scores s(2, c, 23, 70, ASSAY_F32, channels_last, 1);
      fill_patches(s);
      const Mixtures one = of_images(s.tensor(), 1);
      CHECK(one.same_bits(of_images(s.tensor(), 2)));
      CHECK(one.same_bits(of_images(s.tensor(), 7)));
      CHECK(one.same_bits(of_regions(s.tensor(), {0, 0, 0, 1, 0, 0}, 70, 23, 3)));
      CHECK_EQ(one.nan_pixels, 0);
    }
  }
}

// Many small regions of many classes: strips must not need memory without bounds, nor may their cuts show.
void test_narrow_strips() {
  const int64_t c = 120, w = 400;
  Scores s(1, c, 4, w, ASSAY_F16, false, 0);
  fill_patches(s);
  std::vector<int32_t> nxy;
  for (int32_t x = 0; x + 2 <= w; x += 2) nxy.insert(nxy.end(), {0, x, 1});
  const Mixtures all = of_regions(s.tensor(), nxy, 2, 3, 2);
  for (const int32_t r : {0, 7, 99, 199}) {
    const Mixtures alone = of_regions(s.tensor(), {0, 2 * r, 1}, 2, 3, 1);
    for (int64_t i = 0; i < c * c; ++i) CHECK_EQ(all.mixture[r * c * c + i], alone.mixture[i]);
    for (int64_t a = 0; a < c; ++a) CHECK_EQ(all.pixels[r * c + a], alone.pixels[a]);
  }
}

// Without any entropy the weights are eps: rows are one-hot, not 0 / 0.
void test_certain_pixels() {
  Scores s(1, 4, 9, 33, ASSAY_F32, false, 0);
  s.fill([](int64_t, int64_t c, int64_t, int64_t x) { return c == x % 3 ? 1e4f : 0.0f; });
  const Mixtures m = of_images(s.tensor(), 1);
  for (int64_t i = 0; i < 16; ++i) CHECK_EQ(m.mixture[i], i % 5 == 0 && i < 15 ? 1.0f : 0.0f);
  for (int64_t a = 0; a < 4; ++a) {
    CHECK_EQ(m.pixels[a], a < 3 ? int64_t{99} : int64_t{0});
    CHECK_EQ(m.present[a], a < 3);
  }
}

// One uncertain pixel against many certain ones: the share of eps must be exact.
void test_eps_against_entropy() {
  const int64_t w = 4000, h = 500;
  Scores s(1, 2, h, w, ASSAY_F16, false, 0);
  s.fill([](int64_t, int64_t c, int64_t y, int64_t x) { return c == 0 && (x != 17 || y != 3) ? 100.0f : 0.0f; });
  const double eps = 1e-8 * static_cast<double>(h * w - 1);
  const Mixtures m = of_images(s.tensor(), 2);
  CHECK_NEAR(m.mixture[1], 0.5 / (1 + eps), 1e-6);
  CHECK_NEAR(m.mixture[0], (0.5 + eps) / (1 + eps), 1e-6);
}

void test_pixels_without_distribution() {
  Scores s(1, 3, 6, 40, ASSAY_F32, false, 0);
  const auto value = [](int64_t c, int64_t y, int64_t x) { return static_cast<float>((c * 5 + y * 3 + x) % 7); };
  s.fill([&](int64_t, int64_t c, int64_t y, int64_t x) { return x % 9 == 4 && c == 2 ? NAN : value(c, y, x); });
  Mixtures m = of_images(s.tensor(), 2);
  CHECK_EQ(m.nan_pixels, 4 * 6);
  int64_t pixels = 0;
  for (int64_t a = 0; a < 3; ++a) pixels += m.pixels[a];
  CHECK_EQ(pixels, 6 * 40 - m.nan_pixels);
  for (int64_t i = 0; i < 9; ++i) CHECK(m.mixture[i] >= 0 && m.mixture[i] <= 1);
}

void rejects(AssayContextMixtureArgs args, const char* part) {
  const AssayExec exec = cpu(1);
  CHECK_EQ(assay_context_mixture(&exec, &args), ASSAY_INVALID_ARGUMENT);
  CHECK_TEXT(assay_last_error(), part);
}

void test_rejections() {
  Scores s(2, 3, 10, 20, ASSAY_F32, false, 0);
  Mixtures out(2, 3);
  const int32_t nxy[] = {0, 13, 0};
  AssayContextMixtureArgs args = args_of(s.tensor(), out);
  args.region_w = 8;
  rejects(args, "region_w=8 must be in [0, 0]");
  args.region_nxy = nxy;
  args.regions = 1;
  args.region_h = 8;
  rejects(args, "region_nxy[0]: 8x8 at x=13, y=0 must lie inside the image of 20x10");
  args = args_of(s.tensor(), out);
  args.nan_pixels = nullptr;
  rejects(args, "nan_pixels=null");
  args = args_of(s.tensor(), out);
  args.input_kind = 2;
  rejects(args, "input_kind=2");
}

}  // namespace

int main() {
  test_images();
  test_narrow_strips();
  test_certain_pixels();
  test_eps_against_entropy();
  test_pixels_without_distribution();
  test_rejections();
  return finish();
}
