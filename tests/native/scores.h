// Seeded score tensors in any layout and dtype, and what the equations say about them in double.
#ifndef ASSAY_TESTS_SCORES_H
#define ASSAY_TESTS_SCORES_H

#include <assay/assay.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "check.h"

namespace assay_test {

inline uint16_t to_half(float value) {
  // Round to nearest even through the double grid of fp16; inputs are within its range or special.
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  const uint32_t sign = bits >> 16 & 0x8000;
  if (std::isnan(value)) return static_cast<uint16_t>(sign | 0x7e00);
  const double magnitude = std::fabs(static_cast<double>(value));
  if (magnitude >= 65520) return static_cast<uint16_t>(sign | 0x7c00);
  int exponent = magnitude == 0 ? -14 : std::max(-14, std::ilogb(magnitude));
  const auto units = static_cast<uint32_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
  return static_cast<uint16_t>(sign | (units + (static_cast<uint32_t>(exponent + 14) << 10)));
}

inline float from_half(uint16_t h) {
  const double sign = h & 0x8000 ? -1 : 1;
  const int exponent = h >> 10 & 31;
  const int mantissa = h & 1023;
  if (exponent == 31) return mantissa != 0 ? NAN : static_cast<float>(sign * INFINITY);
  return static_cast<float>(sign *
                            (exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25)));
}

inline uint16_t to_brain(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return static_cast<uint16_t>(bits >> 16);
}

