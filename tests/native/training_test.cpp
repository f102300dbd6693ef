// cross_entropy, sgd_step, adam_step and squared_norm against double references and numerical gradients.
#include "scores.h"

namespace {

using namespace assay_test;

struct Loss {
  double loss = -1, weight = -1;
  int64_t out_of_range = -1;
  std::vector<unsigned char> gradient;
};

Loss run_loss(const Scores& s, const std::vector<uint8_t>& labels, const float* weights, int64_t ignore,
              int64_t threads, bool with_gradient = true) {
  Loss r;
  r.gradient.assign(s.bytes().size() + 1, 0x33);  // never null
  const AssayExec exec = cpu(threads);
  const AssayCrossEntropyArgs args{
      sizeof args, s.tensor(),      labels.data(),
      weights,     ignore,          &r.loss,
      &r.weight,   &r.out_of_range, with_gradient ? reinterpret_cast<float*>(r.gradient.data()) : nullptr};
  must(assay_cross_entropy(&exec, &args));
  return r;
}

float gradient_at(const Scores& s, const Loss& r, int64_t n, int64_t c, int64_t y, int64_t x) {
  const AssayTensor& t = s.tensor();
  float g;
  std::memcpy(&g, &r.gradient[4 * (n * t.stride_n + c * t.stride_c + y * t.stride_h + x * t.stride_w)], 4);
  return g;
}

void test_loss(int64_t c, int64_t h, int64_t w, bool channels_last, bool weighted) {
  Scores s(2, c, h, w, ASSAY_F32, channels_last, 2);
  std::mt19937 random(static_cast<uint32_t>(c + w));
  s.fill([&](int64_t, int64_t, int64_t, int64_t) { return static_cast<float>(random() % 2000) * 0.01f - 10; });
  std::vector<uint8_t> labels(2 * h * w);
  for (auto& label : labels) label = random() % 7 == 0 ? 255 : random() % 29 == 0 ? 254 : random() % c;
  std::vector<float> weights(c);
  for (auto& weight : weights) weight = weighted ? static_cast<float>(random() % 100) * 0.02f : 1.0f;
  const Loss r = run_loss(s, labels, weighted ? weights.data() : nullptr, 255, 1);

  double total = 0, sum = 0;
  int64_t out_of_range = 0;
  for (const uint8_t label : labels) {
    out_of_range += label != 255 && label >= c;
    if (label < c) total += static_cast<double>(weights[label]);
  }
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t y = 0; y < h; ++y) {
      for (int64_t x = 0; x < w; ++x) {
        const uint8_t label = labels[(n * h + y) * w + x];
        const PixelReference p = reference_at(s, true, n, y, x);
        const double weight = label < c ? static_cast<double>(weights[label]) : 0;
        if (label < c) sum -= weight * std::log(p.probabilities[label]);
        for (int64_t k = 0; k < c; ++k) {
          const double expected = total > 0 ? weight / total * (p.probabilities[k] - (k == label ? 1 : 0)) : 0;
          CHECK_NEAR(gradient_at(s, r, n, k, y, x), expected, 1e-6 * weight / std::max(total, 1e-30) + 1e-30);
        }
      }
    }
  }
  CHECK_NEAR(r.weight, total, 1e-9 * total);
  CHECK_EQ(r.out_of_range, out_of_range);
  CHECK_NEAR(r.loss, total > 0 ? sum / total : 0, 2e-6);
  for (const int64_t threads : {1, 2, 7}) {
    const Loss again = run_loss(s, labels, weighted ? weights.data() : nullptr, 255, threads);
    CHECK_EQ(again.loss, r.loss);
    CHECK(again.gradient == r.gradient);
  }
  CHECK_EQ(run_loss(s, labels, weighted ? weights.data() : nullptr, 255, 1, false).loss, r.loss);
}

void test_loss_corners() {
  Scores s(1, 3, 2, 5, ASSAY_F32, false, 0);
  s.fill([](int64_t, int64_t c, int64_t, int64_t x) { return x == 2 && c == 1 ? NAN : 1.0f; });
  // Nothing counts: 0, also where a logit is NaN.
  const Loss none = run_loss(s, std::vector<uint8_t>(10, 255), nullptr, 255, 1);
  CHECK_EQ(none.loss, 0.0);
  CHECK_EQ(none.weight, 0.0);
  for (int64_t x = 0; x < 5; ++x) CHECK_EQ(gradient_at(s, none, 0, 1, 0, x), 0.0f);
  // A NaN that counts shows.
  const Loss all = run_loss(s, std::vector<uint8_t>(10, 0), nullptr, -1, 1);
  CHECK(std::isnan(all.loss));
  CHECK(std::isnan(gradient_at(s, all, 0, 0, 0, 2)));
  CHECK_NEAR(gradient_at(s, all, 0, 0, 0, 1), (1.0 / 3 - 1) / 10, 1e-7);
}

