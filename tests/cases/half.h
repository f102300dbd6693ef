// fp16 and fp32 numbers and their bits, by definition.
#ifndef ASSAY_TESTS_CASES_HALF_H
#define ASSAY_TESTS_CASES_HALF_H

#include <cmath>
#include <cstdint>
#include <cstring>

namespace assay_test {

inline float half_value(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double sign = bits >> 15 ? -1.0 : 1.0;
  if (exponent == 31) return fraction != 0 ? std::nanf("") : static_cast<float>(sign * INFINITY);
  return static_cast<float>(sign *
                            (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25)));
}
// Towards zero, saturating: only the stored value matters to a test.
inline uint16_t half_bits(double value) {
  if (std::isnan(value)) return 0x7e00;
  const uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const double size = std::fabs(value);
  if (std::isinf(value)) return sign | 0x7c00;
  if (size >= 65504) return sign | 0x7bff;
  int exponent = 0;
  std::frexp(size, &exponent);
  if (exponent < -13) return sign | static_cast<uint16_t>(std::ldexp(size, 24));
  return sign | static_cast<uint16_t>((exponent + 14) << 10) |
         (static_cast<uint16_t>(std::ldexp(size, 11 - exponent)) & 1023);
}
inline uint32_t float_bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}
inline float float_value(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

}  // namespace assay_test

#endif
