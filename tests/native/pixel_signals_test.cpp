// pixel_signals against the equations in double, over layouts, dtypes, tails and special values.
#include <sys/mman.h>

#include "scores.h"

namespace {

using namespace assay_test;

int64_t run(const Scores& s, int64_t kind, Maps& maps, int64_t threads) {
  int64_t bad = -1;
  const AssayExec exec = cpu(threads);
  const AssayPixelSignalsArgs args{sizeof args, s.tensor(), kind, maps.view(), &bad};
  const std::vector<unsigned char> before = s.bytes();
  must(assay_pixel_signals(&exec, &args));
  CHECK(before == s.bytes());
  CHECK(maps.intact());
  return bad;
}

void compare(const Scores& s, int64_t kind, const Maps& maps, int64_t bad) {
  const AssayTensor& t = s.tensor();
  int64_t expected_bad = 0;
  for (int64_t n = 0; n < t.n; ++n) {
    for (int64_t y = 0; y < t.h; ++y) {
      for (int64_t x = 0; x < t.w; ++x) {
        const int64_t i = (n * t.h + y) * t.w + x;
        const PixelReference r = reference_at(s, kind == ASSAY_LOGITS, n, y, x);
        expected_bad += r.bad;
        CHECK_EQ(int64_t{maps.argmax[i]}, r.argmax);
        CHECK_NEAR(maps.entropy[i], r.entropy, 1e-5);
        CHECK_NEAR(maps.max_probability[i], r.max_probability, 2e-6);
        CHECK_NEAR(maps.margin[i], r.margin, 2e-6);
      }
    }
  }
  CHECK_EQ(bad, expected_bad);
}

void test_shape(int64_t c, int64_t h, int64_t w, int64_t dtype, bool channels_last, int64_t pad) {
  Scores s(2, c, h, w, dtype, channels_last, pad);
  const auto logits = mixed_logits(static_cast<uint32_t>(c * 1000 + w));
  // Beyond fp16's range a logit is infinite, which has its own test.
  s.fill([&](int64_t n, int64_t k, int64_t y, int64_t x) {
    return dtype == ASSAY_F16 ? std::max(-3e4f, logits(n, k, y, x)) : logits(n, k, y, x);
  });
  Maps maps(2 * h * w);
  const int64_t bad = run(s, ASSAY_LOGITS, maps, 1);
  compare(s, ASSAY_LOGITS, maps, bad);
  for (const int64_t threads : {2, 7, 1}) {
    Maps again(2 * h * w);
    CHECK_EQ(run(s, ASSAY_LOGITS, again, threads), bad);
    CHECK(again.same_bits(maps));
  }
}

void test_layouts_agree() {
  Scores planar(1, 19, 5, 37, ASSAY_F32, false, 0);
  Scores interleaved(1, 19, 5, 37, ASSAY_F32, true, 3);
  planar.fill(mixed_logits(5));
  interleaved.fill(mixed_logits(5));
  Maps a(5 * 37), b(5 * 37);
  run(planar, ASSAY_LOGITS, a, 1);
  run(interleaved, ASSAY_LOGITS, b, 2);
  CHECK(a.same_bits(b));
}

void test_special_values() {
  const float inf = INFINITY;
  const std::vector<std::vector<float>> pixels = {
      {0, 0, 0, 0},          {NAN, 1, 2, 3},           {1, 2, 3, NAN},       {1, NAN, NAN, 1},
      {inf, 0, 0, 0},        {inf, inf, 0, 0},         {-inf, 1, -inf, 1},   {-inf, -inf, 2, 0},
      {0, -inf, -inf, -inf}, {-inf, -inf, -inf, -inf}, {3e4f, -3e4f, 0, 1},  {-1e30f, -1e30f, -1e30f, -1e30f},
      {-1e30f, 5, 5, 5},     {3e38f, -3e38f, 0, 0},    {0, -0.0f, 0, -0.0f}, {1e-40f, 0, 0, 0},
      {NAN, NAN, NAN, NAN},  {-NAN, 1, 1, 1}};
  const auto w = static_cast<int64_t>(pixels.size());
  for (const bool channels_last : {false, true}) {
    Scores s(1, 4, 1, w, ASSAY_F32, channels_last, 0);
    s.fill([&](int64_t, int64_t c, int64_t, int64_t x) { return pixels[x][c]; });
    Maps maps(w);
    compare(s, ASSAY_LOGITS, maps, run(s, ASSAY_LOGITS, maps, 1));
    CHECK_EQ(maps.entropy[8], 0.0f);
    CHECK_EQ(maps.max_probability[8], 1.0f);
    CHECK_EQ(maps.margin[8], 1.0f);
  }
}

void test_probabilities() {
  for (const int64_t c : {1, 2, 11, 19, 150, 255}) {
    for (const int64_t dtype : {ASSAY_F32, ASSAY_F16, ASSAY_BF16}) {
      Scores s(1, c, 3, 35, dtype, c % 2 == 0, 1);
      std::mt19937 random(static_cast<uint32_t>(c));
      s.fill([&](int64_t, int64_t k, int64_t y, int64_t x) {
        if (y == 0) return k == x % c ? 1.0f : 0.0f;                     // one-hot
        if (y == 1) return static_cast<float>(random() % 1000) * 1e-3f;  // rows that do not sum to 1
        if (x == 3) return k == 0 ? NAN : 0.5f;
        if (x == 4) return k == 0 ? -0.5f : 0.5f;
        if (x == 5) return k == 0 ? 1.5f : 0.5f;
        if (x == 6) return 1e-7f;
        return 1.0f / static_cast<float>(c);
      });
      Maps maps(3 * 35);
      const int64_t bad = run(s, ASSAY_PROBABILITIES, maps, 2);
      CHECK_EQ(bad, int64_t{3});
      // The entropy of 255 free probabilities reaches 94 nats; 1e-5 is meant for distributions.
      for (int64_t i = 0; i < 3 * 35; ++i) {
        const PixelReference r = reference_at(s, false, 0, i / 35, i % 35);
        CHECK_NEAR(maps.entropy[i], r.entropy, 1e-5 * std::max(1.0, r.entropy));
        CHECK_EQ(int64_t{maps.argmax[i]}, r.argmax);
        CHECK_NEAR(maps.max_probability[i], r.max_probability, 0.0);
        CHECK_NEAR(maps.margin[i], r.margin, 1e-7);
      }
      for (int64_t x = 0; x < 35; ++x) CHECK_EQ(maps.entropy[x], 0.0f);
    }
  }
}

void test_subsets_of_outputs() {
  Scores s(1, 11, 4, 50, ASSAY_F32, false, 0);
  s.fill(mixed_logits(9));
  Maps all(200);
  run(s, ASSAY_LOGITS, all, 1);
  for (int wanted = 0; wanted < 16; ++wanted) {
    Maps some(200);
    AssayPixelMaps view = some.view();
    if (!(wanted & 1)) view.entropy = nullptr;
    if (!(wanted & 2)) view.argmax = nullptr;
    if (!(wanted & 4)) view.max_probability = nullptr;
    if (!(wanted & 8)) view.margin = nullptr;
    int64_t bad = -1;
    const AssayExec exec = cpu(1);
    const AssayPixelSignalsArgs args{sizeof args, s.tensor(), ASSAY_LOGITS, view, &bad};
    must(assay_pixel_signals(&exec, &args));
    CHECK_EQ(bad, int64_t{0});
    const Maps untouched(200);
    CHECK(some.entropy.same_bits(wanted & 1 ? all.entropy : untouched.entropy));
    CHECK(some.argmax.same_bits(wanted & 2 ? all.argmax : untouched.argmax));
    CHECK(some.max_probability.same_bits(wanted & 4 ? all.max_probability : untouched.max_probability));
    CHECK(some.margin.same_bits(wanted & 8 ? all.margin : untouched.margin));
  }
}

void test_every_half() {
  for (const int64_t dtype : {ASSAY_F16, ASSAY_BF16}) {
    // Class 0 is the value, class 1 a zero: max_probability shows what the value was read as.
    Scores s(1, 2, 256, 256, dtype, false, 0);
    auto* bits = reinterpret_cast<uint16_t*>(const_cast<unsigned char*>(s.bytes().data()));
    for (int i = 0; i < 65536; ++i) bits[i] = static_cast<uint16_t>(i), bits[65536 + i] = 0;
    Maps maps(65536);
    compare(s, ASSAY_LOGITS, maps, run(s, ASSAY_LOGITS, maps, 2));
  }
}

// Planes 2^30 elements apart in a sparse mapping: the third begins 2^31 elements, 8 GiB, behind the first.
void test_offsets_past_2_31() {
  const int64_t stride = int64_t{1} << 30, w = 20;
  const size_t bytes = static_cast<size_t>(2 * stride + w) * sizeof(float);
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::printf("SKIPPED: offsets past 2^31: no address space for a sparse mapping of 8 GiB\n");
    return;
  }
  auto* scores = static_cast<float*>(memory);
  for (int64_t x = 0; x < w; ++x) scores[2 * stride + x] = static_cast<float>(x);
  Maps maps(w);
  int64_t bad = -1;
  const AssayExec exec = cpu(1);
  const AssayTensor tensor{scores, ASSAY_F32, 1, 3, 1, w, 0, stride, w, 1};
  const AssayPixelSignalsArgs args{sizeof args, tensor, ASSAY_LOGITS, maps.view(), &bad};
  must(assay_pixel_signals(&exec, &args));
  for (int64_t x = 0; x < w; ++x) {
    const PixelReference r = reference_of({0, 0, static_cast<double>(x)}, true);
    CHECK_EQ(int64_t{maps.argmax[x]}, r.argmax);
    CHECK_NEAR(maps.entropy[x], r.entropy, 1e-5);
  }
  munmap(memory, bytes);
}

