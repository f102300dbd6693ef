// bald on the CPU: what its numbers mean, that threads do not show, and what it refuses. The equations and the cut into
// calls are checked over the case table in tests/simt.
#include "scores.h"

namespace {

using namespace assay_test;

// Outputs and sums of one image, and a call that wants all of them.
struct Image {
  Image(const Scores& s, const std::vector<int32_t>& region_nxy, int64_t region_w, int64_t region_h)
      : nxy(region_nxy),
        pixels(s.tensor().h * s.tensor().w),
        regions(static_cast<int64_t>(nxy.size() / 3)),
        maps{Guarded<float>(pixels), Guarded<float>(pixels), Guarded<float>(pixels)},
        means{Guarded<float>(regions), Guarded<float>(regions), Guarded<float>(regions)},
        argmax(pixels),
        histogram(regions * s.tensor().c),
        region_nan(regions),
        probability_sum(s.tensor().c * pixels),
        entropy_sum(pixels) {
    args.struct_size = sizeof args;
    args.input = s.tensor();
    args.maps = {maps[0].data(), argmax.data(), maps[1].data(), maps[2].data()};
    args.region_nxy = nxy.data();
    args.regions = regions;
    args.region_w = region_w;
    args.region_h = region_h;
    args.mutual_information_mean = means[0].data();
    args.predictive_entropy_mean = means[1].data();
    args.expected_entropy_mean = means[2].data();
    args.class_histogram = histogram.data();
    args.region_nan_pixels = region_nan.data();
    args.nan_pixels = &bad;
  }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  void keep_sums() {
    args.probability_sum = probability_sum.data();
    args.entropy_sum = entropy_sum.data();
  }
  bool same_bits(const Image& o) const {
    bool same = bad == o.bad && argmax.same_bits(o.argmax) && histogram.same_bits(o.histogram) &&
                region_nan.same_bits(o.region_nan);
    for (int i = 0; i < 3; ++i) same = same && maps[i].same_bits(o.maps[i]) && means[i].same_bits(o.means[i]);
    return same;
  }
  bool intact() const {
    bool whole = argmax.intact() && histogram.intact() && region_nan.intact() && probability_sum.intact() &&
                 entropy_sum.intact();
    for (int i = 0; i < 3; ++i) whole = whole && maps[i].intact() && means[i].intact();
    return whole;
  }

