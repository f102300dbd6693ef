// flip_consistency on the CPU: what its numbers mean, that threads do not show, and what it refuses. The equations are
// checked over the case table in tests/simt.
#include "scores.h"

namespace {

using namespace assay_test;

// The outputs of two images, and a call that wants all of them.
struct Outputs {
  Outputs(const Scores& s, const Scores& flipped, const std::vector<int32_t>& region_nxy, int64_t region_w,
          int64_t region_h)
      : nxy(region_nxy),
        pixels(s.tensor().n * s.tensor().h * s.tensor().w),
        regions(static_cast<int64_t>(nxy.size() / 3)),
        floats(5 * pixels + 6 * regions),
        disagreement(pixels),
        images(5 * s.tensor().n),
        region_nan(regions) {
    float* f = floats.data();
    float* m = f + 5 * pixels;
    double* d = images.data();
    const int64_t n = s.tensor().n;
    args = {sizeof args,
            s.tensor(),
            flipped.tensor(),
            ASSAY_LOGITS,
            {f, f + pixels, f + 2 * pixels, f + 3 * pixels, f + 4 * pixels, disagreement.data()},
            nxy.data(),
            regions,
            region_w,
            region_h,
            {m, m + regions, m + 2 * regions, m + 3 * regions, m + 4 * regions, m + 5 * regions},
            region_nan.data(),
            d,
            d + n,
            d + 2 * n,
            d + 3 * n,
            d + 4 * n,
            &bad};
  }
  Outputs(const Outputs&) = delete;
  Outputs& operator=(const Outputs&) = delete;

  float map(int i, int64_t pixel) const { return floats[i * pixels + pixel]; }
  bool same_bits(const Outputs& o) const {
    return bad == o.bad && floats.same_bits(o.floats) && disagreement.same_bits(o.disagreement) &&
           images.same_bits(o.images) && region_nan.same_bits(o.region_nan);
  }

  std::vector<int32_t> nxy;
  int64_t pixels, regions;
  Guarded<float> floats;
  Guarded<uint8_t> disagreement;
  Guarded<double> images;
  Guarded<int32_t> region_nan;
  int64_t bad = -1;
  AssayFlipConsistencyArgs args{};
};

void run(const Outputs& o, int64_t threads) {
  const AssayExec exec = cpu(threads);
  must(assay_flip_consistency(&exec, &o.args));
  CHECK(o.floats.intact() && o.disagreement.intact() && o.images.intact() && o.region_nan.intact());
}

void threads_do_not_show(const std::vector<int32_t>& nxy, int64_t region_w, int64_t region_h) {
  Scores s(2, 11, 50, 333, ASSAY_F16, false, 1), flipped(2, 11, 50, 333, ASSAY_F16, true, 0);
  s.fill(mixed_logits(5));
  flipped.fill(mixed_logits(6));
  s.set(1, 3, 7, 9, NAN);
  Outputs one(s, flipped, nxy, region_w, region_h);
  run(one, 1);
  CHECK(one.bad >= 1);
  for (const int64_t threads : {2, 3, 8}) {
    Outputs many(s, flipped, nxy, region_w, region_h);
    run(many, threads);
    CHECK(many.same_bits(one));
  }
}

// A network that does not mind the mirror disagrees nowhere, in either order of the two tensors.
void a_consistent_network() {
  const int64_t w = 37;
  Scores s(1, 5, 4, w, ASSAY_F32, false, 0), mirrored(1, 5, 4, w, ASSAY_F32, true, 0);
  const auto logit = [](int64_t, int64_t c, int64_t y, int64_t x) {
    return static_cast<float>((7 * c + 3 * y + x * x) % 11) * 0.5f;
  };
  s.fill(logit);
  mirrored.fill([&](int64_t n, int64_t c, int64_t y, int64_t x) { return logit(n, c, y, w - 1 - x); });
  Outputs o(s, mirrored, {0, 30, 1}, 7, 3);
  run(o, 1);
  for (int64_t i = 0; i < o.pixels; ++i) {
    CHECK_EQ(o.map(0, i), 0.0f);
    CHECK_NEAR(o.map(1, i), 0.0, 1e-6);
    CHECK_EQ(o.map(3, i), o.map(4, i));
    CHECK_EQ(o.disagreement[i], uint8_t{0});
  }
  CHECK_EQ(o.images[1], 0.0);
  CHECK_EQ(o.images[4], 0.0);
  CHECK(o.images[0] > 0.0);
}

// Sure of different classes: the floor of 1e-12 decides the divergence, ln 2 the rest.
void sure_and_different() {
  Scores s(1, 2, 1, 20, ASSAY_F32, false, 0), flipped(1, 2, 1, 20, ASSAY_F32, false, 0);
  s.fill([](int64_t, int64_t c, int64_t, int64_t) { return c == 0 ? 5.0f : -INFINITY; });
  flipped.fill([](int64_t, int64_t c, int64_t, int64_t) { return c == 1 ? 3e4f : -3e4f; });
  flipped.set(0, 0, 0, 19, NAN);  // meets pixel 0
  Outputs o(s, flipped, {}, 0, 0);
  run(o, 1);
  CHECK_EQ(o.bad, int64_t{1});
  CHECK_EQ(o.disagreement[0], uint8_t{255});
  CHECK_EQ(o.map(0, 0), 0.0f);
  for (int64_t x = 1; x < 20; ++x) {
    CHECK_NEAR(o.map(0, x), -std::log(1e-12), 1e-4);
    CHECK_NEAR(o.map(1, x), std::log(2.0), 1e-6);
    CHECK_NEAR(o.map(2, x), std::log(2.0), 1e-6);
    CHECK_EQ(o.map(3, x), 0.0f);
    CHECK_EQ(o.disagreement[x], uint8_t{1});
  }
  CHECK_NEAR(o.images[4], 0.95, 1e-12);
}

void refuses(const AssayFlipConsistencyArgs& args, const char* text) {
  const AssayExec exec = cpu(1);
  CHECK_EQ(assay_flip_consistency(&exec, &args), ASSAY_INVALID_ARGUMENT);
  CHECK_TEXT(assay_last_error(), text);
}

void errors() {
  Scores s(1, 3, 8, 9, ASSAY_F32, false, 0), narrow(1, 3, 8, 8, ASSAY_F32, false, 0);
  Scores half(1, 3, 8, 9, ASSAY_F16, false, 0);
  const std::vector<int32_t> nxy = {0, 2, 3};
  Outputs o(s, s, nxy, 7, 5);
  AssayFlipConsistencyArgs args = o.args;
  args.flipped = narrow.tensor();
  refuses(args, "flipped.w=8 must be input.w=9");
  args.flipped = half.tensor();
  refuses(args, "flipped.dtype=1 must be input.dtype=0");
  args = o.args;
  args.flipped.data = nullptr;
  refuses(args, "flipped.data=null");
  args = o.args;
  args.region_h = 6;
  refuses(args, "must lie inside the image of 9x8");
  args = o.args;
  args.region_nxy = nullptr;
  refuses(args, "region_nxy=null");
  args = o.args;
  args.nan_pixels = nullptr;
  refuses(args, "nan_pixels=null");
}

}  // namespace

int main() {
  threads_do_not_show({1, 3, 2}, 301, 47);
  threads_do_not_show({0, 0, 0, 0, 40, 0, 0, 80, 0, 1, 120, 0, 1, 0, 20, 0, 40, 20, 1, 80, 20, 0, 120, 20}, 40, 30);
  threads_do_not_show({}, 0, 0);
  a_consistent_network();
  sure_and_different();
  errors();
  return finish();
}
