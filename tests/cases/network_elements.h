// Elements of a network's tensors in fp32 and bf16, and their rounding by definition.
#ifndef ASSAY_TESTS_CASES_NETWORK_ELEMENTS_H
#define ASSAY_TESTS_CASES_NETWORK_ELEMENTS_H

#include <cmath>
#include <limits>

#include "training_table.h"

namespace assay_test {

inline size_t element_bytes(int64_t dtype) { return dtype == ASSAY_F32 ? 4 : 2; }

// The bf16 number nearest to x, ties to even, from the definition: 8 significant bits, exponents from -126.
inline float nearest_brain(double x) {
  if (std::isnan(x) || std::isinf(x) || x == 0.0) return static_cast<float>(x);
  const double unit = std::ldexp(1.0, std::max(std::ilogb(x), -126) - 7);
  const double rounded = std::nearbyint(x / unit) * unit;
  return std::fabs(rounded) >= 0x1p128 ? std::copysign(INFINITY, static_cast<float>(x)) : static_cast<float>(rounded);
}

// Values as they lie in memory; exact for values that bf16 holds.
inline std::vector<unsigned char> stored(const std::vector<float>& values, int64_t dtype) {
  std::vector<unsigned char> bytes(values.size() * element_bytes(dtype));
  for (size_t i = 0; i < values.size(); ++i) {
    const uint32_t bits = float_bits(values[i]);
    const uint32_t low_half_first = dtype == ASSAY_F32 ? bits : bits >> 16;
    std::memcpy(bytes.data() + i * element_bytes(dtype), &low_half_first, element_bytes(dtype));
  }
  return bytes;
}

// fp32 values of stored elements. Every fp32 NaN gets one payload: which one a device gives is not specified.
inline std::vector<float> loaded(const std::vector<unsigned char>& bytes, int64_t dtype) {
  std::vector<float> values(bytes.size() / element_bytes(dtype));
  for (size_t i = 0; i < values.size(); ++i) {
    uint32_t bits = 0;
    std::memcpy(&bits, bytes.data() + i * element_bytes(dtype), element_bytes(dtype));
    if (dtype != ASSAY_F32) bits <<= 16;
    std::memcpy(&values[i], &bits, sizeof bits);
    if (dtype == ASSAY_F32 && std::isnan(values[i])) values[i] = std::numeric_limits<float>::quiet_NaN();
  }
  return values;
}

// Bell-shaped values of a dtype. With `special`, every seventh is a NaN, an infinity, a zero, a subnormal or a value
// between two bf16 numbers.
inline std::vector<float> element_values(int64_t count, int64_t dtype, uint64_t seed, bool special) {
  static const float kSpecial[] = {NAN,         INFINITY,   -INFINITY,    0.0f,          -0.0f,  1e-41f,
                                   -3e38f,      3.4e38f,    100.0f,       -100.0f,       -88.0f, 1.00390625f,
                                   1.01171875f, 1.0039064f, -1.00390625f, 1.1754944e-38f};
  std::vector<float> values = normal_values(count, seed);
  for (size_t i = seed % 7; special && i < values.size(); i += 7) values[i] = kSpecial[(i / 7 + seed) % 16];
  if (dtype == ASSAY_F32) return values;
  for (float& x : values) x = nearest_brain(static_cast<double>(x));
  return values;
}

// NaN where a NaN is expected, the same number where rounding is exact, else within `relative` of it.
inline void expect_element(const char* name, size_t i, float found, double expected, double relative) {
  if (std::isnan(expected)) return EXPECT(std::isnan(found), std::string(name) + ": NaN expected");
  if (std::isinf(expected)) return EXPECT(static_cast<double>(found) == expected, std::string(name) + ": an infinity");
  expect_near(name, i, static_cast<double>(found), expected, relative * std::fabs(expected) + 2e-38);
}

}  // namespace assay_test

#endif
