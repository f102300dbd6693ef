#include "core/elements.h"

#include <cmath>
#include <cstring>

namespace emulator {
namespace {

float from_bits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

uint32_t to_bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

float half_to_float(uint16_t half) {
  const uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 31u, fraction = half & 0x3ffu;
  if (exponent == 31) return from_bits(sign | 0x7f800000u | fraction << 13);
  if (exponent != 0) return from_bits(sign | (exponent + 112) << 23 | fraction << 13);
  const float magnitude = std::ldexp(static_cast<float>(fraction), -24);
  return sign != 0 ? -magnitude : magnitude;
}

uint16_t float_to_half(float value) {
  const uint16_t sign = static_cast<uint16_t>(to_bits(value) >> 16 & 0x8000u);
  if (std::isnan(value)) return sign | 0x7e00u;
  const float magnitude = std::fabs(value);
  if (magnitude == 0) return sign;
  if (magnitude >= 65520.0f) return sign | 0x7c00u;
  // In units of the last place; nearbyint rounds ties to even.
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  const int unit = exponent - 11 < -24 ? -24 : exponent - 11;
  const float units = std::nearbyint(std::ldexp(magnitude, -unit));
  if (unit == -24 && units < 1024) return sign | static_cast<uint16_t>(units);
  const int biased = unit + 25;
  return static_cast<uint16_t>(sign | ((biased << 10) + static_cast<int>(units) - 1024));
}

uint16_t float_to_bfloat16(float value) {
  const uint32_t bits = to_bits(value);
  if (std::isnan(value)) return static_cast<uint16_t>(bits >> 16 | 0x40u);
  return static_cast<uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

}  // namespace

size_t size_of(int type) { return type == kFloat ? 4 : 2; }

float load(int type, const void* base, int64_t index) {
  if (type == kFloat) return static_cast<const float*>(base)[index];
  const uint16_t bits = static_cast<const uint16_t*>(base)[index];
  return type == kHalf ? half_to_float(bits) : from_bits(static_cast<uint32_t>(bits) << 16);
}

void store(int type, void* base, int64_t index, float value) {
  if (type == kFloat) {
    static_cast<float*>(base)[index] = value;
  } else {
    static_cast<uint16_t*>(base)[index] = type == kHalf ? float_to_half(value) : float_to_bfloat16(value);
  }
}

}  // namespace emulator