  std::vector<int32_t> nxy;
  int64_t pixels, regions;
  Guarded<float> maps[3], means[3];  // mutual information, predictive entropy, expected entropy
  Guarded<uint8_t> argmax;
  Guarded<int32_t> histogram, region_nan;
  Guarded<float> probability_sum, entropy_sum;
  int64_t bad = -1;
  AssayBaldArgs args{};
};

void run(const Image& image, int64_t threads) {
  const AssayExec exec = cpu(threads);
  must(assay_bald(&exec, &image.args));
  CHECK(image.intact());
}

void threads_do_not_show(bool channels_last, const std::vector<int32_t>& nxy, int64_t region_w, int64_t region_h) {
  Scores s(4, 11, 60, 333, ASSAY_F32, channels_last, channels_last ? 0 : 3);
  s.fill(mixed_logits(5));
  s.set(2, 3, 7, 9, NAN);
  Image one(s, nxy, region_w, region_h);
  run(one, 1);
  CHECK_EQ(one.bad, int64_t{1});
  CHECK_EQ(one.argmax[7 * 333 + 9], uint8_t{255});
  for (const int64_t threads : {2, 3, 8}) {
    Image many(s, nxy, region_w, region_h);
    many.keep_sums();
    run(many, threads);
    CHECK(many.same_bits(one));
  }
}

// Passes that agree carry no information; passes that are sure of different things carry all of it.
void agreement_and_disagreement() {
  Scores s(6, 3, 1, 40, ASSAY_F32, false, 0);
  s.fill([](int64_t n, int64_t c, int64_t, int64_t x) {
    if (x < 20) return static_cast<float>(c) * 0.5f + static_cast<float>(x) * 0.01f;
    return c == (n + x) % 3 ? 90.0f : 0.0f;
  });
  Image image(s, {0, 0, 0, 0, 20, 0}, 20, 1);
  run(image, 2);
  for (int64_t x = 0; x < 20; ++x) {
    CHECK_NEAR(image.maps[0][x], 0.0, 1e-6);
    CHECK_NEAR(image.maps[1][x], image.maps[2][x], 1e-6);
    CHECK_EQ(image.argmax[x], uint8_t{2});
  }
  for (int64_t x = 20; x < 40; ++x) {
    CHECK_NEAR(image.maps[0][x], std::log(3.0), 1e-6);
    CHECK_EQ(image.maps[2][x], 0.0f);
    CHECK_EQ(image.argmax[x], uint8_t{0});  // three equal means: the lowest class
  }
  CHECK_NEAR(image.means[0][1], std::log(3.0), 1e-6);
  CHECK_EQ(image.histogram[2], 20);
  CHECK_EQ(image.histogram[3], 20);
}

// A pixel that one pass spoils stays spoilt, whatever comes after, and so do its stored sums.
void bad_pixels_survive_streaming() {
  Scores s(3, 4, 2, 21, ASSAY_F32, false, 0);
  s.fill([](int64_t n, int64_t c, int64_t y, int64_t x) { return static_cast<float>((n + 2 * c + 3 * y + x) % 5); });
  s.set(1, 2, 1, 20, INFINITY);
  const std::vector<int32_t> nxy = {0, 1, 0};
  Image image(s, nxy, 20, 2);
  image.keep_sums();
  image.args.input.n = 1;
  for (int64_t pass = 0; pass < 3; ++pass) {
    image.args.input.data = static_cast<const float*>(s.tensor().data) + pass * s.tensor().stride_n;
    image.args.passes_before = pass;
    run(image, 1);
    CHECK_EQ(image.bad, int64_t{pass > 0});
    CHECK_EQ(image.region_nan[0], int32_t{pass > 0});
  }
  CHECK(std::isnan(image.entropy_sum[41]));
  for (int64_t c = 0; c < 4; ++c) CHECK_EQ(image.probability_sum[c * 42 + 41], 0.0f);
  CHECK_EQ(image.maps[1][41], 0.0f);
  CHECK(image.maps[1][40] > 0.0f);
}

void refuses(const AssayBaldArgs& args, const char* text) {
  const AssayExec exec = cpu(1);
  CHECK_EQ(assay_bald(&exec, &args), ASSAY_INVALID_ARGUMENT);
  CHECK_TEXT(assay_last_error(), text);
}

void errors() {
  Scores s(2, 3, 8, 9, ASSAY_F32, false, 0);
  s.fill(mixed_logits(1));
  const std::vector<int32_t> nxy = {0, 2, 3};
  Image image(s, nxy, 7, 5);
  AssayBaldArgs args = image.args;
  args.entropy_sum = image.entropy_sum.data();
  refuses(args, "probability_sum and entropy_sum must both");
  args = image.args;
  args.passes_before = 1;
  refuses(args, "probability_sum=null");
  args = image.args;
  args.input.n = 0;
  refuses(args, "passes_before + input.n=0 must be");
  args = image.args;
  args.nan_pixels = nullptr;
  refuses(args, "nan_pixels=null");
  args = image.args;
  args.region_w = 8;
  refuses(args, "must lie inside the image of 9x8");
  args = image.args;
  const int32_t second[] = {1, 0, 0};
  args.region_nxy = second;
  refuses(args, "image 1 must be in [0, 1)");
  args = image.args;
  args.region_h = 0;
  refuses(args, "region_h=0");
  args = image.args;
  args.input_kind = 2;
  refuses(args, "input_kind=2");
}

}  // namespace

int main() {
  threads_do_not_show(false, {0, 3, 2}, 301, 57);
  threads_do_not_show(true, {0, 0, 0, 0, 40, 0, 0, 80, 0, 0, 120, 0, 0, 0, 30, 0, 40, 30, 0, 80, 30, 0, 120, 30}, 40,
                      30);
  threads_do_not_show(false, {}, 0, 0);
  agreement_and_disagreement();
  bad_pixels_survive_streaming();
  errors();
  return finish();
}