// d loss / d logit by central differences of the loss itself.
void test_numerical_gradient() {
  Scores s(1, 4, 3, 3, ASSAY_F32, true, 0);
  s.fill([](int64_t, int64_t c, int64_t y, int64_t x) { return static_cast<float>((c * 5 + y * 3 + x) % 7) * 0.5f; });
  const std::vector<uint8_t> labels = {0, 1, 2, 3, 255, 1, 2, 0, 3};
  const float weights[] = {1, 0.5f, 2, 0};
  const Loss r = run_loss(s, labels, weights, 255, 1);
  for (int64_t y = 0; y < 3; ++y) {
    for (int64_t x = 0; x < 3; ++x) {
      for (int64_t c = 0; c < 4; ++c) {
        const float value = s.get(0, c, y, x);
        s.set(0, c, y, x, value + 0.0625f);
        const double up = run_loss(s, labels, weights, 255, 1, false).loss;
        s.set(0, c, y, x, value - 0.0625f);
        const double down = run_loss(s, labels, weights, 255, 1, false).loss;
        s.set(0, c, y, x, value);
        CHECK_NEAR(gradient_at(s, r, 0, c, y, x), (up - down) / 0.125, 2e-4);
      }
    }
  }
}

std::vector<float> random_values(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (auto& v : values) v = normal(random);
  return values;
}

void test_sgd(int64_t count) {
  const auto g = random_values(count, 2);
  for (const int64_t threads : {1, 2, 7}) {
    auto p = random_values(count, 1), v = random_values(count, 3);
    std::vector<double> p_ref(p.begin(), p.end()), v_ref(v.begin(), v.end());
    const AssaySgdStepArgs args{sizeof args, p.data(), g.data(), v.data(), count, 0.1, 0.9, 1e-3, 0.5};
    const AssayExec exec = cpu(threads);
    for (int step = 0; step < 3; ++step) {
      must(assay_sgd_step(&exec, &args));
      for (int64_t i = 0; i < count; ++i) {
        v_ref[i] = 0.9 * v_ref[i] + 0.5 * static_cast<double>(g[i]) + 1e-3 * p_ref[i];
        p_ref[i] -= 0.1 * v_ref[i];
      }
    }
    for (int64_t i = 0; i < count; ++i) {
      CHECK_NEAR(p[i], p_ref[i], 3e-6);
      CHECK_NEAR(v[i], v_ref[i], 3e-6);
    }
  }
}

void test_adam(int64_t count) {
  const auto g = random_values(count, 2);
  for (const int64_t threads : {1, 2, 7}) {
    auto p = random_values(count, 1);
    std::vector<float> m(count), v(count);
    std::vector<double> p_ref(p.begin(), p.end()), m_ref(count), v_ref(count);
    const AssayExec exec = cpu(threads);
    for (int64_t step = 1; step <= 3; ++step) {
      const AssayAdamStepArgs args{sizeof args, p.data(), g.data(), m.data(), v.data(), count, step,
                                   0.01,        0.9,      0.999,    1e-8,     1e-2,     2.0};
      must(assay_adam_step(&exec, &args));
      for (int64_t i = 0; i < count; ++i) {
        const double gradient = 2 * static_cast<double>(g[i]) + 1e-2 * p_ref[i];
        m_ref[i] = 0.9 * m_ref[i] + 0.1 * gradient;
        v_ref[i] = 0.999 * v_ref[i] + 0.001 * gradient * gradient;
        const double m_hat = m_ref[i] / (1 - std::pow(0.9, step)), v_hat = v_ref[i] / (1 - std::pow(0.999, step));
        p_ref[i] -= 0.01 * m_hat / (std::sqrt(v_hat) + 1e-8);
      }
    }
    for (int64_t i = 0; i < count; ++i) CHECK_NEAR(p[i], p_ref[i], 3e-6);
  }
}

void test_norm(int64_t count) {
  const auto values = random_values(count, 4);
  double expected = 0;
  for (const float x : values) expected += static_cast<double>(x) * static_cast<double>(x);
  double first = -1;
  for (const int64_t threads : {1, 2, 7}) {
    double out = -1;
    const AssaySquaredNormArgs args{sizeof args, values.data(), count, &out};
    const AssayExec exec = cpu(threads);
    must(assay_squared_norm(&exec, &args));
    CHECK_NEAR(out, expected, 1e-12 * expected);
    if (threads == 1) first = out;
    CHECK_EQ(out, first);
  }
}

}  // namespace

int main() {
  for (const int64_t w : {1, 15, 16, 17, 63, 64, 65, 130}) {
    for (const bool channels_last : {false, true}) test_loss(11, 3, w, channels_last, w % 2 == 0);
  }
  for (const int64_t c : {1, 2, 19, 254}) test_loss(c, 4, 9, c == 19, true);
  test_loss_corners();
  test_numerical_gradient();
  for (const int64_t count : {0, 1, 15, 16, 17, 31, 33, 4095, 4096, 4097, 32768, 70001}) {
    test_sgd(count);
    test_adam(count);
    test_norm(count);
  }
  for (const int64_t count : {16 * 4096, 16 * 4096 + 1, 200005}) test_norm(count);  // more than a group of blocks
  return finish();
}
