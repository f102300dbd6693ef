package dev.assay.format;

import org.agrona.UnsafeApi;

/** Floating elements in memory as fp32: sixteen-bit ones widened exactly, fp64 rounded. */
final class Floats {
  private Floats() {}

  /** The element of a floating type at {@code address}. */
  static float widen(ElementType type, long address) {
    return switch (type) {
      case F4 -> UnsafeApi.getFloat(address);
      case F8 -> (float) UnsafeApi.getDouble(address);
      case F2 -> f16(UnsafeApi.getShort(address));
      case BF16 -> bf16(UnsafeApi.getShort(address));
      default -> throw new IllegalArgumentException(type + " must be a floating type");
    };
  }

  /** IEEE binary16. */
  static float f16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f80_0000 | fraction << 13);
    }
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
  }

  /** The upper half of an fp32. */
  static float bf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