inline float from_brain(uint16_t b) {
  const uint32_t bits = static_cast<uint32_t>(b) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

// Scores of [n, c, h, w] in memory with a layout, padded strides and sentinels before, between and behind.
class Scores {
 public:
  Scores(int64_t n, int64_t c, int64_t h, int64_t w, int64_t dtype, bool channels_last, int64_t pad) {
    tensor_.dtype = dtype;
    tensor_.n = n, tensor_.c = c, tensor_.h = h, tensor_.w = w;
    if (channels_last) {
      tensor_.stride_c = 1;
      tensor_.stride_w = c + pad;
      tensor_.stride_h = w * tensor_.stride_w + pad;
      tensor_.stride_n = h * tensor_.stride_h + pad;
    } else {
      tensor_.stride_w = 1;
      tensor_.stride_h = w + pad;
      tensor_.stride_c = h * tensor_.stride_h + 3 * pad;
      tensor_.stride_n = c * tensor_.stride_c + pad;
    }
    const int64_t size = dtype == ASSAY_F32 ? 4 : 2;
    // Exactly as long as the last element needs: address sanitizers then see the slightest over-read.
    const int64_t last = n * c * h * w == 0 ? 0
                                            : (n - 1) * tensor_.stride_n + (c - 1) * tensor_.stride_c +
                                                  (h - 1) * tensor_.stride_h + (w - 1) * tensor_.stride_w + 1;
    bytes_.assign(static_cast<size_t>(last * size), 0x7b);
    tensor_.data = bytes_.data();
  }
  Scores(const Scores&) = delete;
  Scores& operator=(const Scores&) = delete;

  void set(int64_t n, int64_t c, int64_t y, int64_t x, float value) {
    const size_t at = offset(n, c, y, x);
    if (tensor_.dtype == ASSAY_F32) {
      std::memcpy(&bytes_[4 * at], &value, 4);
      return;
    }
    const uint16_t bits = tensor_.dtype == ASSAY_F16 ? to_half(value) : to_brain(value);
    std::memcpy(&bytes_[2 * at], &bits, 2);
  }
  float get(int64_t n, int64_t c, int64_t y, int64_t x) const {
    const size_t at = offset(n, c, y, x);
    if (tensor_.dtype == ASSAY_F32) {
      float value;
      std::memcpy(&value, &bytes_[4 * at], 4);
      return value;
    }
    uint16_t bits;
    std::memcpy(&bits, &bytes_[2 * at], 2);
    return tensor_.dtype == ASSAY_F16 ? from_half(bits) : from_brain(bits);
  }
  void fill(const std::function<float(int64_t, int64_t, int64_t, int64_t)>& value) {
    for (int64_t n = 0; n < tensor_.n; ++n)
      for (int64_t c = 0; c < tensor_.c; ++c)
        for (int64_t y = 0; y < tensor_.h; ++y)
          for (int64_t x = 0; x < tensor_.w; ++x) set(n, c, y, x, value(n, c, y, x));
  }
  const AssayTensor& tensor() const { return tensor_; }
  const std::vector<unsigned char>& bytes() const { return bytes_; }

 private:
  size_t offset(int64_t n, int64_t c, int64_t y, int64_t x) const {
    return static_cast<size_t>(n * tensor_.stride_n + c * tensor_.stride_c + y * tensor_.stride_h +
                               x * tensor_.stride_w);
  }
  AssayTensor tensor_{};
  std::vector<unsigned char> bytes_;
};

// A buffer between two rows of sentinels; intact() tells whether they survived.
template <typename T>
class Guarded {
 public:
  explicit Guarded(int64_t count) : count_(count), values_(static_cast<size_t>(count) + 2 * kGuard, sentinel()) {}
  T* data() { return values_.data() + kGuard; }
  const T* data() const { return values_.data() + kGuard; }
  T operator[](int64_t i) const { return data()[i]; }
  bool intact() const {
    const T expected = sentinel();
    for (int64_t i = 0; i < kGuard; ++i) {
      if (std::memcmp(&values_[i], &expected, sizeof(T)) != 0) return false;
      if (std::memcmp(&values_[kGuard + count_ + i], &expected, sizeof(T)) != 0) return false;
    }
    return true;
  }
  bool same_bits(const Guarded& o) const {
    return count_ == o.count_ && std::memcmp(values_.data(), o.values_.data(), values_.size() * sizeof(T)) == 0;
  }

 private:
  static constexpr int64_t kGuard = 16;
  static T sentinel() {
    T value;
    std::memset(&value, 0x5a, sizeof value);
    return value;
  }
  int64_t count_;
  std::vector<T> values_;
};

struct Maps {
  explicit Maps(int64_t pixels) : entropy(pixels), max_probability(pixels), margin(pixels), argmax(pixels) {}
  AssayPixelMaps view() { return {entropy.data(), argmax.data(), max_probability.data(), margin.data()}; }
  bool same_bits(const Maps& o) const {
    return entropy.same_bits(o.entropy) && max_probability.same_bits(o.max_probability) && margin.same_bits(o.margin) &&
           argmax.same_bits(o.argmax);
  }
  bool intact() const { return entropy.intact() && max_probability.intact() && margin.intact() && argmax.intact(); }
  Guarded<float> entropy, max_probability, margin;
  Guarded<uint8_t> argmax;
};

// The contract's equations for one pixel.
struct PixelReference {
  double entropy = 0, max_probability = 0, margin = 0;
  int64_t argmax = 255;
  bool bad = false;
  std::vector<double> probabilities;
};

inline PixelReference reference_of(const std::vector<double>& scores, bool logits) {
  PixelReference r;
  r.probabilities.assign(scores.size(), 0.0);
  const auto largest = std::max_element(scores.begin(), scores.end());
  for (const double x : scores) r.bad = r.bad || std::isnan(x) || (!logits && (x < 0 || x > 1 + 0x1p-10));
  r.bad = r.bad || (logits && std::isinf(*largest));
  if (r.bad) return r;
  r.argmax = largest - scores.begin();
  double sum = 0;
  for (const double x : scores) sum += std::exp(x - *largest);
  double second = 0;
  for (size_t c = 0; c < scores.size(); ++c) {
    const double p = logits ? std::exp(scores[c] - *largest) / sum : scores[c];
    r.probabilities[c] = p;
    if (p > 0) r.entropy -= p * std::log(p);
    if (static_cast<int64_t>(c) != r.argmax) second = std::max(second, p);
  }
  r.entropy = std::max(0.0, r.entropy);
  r.max_probability = r.probabilities[r.argmax];
  r.margin = r.max_probability - second;
  return r;
}

inline PixelReference reference_at(const Scores& s, bool logits, int64_t n, int64_t y, int64_t x) {
  std::vector<double> scores;
  for (int64_t c = 0; c < s.tensor().c; ++c) scores.push_back(s.get(n, c, y, x));
  return reference_of(scores, logits);
}

// Mixed logits: ordinary, confident, tied, uniform, huge, with rare classes of no probability.
inline std::function<float(int64_t, int64_t, int64_t, int64_t)> mixed_logits(uint32_t seed) {
  return [seed](int64_t n, int64_t c, int64_t y, int64_t x) {
    const auto hash = [&](int64_t a, uint32_t salt) {
      std::seed_seq key{seed,
                        salt,
                        static_cast<uint32_t>(a),
                        static_cast<uint32_t>(n),
                        static_cast<uint32_t>(y),
                        static_cast<uint32_t>(x)};
      std::minstd_rand random(key);
      random.discard(3);
      return static_cast<double>(random()) / 2147483647.0;
    };
    const double noise = hash(c, 1) * 8 - 4;
    switch (static_cast<int>(hash(-1, 2) * 8)) {
      case 0:
        return 0.25f;
      case 1:
        return static_cast<float>(std::round(noise));
      case 2:
        return static_cast<float>(noise * 7500);
      case 3:
        return hash(c, 3) < 0.3 ? -1e30f : static_cast<float>(noise);
      case 4:
        return static_cast<float>(noise * 5);
      default:
        return static_cast<float>(noise);
    }
  };
}

inline AssayExec cpu(int64_t threads) { return {sizeof(AssayExec), ASSAY_CPU, 0, threads, {}}; }

inline void must(AssayStatus status) {
  CHECK_EQ(status, ASSAY_OK);
  if (status != ASSAY_OK) report(__FILE__, __LINE__, assay_last_error());
}

}  // namespace assay_test

#endif