void test_rejections() {
  Maps maps(4);
  int64_t bad = 0;
  const AssayExec exec = cpu(1);
  const float score = 0;
  const AssayTensor good{&score, ASSAY_F32, 1, 1, 1, 1, 1, 1, 1, 1};
  const auto rejects = [&](const AssayTensor& tensor, int64_t kind, int64_t* count, const char* part) {
    const AssayPixelSignalsArgs args{sizeof args, tensor, kind, maps.view(), count};
    CHECK_EQ(assay_pixel_signals(&exec, &args), ASSAY_INVALID_ARGUMENT);
    CHECK_TEXT(assay_last_error(), part);
  };
  AssayTensor t = good;
  t.c = 256;
  rejects(t, ASSAY_LOGITS, &bad, "input.c=256 must be in [1, 255]");
  t = good;
  t.dtype = 3;
  rejects(t, ASSAY_LOGITS, &bad, "input.dtype=3");
  t = good;
  t.data = nullptr;
  rejects(t, ASSAY_LOGITS, &bad, "input.data=null");
  t = good;
  t.w = t.c = 2;
  t.stride_w = t.stride_c = 2;
  rejects(t, ASSAY_LOGITS, &bad, "one of them must be 1");
  t = good;
  t.n = t.h = t.w = INT32_MAX;
  rejects(t, ASSAY_LOGITS, &bad, "must fit 63 bits");
  t = good;
  t.h = 3;
  t.stride_h = INT64_MAX / 2;
  rejects(t, ASSAY_LOGITS, &bad, "63 bits");
  t = good;
  t.stride_n = -1;
  rejects(t, ASSAY_LOGITS, &bad, "input.stride_n=-1");
  rejects(good, 2, &bad, "input_kind=2 must be in [0, 1]");
  rejects(good, ASSAY_LOGITS, nullptr, "nan_pixels=null");
}

}  // namespace

int main() {
  for (const int64_t w : {1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100}) {
    for (const int64_t dtype : {ASSAY_F32, ASSAY_F16, ASSAY_BF16}) {
      test_shape(11, 2, w, dtype, false, w % 3);
      test_shape(11, 2, w, dtype, true, w % 2);
    }
  }
  for (const int64_t c : {1, 2, 3, 19, 21, 32, 33, 150, 255}) {
    test_shape(c, 2, 19, ASSAY_F32, false, 1);
    test_shape(c, 3, 5, ASSAY_F16, true, 0);
  }
  test_shape(3, 1, 4097, ASSAY_F32, false, 0);
  test_shape(2, 0, 5, ASSAY_F32, false, 0);
  test_shape(2, 5, 0, ASSAY_F32, false, 0);
  test_layouts_agree();
  test_special_values();
  test_probabilities();
  test_subsets_of_outputs();
  test_every_half();
  test_offsets_past_2_31();
  test_rejections();
  return finish();
}
