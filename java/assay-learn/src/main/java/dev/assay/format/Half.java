package dev.assay.format;

/** Sixteen-bit floats widened to fp32, exactly. */
final class Half {
  private Half() {}

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
